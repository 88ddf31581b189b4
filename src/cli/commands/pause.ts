/** `syncline pause` and `syncline resume`: whether runs of a sync may begin. */
import { nameInState } from '../../app/run/name-in-state.ts'
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
    const syncs = chosenSyncs(invocation, workspace.project)
    for (const sync of syncs) {
      const { name } = sync
      await ledger.setPaused(await nameInState(ledger, sync), paused)
      output.line(`${name}: ${paused ? 'paused' : 'may run'}`)
    }
    output.result({ syncs: syncs.map(({ name }) => name), paused })
    return exitCode.fine
  })
}
