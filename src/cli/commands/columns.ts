/** `syncline columns import`: our tables get the names and types of columns that another tool's tables have. */
import { selectSyncsOf } from '../../app/workspace/select-syncs.ts'
import { importOldColumns } from '../../app/pull/take-over.ts'
import { type Command, flag, texts } from '../command.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { columnsSaid, oldColumnOptions, tablesSaid } from '../old-columns.ts'
import { objectOption } from '../pull-command.ts'
import { importJson, importLines } from '../render/take-over.ts'
import { pullProgressLine, pullProgressStep } from '../render/pull-progress.ts'
import { syncCommand } from '../sync-command.ts'

export const columns: Command = {
  name: 'columns',
  summary: 'import <schema> [sync]: takes names and types of columns from another tool’s tables.',
  arguments: '<action> <schema> [sync]',
  mostArguments: 3,
  options: {
    ...objectOption,
    table: {
      type: 'string',
      multiple: true,
      description: 'The table of an object, where it is not called as the sync calls its own.',
      value: '<object=table>',
    },
    ...oldColumnOptions,
    'dry-run': { type: 'boolean', description: 'Only shows what would be pinned.' },
  },
  run(invocation) {
    const { output, positionals, signal, values } = invocation
    const [action, schema, ...names] = positionals
    if (action !== 'import' || schema === undefined) {
      throw cliErrors.usage({ message: 'columns takes the action import and a schema.' })
    }
    const dryRun = flag(values, 'dry-run')
    const request = {
      ...columnsSaid(invocation),
      schema,
      tables: tablesSaid(values),
      objects: texts(values, 'object'),
      dryRun,
      signal,
    }
    return syncCommand(invocation, {
      choose: ({ project }) => selectSyncsOf('pull', project, { names, all: false }),
      async work(workspace, sync) {
        const imported = await importOldColumns(workspace, sync, {
          ...request,
          progress: (event) =>
            output.progress(pullProgressLine(sync.name, event), pullProgressStep(sync.name, event)),
        })
        for (const line of importLines(sync, imported, { dryRun })) output.line(line)
        return { result: importJson(imported, { dryRun }), code: exitCode.fine, error: null }
      },
    })
  },
}
