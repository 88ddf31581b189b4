/**
 * Makes rows due again that nothing else would: those held back, those with withheld fields, and
 * those a person names. The mark stands beside the mapping version: a row may be reopened and touched
 * by an edited mapping at once.
 */
import { byRow } from './by-row.ts'
import type { Dialect } from './dialect.ts'
import { inDoubt } from './hold.ts'
import { type SharedTables, type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** Forgets that rows are held back: all of the sync, or one key. */
export function releaseHeld(dialect: Dialect, sync: SyncTables, key: string | null): Statement {
  const quote = dialect.quote
  const which = key === null ? 'true' : `${quote('key')} = ${dialect.literal(key)}`
  return statement(`delete from ${tableReference(dialect, sync.held)} where ${which}`)
}

/** Reopens rows whose fields were withheld, or whose record was deleted by somebody else. */
export function reopenWithheld(
  dialect: Dialect,
  sync: SyncTables,
  keyKind: Parameters<Dialect['canonicalText']>[1],
  key: string | null,
): Statement {
  const quote = dialect.quote
  const withheld = `(${quote('withheld')} <> '{}' or ${quote('presence')} = 'deleted')`
  const which =
    key === null
      ? withheld
      : `${dialect.canonicalText(quote('key'), keyKind)} = ${dialect.literal(key)}`
  return statement(
    `update ${tableReference(dialect, sync.baseline)} set ${quote('reopened')} = true where ${which}`,
  )
}

/** Reopens rows by the ids of their records. */
export function reopenRecords(
  dialect: Dialect,
  sync: SyncTables,
  remoteIds: readonly string[],
): Statement {
  const quote = dialect.quote
  const ids = remoteIds.map((_, index) => dialect.placeholder(index + 1)).join(', ')
  return {
    text: `update ${tableReference(dialect, sync.baseline)} set ${quote('reopened')} = true where ${quote('remote_id')} in (${ids})`,
    parameters: [...remoteIds],
  }
}

/**
 * Reopens rows whose records another row wrote to in this run and was then refused (`overwritten`). To be
 * called when all of the run is merged: merged later, the owner's own outcome would hide it.
 */
export function reopenOverwritten(
  dialect: Dialect,
  sync: SyncTables,
  shared: SharedTables,
  run: { readonly syncName: string; readonly runId: string },
): Statement {
  const { literal, quote } = dialect
  const id = quote('remote_id')
  // What planning refused has written nothing and is of no kind; a create that wrote nothing names no record.
  const refused = `${quote('sync')} = ${literal(run.syncName)} and ${quote('run_id')} = ${literal(run.runId)} and ${quote('kind')} = 'create' and ${quote('reason')} in ('record.bound', ${literal(inDoubt)}) and ${id} is not null`
  return statement(
    `update ${tableReference(dialect, sync.baseline)} set ${quote('reopened')} = true where ${id} in (select ${id} from ${tableReference(dialect, shared.operations)} where ${refused})`,
  )
}

/**
 * Reopens rows whose records are about to give their match values up, and notes in place of those values
 * the ones that they are to get. Done before the request, so that a run which ends between release
 * and claim leaves the rows due, and nobody else's claim is refused for a value that no record holds.
 */
export function reopenReleased(
  dialect: Dialect,
  sync: SyncTables,
  records: readonly { readonly remoteId: string; readonly matchValue: string }[],
): Statement {
  const { quote } = dialect
  const { value, isOne, parameters } = byRow(
    dialect,
    quote('remote_id'),
    records.map(({ remoteId, matchValue }) => [remoteId, matchValue]),
  )
  return statement(
    `update ${tableReference(dialect, sync.baseline)} set ${quote('match_value')} = null, ${quote('released')} = ${value()}, ${quote('reopened')} = true where ${isOne}`,
    parameters,
  )
}
