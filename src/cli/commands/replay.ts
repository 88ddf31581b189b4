/** `syncline replay`: loads a file of changes into the history of a pull. Asks no CRM. */
import { replayFile } from '../../app/pull/replay-file.ts'
import { selectSyncsOf } from '../../app/workspace/select-syncs.ts'
import { type Command, text } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { pullProgressLine, pullProgressStep } from '../render/pull-progress.ts'
import { replayJson, replayLines } from '../render/pull.ts'
import { syncCommand } from '../sync-command.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'Loads a file of changes into the history of a pull; what is known changes nothing.',
  arguments: '<sync>',
  mostArguments: 1,
  options: {
    from: {
      type: 'string',
      description: 'A file with a change as JSON on each line.',
      value: '<file>',
    },
  },
  async run(invocation) {
    const { output, positionals, signal, values } = invocation
    const file = text(values, 'from')
    if (file === undefined) {
      throw cliErrors.usage({ message: 'replay takes the file of changes as --from <file>.' })
    }
    return syncCommand(invocation, {
      choose: ({ project }) => selectSyncsOf('pull', project, { names: positionals, all: false }),
      async work(workspace, sync) {
        const report = await replayFile(workspace, sync, {
          file,
          signal,
          progress: (event) =>
            output.progress(pullProgressLine(sync.name, event), pullProgressStep(sync.name, event)),
        })
        for (const line of replayLines(sync, report)) output.line(line)
        return { result: replayJson(report), code: exitCode.fine, error: null }
      },
    })
  },
}
