/** Two tables of pulls never have one name, within a sync and across those that share a schema. */
import type { Place } from '../../model/error.ts'
import { type NamedObject, objectTables, versionTables } from '../../model/object-tables.ts'
import type { TableTemplates } from '../../model/sync.ts'
import type { SyncDraft } from '../syncs/check-syncs.ts'
import { configErrors } from '../errors.ts'
import { nodeAt, placeAt } from '../yaml/located.ts'
import { type Problem, problem } from '../problem.ts'
import { pulledObjects, type SourceScope, tableTemplates } from './pulled-objects.ts'

interface PulledTable {
  readonly sync: string
  readonly object: string
  /** What it is of the object: `history`, `latest of the history`. */
  readonly use: string
  readonly name: string
  readonly isBeneath: boolean
  /** Connection, schema and name as the least particular warehouse reads them. */
  readonly identity: string
  readonly place: Place
  /** Whether the file names it; else it has its name by default. */
  readonly isWritten: boolean
}

/** Problems by sync: one for each name that several tables would have. */
export function checkTables(
  drafts: readonly SyncDraft[],
  scope: SourceScope,
): ReadonlyMap<string, readonly Problem[]> {
  const tables = drafts.flatMap((draft) => tablesOf(draft, scope))
  const found = new Map<string, Problem[]>()
  for (const same of Map.groupBy(tables, ({ identity }) => identity).values()) {
    // Where two histories have one name, that of the tables beneath them follows.
    if (same.length === 1 || same.every(({ isBeneath }) => isBeneath)) continue
    for (const [sync, own] of Map.groupBy(same, (table) => table.sync)) {
      const told = own.find(({ isWritten }) => isWritten) ?? own[0]
      if (told !== undefined) found.set(sync, [...(found.get(sync) ?? []), collision(told, same)])
    }
  }
  return found
}

function tablesOf(draft: SyncDraft, scope: SourceScope): PulledTable[] {
  const { name, options, tree, isRight } = draft
  if (options.type !== 'pull' || !isRight('from', 'to')) return []
  const { connection, schema } = options.to
  const templates = tableTemplates(options)
  const written = nodeAt(tree, ['to', 'tables'])
  return pulledObjects(options, scope).flatMap((object) =>
    namesOf(templates, object).map(({ template, use, table, isBeneath }) => {
      const isNamed = written?.kind === 'map' && written.entries.has(template)
      return {
        sync: name,
        object: object.name,
        use,
        isBeneath,
        name: table,
        identity: JSON.stringify([connection, schema.toLowerCase(), table.toLowerCase()]),
        place: placeAt(tree, isNamed ? ['to', 'tables', template] : ['to', 'tables']),
        isWritten: isNamed || (written?.kind === 'scalar' && template === 'history'),
      }
    }),
  )
}

interface NamedTable {
  /** Of the file, that it is named by. */
  readonly template: keyof TableTemplates
  readonly use: string
  readonly table: string
  /** Of the tables that the history is made of. */
  readonly isBeneath: boolean
}

function namesOf(templates: TableTemplates, object: NamedObject): readonly NamedTable[] {
  const { history, current, changes } = objectTables(templates, object)
  const { past, latest } = versionTables(history)
  const named = { history, current, changes }
  const beneath = { past, latest }
  return [
    ...Object.entries(named).map(([use, table]) => {
      const template = use as keyof TableTemplates
      return { template, use, table, isBeneath: false }
    }),
    ...Object.entries(beneath).map(([part, table]) => {
      return { template: 'history', use: `${part} of the history`, table, isBeneath: true } as const
    }),
  ]
}

/** As many as a sentence has room for. */
const mostNamed = 4

function collision(one: PulledTable, same: readonly PulledTable[]): Problem {
  const told = same.map(
    ({ sync, object, use }) =>
      `the ${use} of ${object}${sync === one.sync ? '' : ` in the sync ${sync}`}`,
  )
  const shown = told.slice(0, mostNamed)
  if (told.length > mostNamed) shown.push(`${told.length - mostNamed} more`)
  const message = `The table ${one.name} would be ${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}.`
  return problem(configErrors.tables, { place: one.place, message, found: one.name })
}
