/** `syncline verify`: reads the CRM back and tells where it no longer holds what was confirmed. */
import { verifySync } from '../../app/push/verify-sync.ts'
import { type Command, flag, number } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { verifyJson, verifyLines } from '../render/verify.ts'
import { choiceOptionsOf, chosenSyncsOf } from '../sync-choice.ts'
import { syncCommand } from '../sync-command.ts'

const shownByDefault = 20

export const verify: Command = {
  name: 'verify',
  summary: 'Reads the CRM back and shows where it moved away from what was confirmed.',
  arguments: '[sync…]',
  mostArguments: Number.POSITIVE_INFINITY,
  options: {
    ...choiceOptionsOf.push,
    settle: {
      type: 'boolean',
      description: 'Settles each field by its conflict policy: ours is due again, theirs stands.',
    },
    show: {
      type: 'string',
      description: `Differences to show; default ${shownByDefault}.`,
      value: '<n>',
    },
    'exit-on-changes': {
      type: 'boolean',
      description: 'Exit code 1 when something moved.',
    },
  },
  async run(invocation) {
    const { output, values, signal } = invocation
    const samples = number(values, 'show') ?? shownByDefault
    const settle = flag(values, 'settle')
    return syncCommand(invocation, {
      choose: ({ project }) => chosenSyncsOf('push', invocation, project),
      async work(workspace, sync) {
        const report = await verifySync(workspace, sync, { settle, samples, signal })
        for (const line of verifyLines(sync, report, settle)) output.line(line)
        const isAsked = flag(values, 'exit-on-changes')
        const code = isAsked && report.drifted > 0 ? exitCode.rejected : exitCode.fine
        return { result: verifyJson(report), code, error: null }
      },
    })
  },
}
