/** `syncline backfill`: reads records again, or takes over the versions that another tool kept of them. */
import type { Selection } from '../../app/pull/pull-sync.ts'
import { selectSyncsOf } from '../../app/workspace/select-syncs.ts'
import { takeOverTable } from '../../app/pull/take-over.ts'
import type { Workspace } from '../../app/workspace/workspace.ts'
import type { PullSync } from '../../model/sync.ts'
import { type Command, flag, type Invocation, text, texts } from '../command.ts'
import { readTableName } from '../data-set.ts'
import { cliErrors } from '../errors.ts'
import { exitCode } from '../exit-code.ts'
import { columnsSaid, oldColumnOptions } from '../old-columns.ts'
import { objectOption, pullWork, showWithheldOption } from '../pull-command.ts'
import { pullProgressLine, pullProgressStep } from '../render/pull-progress.ts'
import { rejectedVersions, takeOverJson, takeOverLines } from '../render/take-over.ts'
import { type Judged, syncCommand } from '../sync-command.ts'

const timeOptions = ['from', 'to'] as const

export const backfill: Command = {
  name: 'backfill',
  summary: 'Reads records of a pull again, or takes over the versions in another tool’s table.',
  arguments: '<sync>',
  mostArguments: 1,
  options: {
    ...objectOption,
    from: {
      type: 'string',
      description: 'Only records changed at or after this time: 2026-03-01, 2026-03-01T10:00:00Z.',
      value: '<time>',
    },
    to: {
      type: 'string',
      description: 'Only records whose last change was before this time.',
      value: '<time>',
    },
    ids: {
      type: 'string',
      multiple: true,
      description: 'Only the records of one object with these ids, as a list with commas.',
      value: '<ids>',
    },
    'from-table': {
      type: 'string',
      description:
        'Takes over the versions in this table, which is of the sync’s warehouse and preset.',
      value: '<schema.table>',
    },
    ...oldColumnOptions,
    'dry-run': { type: 'boolean', description: 'Only shows what would change; writes nothing.' },
    force: { type: 'boolean', description: 'Lets deletes through that a guard would withhold.' },
    ...showWithheldOption,
  },
  run(invocation) {
    const work = workOf(invocation)
    const { positionals } = invocation
    return syncCommand(invocation, {
      choose: ({ project }) => selectSyncsOf('pull', project, { names: positionals, all: false }),
      work,
    })
  },
}

/** Refuses options that don't go together before anything is read. */
function workOf(invocation: Invocation): (workspace: Workspace, sync: PullSync) => Promise<Judged> {
  const { values } = invocation
  const table = text(values, 'from-table')
  const given = (names: readonly string[]): string | undefined =>
    names.find((name) => values[name] !== undefined)
  if (table === undefined) {
    const other = given(Object.keys(oldColumnOptions))
    if (other !== undefined) {
      throw cliErrors.usage({ message: `--${other} goes with --from-table alone.` })
    }
    const selection = selectionOf(invocation)
    const judge = (): number => exitCode.fine
    return pullWork(invocation, { kind: 'backfill', selection, judge, loaderOf: null })
  }
  const other = given([...timeOptions, 'ids', 'force', 'show'])
  if (other !== undefined) {
    throw cliErrors.usage({ message: `--${other} does not go with --from-table.` })
  }
  return takeOverWork(invocation, table)
}

function selectionOf({ values }: Invocation): Selection | null {
  const ids = texts(values, 'ids')
  const [from, to] = timeOptions.map((name) => timeIn(text(values, name), name))
  const isTimed = (from ?? null) !== null || (to ?? null) !== null
  if (ids.length === 0) return isTimed ? { by: 'time', from: from ?? null, to: to ?? null } : null
  if (isTimed) {
    throw cliErrors.usage({ message: 'backfill takes --ids, or --from and --to, not both.' })
  }
  if (texts(values, 'object').length > 1) {
    throw cliErrors.usage({ message: 'The --ids are of one --object.' })
  }
  return { by: 'ids', ids }
}

/** A canonical instant; a day is its beginning. */
function timeIn(given: string | undefined, name: string): string | null {
  if (given === undefined) return null
  const ms = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(given) ? `${given}T00:00:00Z` : given)
  const isZoned = /^\d{4}-\d{2}-\d{2}(?:T.+(?:Z|[+-]\d{2}:?\d{2}))?$/.test(given)
  if (isZoned && !Number.isNaN(ms)) return new Date(ms).toISOString().replace('Z', '000Z')
  throw cliErrors.usage({
    message: `--${name} takes a day or a time with its zone, such as 2026-03-01T10:00:00Z, not ${given}.`,
  })
}

function takeOverWork(
  invocation: Invocation,
  given: string,
): (workspace: Workspace, sync: PullSync) => Promise<Judged> {
  const { output, signal, values } = invocation
  const table = readTableName(given)
  const [object = null, ...more] = texts(values, 'object')
  if (more.length > 0) {
    throw cliErrors.usage({ message: 'A table is of one --object.' })
  }
  const dryRun = flag(values, 'dry-run')
  const request = { ...columnsSaid(invocation), table, object, dryRun, signal }
  return async (workspace, sync) => {
    const report = await takeOverTable(workspace, sync, {
      ...request,
      progress: (event) =>
        output.progress(pullProgressLine(sync.name, event), pullProgressStep(sync.name, event)),
    })
    for (const line of takeOverLines(sync, report, { dryRun })) output.line(line)
    const isFine = rejectedVersions(report) === 0
    return {
      result: takeOverJson(report, { dryRun }),
      code: isFine ? exitCode.fine : exitCode.rejected,
      error: null,
    }
  }
}
