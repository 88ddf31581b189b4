/**
 * Rows that wait for their turn in the next run, held in name only; and held rows that have nothing to wait for any more. Deferred rows that
 * a CRM or a target made wait stand beside the former (`wait` in `hold.ts`), and all go before rows that were deferred later.
 */
import type { Column } from '../../model/value.ts'
import { type DiffInput, dueKey, isInDoubt } from './diff.ts'
import type { MergeInput } from './merge.ts'
import { type RunTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

type Waiting = Pick<MergeInput, 'dialect' | 'sync' | 'runId' | 'now'>

/**
 * Operations that were never sent, as rows that wait: what did not fit into this run comes first in
 * the next one. Only for a run whose outcomes are all merged.
 */
export function rememberUnsent(
  input: Waiting & Pick<MergeInput, 'shared' | 'run' | 'syncName'>,
): Statement {
  const { dialect, shared, run } = input
  const { literal, quote } = dialect
  const concluded = `select 1 from ${tableReference(dialect, shared.operations)} as o where o.${quote('sync')} = ${literal(input.syncName)} and o.${quote('run_id')} = ${literal(input.runId)} and o.${quote('sequence')} = p.${quote('sequence')}`
  const unsent = `select p.${quote('key')} as ${quote('key')} from ${tableReference(dialect, run.plan)} as p where p.${quote('status')} is null and not exists (${concluded})`
  return holdWaiting(input, unsent, 'run.ended_early')
}

/** Rows beyond the limit of a run, which has no plan for them. They wait as `rememberUnsent` has others wait. */
export function rememberBeyondLimit(
  input: Waiting & { readonly run: RunTables },
  key: Column,
): Statement {
  const { dialect, run } = input
  const { quote } = dialect
  const chosen = `select 1 from ${tableReference(dialect, run.due)} as d where d.${quote('key')} = c.${quote('key')}`
  const beyond = `select ${dialect.canonicalText(`c.${quote('key')}`, key)} as ${quote('key')} from ${tableReference(dialect, run.changed)} as c where not exists (${chosen})`
  return holdWaiting(input, beyond, 'run.limit')
}

/** Held in name only, unless they are held already. */
function holdWaiting(
  { dialect, sync, runId, now }: Waiting,
  keys: string,
  reason: 'run.ended_early' | 'run.limit',
): Statement {
  const { literal, quote } = dialect
  const columns: Record<string, string> = {
    key: `w.${quote('key')}`,
    status: literal('deferred'),
    reason: literal(reason),
    fingerprint: literal(''),
    attempts: '0',
    next_attempt: '0',
    since: `${now}`,
    first_run: literal(runId),
    last_run: literal(runId),
  }
  const names = Object.keys(columns).map((name) => quote(name))
  const known = `select 1 from ${tableReference(dialect, sync.held)} as h where h.${quote('key')} = w.${quote('key')}`
  return statement(
    `insert into ${tableReference(dialect, sync.held)} (${names.join(', ')}) select ${Object.values(columns).join(', ')} from (${keys}) as w where not exists (${known})`,
  )
}

/**
 * `[rows]` that are held and not due any more: what they were to send is in the CRM, was taken back, or left the model. Who is in doubt
 * stays: nobody knows what the CRM has of them.
 */
export function countSettled(input: DiffInput): Statement {
  return statement(`select ${input.dialect.toText('count(*)')} from (${settledKeys(input)}) as s`)
}

/** Forgets them. Only for a diff of all keys. */
export function forgetSettled(input: DiffInput): Statement {
  const { dialect, sync } = input
  return statement(
    `delete from ${tableReference(dialect, sync.held)} where ${dialect.quote('key')} in (${settledKeys(input)})`,
  )
}

function settledKeys(input: DiffInput): string {
  const { dialect, run, sync } = input
  const { quote } = dialect
  const changed = `select 1 from ${tableReference(dialect, run.changed)} as c where ${dialect.canonicalText(`c.${quote('key')}`, dueKey(input))} = h.${quote('key')}`
  return `select h.${quote('key')} from ${tableReference(dialect, sync.held)} as h where not (${isInDoubt(dialect)}) and not exists (${changed})`
}
