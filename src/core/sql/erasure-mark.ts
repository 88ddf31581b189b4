/**
 * When a sync last erased what it kept of somebody, in its row of the working schema: it goes with the rows, so that a copy made
 * before tells an earlier time than the state does. Canonical instants.
 */
import type { Catalogue } from './catalogue.ts'
import type { Dialect } from './dialect.ts'
import { type SharedTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'

export interface ErasureMark {
  readonly sync: string
  /** Of the lease under which it is written. */
  readonly fence: number
  readonly at: string
}

/** Of one row, whatever the warehouse tells; of none where the lease was lost, and everything is undone (promise 7). */
export function markErasure(dialect: Dialect, shared: SharedTables, mark: ErasureMark): Statement {
  return { text: markText(dialect, shared, mark), parameters: [], expectRows: 1 }
}

/** Of no row where the warehouse does not tell of the `last` erasure before: what lacks that goes on lacking it. */
export function markNextErasure(
  dialect: Dialect,
  shared: SharedTables,
  mark: ErasureMark,
  last: string | null,
): Statement {
  const erasedAt = dialect.quote('erased_at')
  const tellsLast = last === null ? `${erasedAt} is null` : `${erasedAt} = ${dialect.literal(last)}`
  return { text: `${markText(dialect, shared, mark)} and ${tellsLast}`, parameters: [] }
}

function markText(
  dialect: Dialect,
  { syncs }: SharedTables,
  { sync, fence, at }: ErasureMark,
): string {
  const { literal, quote } = dialect
  return `update ${tableReference(dialect, syncs)} set ${quote('erased_at')} = ${literal(at)} where ${quote('sync')} = ${literal(sync)} and ${quote('fence')} = ${fence}`
}

/** Of two names of one sync whichever stays tells the last erasure under either. */
export function joinErasureMarks(
  dialect: Dialect,
  { syncs }: SharedTables,
  names: readonly string[],
): Statement {
  const { literal, quote } = dialect
  const table = tableReference(dialect, syncs)
  const named = `${quote('sync')} in (${names.map((name) => literal(name)).join(', ')})`
  const erasedAt = quote('erased_at')
  return {
    text: `update ${table} set ${erasedAt} = (select max(t.${erasedAt}) from ${table} as t where t.${named}) where ${named}`,
    parameters: [],
  }
}

/** In a working schema whose syncs tell of no erasure yet, their tombstones do. */
export function marksOfTombstones(
  dialect: Dialect,
  { erased, syncs }: SharedTables,
  known: Catalogue,
): readonly Statement[] {
  const columns = known.get(syncs.table) ?? []
  if (columns.length === 0 || columns.some(({ name }) => name === 'erased_at')) return []
  if (!known.has(erased.table)) return []
  const { quote } = dialect
  const [sync, erasedAt] = [quote('sync'), quote('erased_at')]
  const last = dialect.canonicalText(`max(e.${erasedAt})`, { kind: 'timestamp_tz' })
  return [
    {
      text: `update ${tableReference(dialect, syncs)} set ${erasedAt} = (select ${last} from ${tableReference(dialect, erased)} as e where e.${sync} = ${quote(syncs.table)}.${sync}) where ${erasedAt} is null`,
      parameters: [],
    },
  ]
}
