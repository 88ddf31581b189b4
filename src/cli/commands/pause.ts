/** `syncline pause` and `syncline resume`: whether runs of a sync may begin. */
import type { Command, Invocation } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { withWorkspace } from '../project.ts'
import { choiceOptions, chosenSyncs } from '../sync-choice.ts'

export const pause: Command = {
  name: 'pause',
  summary: 'Lets no further run of a sync begin; one at work goes on.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: choiceOptions,
  run: (invocation) => setPaused(invocation, true),
}

export const resume: Command = {
  name: 'resume',
  summary: 'Lets runs of a paused sync begin again.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: choiceOptions,
  run: (invocation) => setPaused(invocation, false),
}

function setPaused(invocation: Invocation, paused: boolean): Promise<number> {
  const { output } = invocation
  return withWorkspace(invocation, async (workspace) => {
    const ledger = await workspace.ledger()
    const names = chosenSyncs(invocation, workspace.project).map(({ name }) => name)
    for (const name of names) {
      await ledger.setPaused(name, paused)
      output.line(`${name}: ${paused ? 'paused' : 'may run'}`)
    }
    output.result({ syncs: names, paused })
    return exitCode.fine
  })
}
