/** `syncline cancel`: ends a run that a person no longer wants. */
import { cancelRun } from '../../app/run/cancel-run.ts'
import type { Command } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'

export const cancel: Command = {
  name: 'cancel',
  summary: 'Cancels a run: a plan that waits at once, a run at work after its batches in flight.',
  arguments: '<run>',
  mostArguments: 1,
  options: {},
  run(invocation) {
    const { output, positionals } = invocation
    const [run] = positionals
    if (run === undefined) throw cliErrors.usage({ message: 'cancel takes the id of a run.' })
    return withWorkspace(invocation, async (workspace) => {
      const cancellation = await cancelRun(workspace, run)
      output.line(
        cancellation === 'cancelled'
          ? `${run} is cancelled`
          : `${run} was asked to stop; it ends after its batches in flight, or with the next run`,
      )
      output.result({ run, cancellation })
      return exitCode.fine
    })
  },
}
