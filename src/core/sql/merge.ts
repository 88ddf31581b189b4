/**
 * Confirmation: outcomes that the ledger holds become baseline rows, operations and held rows, in
 * one fenced transaction. Merging the same outcomes twice is the same as merging them once, since
 * the generation lets each merge commit once only.
 */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import type { HoldKind } from './hold.ts'
import {
  type RunTables,
  type SharedTables,
  type SyncTables,
  tableReference,
  valueColumn,
} from './names.ts'
import { rowFingerprint } from './row-fingerprint.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

export interface MergeInput {
  readonly dialect: Dialect
  readonly shared: SharedTables
  readonly run: RunTables
  readonly sync: SyncTables
  readonly syncName: string
  readonly runId: string
  readonly stateId: string
  readonly fence: number
  /** The generation this merge makes; the one before must stand in the warehouse. */
  readonly generation: number
  /** The run's last conclusion that this merge takes over. */
  readonly throughConclusion: number
  readonly columns: readonly Column[]
  readonly mappingVersion: number
  /** A digest of the metadata that the plan rested on; null where nobody looked at it. */
  readonly metadata: string | null
  /** Some outcomes reopen their rows without advancing the baseline. */
  readonly reopensOnly: boolean
  /** Some outcomes hold their rows, or rows may have been held before. */
  readonly holds: boolean
  /** Milliseconds since the epoch, for the next attempt of what failed. */
  readonly now: number
}

/**
 * Everything of one merge, in order. The first statement is the fence (promise 7): a worker whose
 * lease or state was replaced affects no row, and the whole execution is undone.
 */
export function mergeStatements(input: MergeInput): Statement[] {
  return [
    advanceGeneration(input),
    mergeBaseline(input),
    ...(input.reopensOnly ? [reopenKnown(input)] : []),
    appendOperations(input),
    ...(input.holds ? [mergeHeld(input)] : []),
  ]
}

function advanceGeneration(input: MergeInput): Statement {
  const { dialect, shared } = input
  const { literal, quote } = dialect
  return {
    text: `update ${tableReference(dialect, shared.syncs)} set ${quote('generation')} = ${input.generation}, ${quote('merged_run')} = ${literal(input.runId)}, ${quote('merged_through')} = ${input.throughConclusion} where ${quote('sync')} = ${literal(input.syncName)} and ${quote('state_id')} = ${literal(input.stateId)} and ${quote('generation')} = ${input.generation - 1} and ${quote('fence')} = ${input.fence}`,
    parameters: [],
    expectRows: 1,
  }
}

/**
 * Rows with a presence are those whose record in the CRM is known: they advance the baseline, and
 * no others (promise 1).
 */
function mergeBaseline(input: MergeInput): Statement {
  const { dialect, run, sync } = input
  const { literal, quote } = dialect
  const values = input.columns.map((column) => quote(valueColumn(dialect, column.name)))
  // A record that was cleared, wholly or in part, before it got the match value it is owed is owed it still.
  const isOwed = `r.${quote('presence')} in ('present', 'cleared') and d.${quote('side')} = 'removed' and p.${quote('match_value')} is null and d.${quote('released')} is not null`
  const confirmed: Record<string, string> = {
    remote_id: `r.${quote('remote_id')}`,
    // Having created one record says nothing of another that took its place.
    origin: `coalesce(r.${quote('origin')}, case when d.${quote('remote_id')} = r.${quote('remote_id')} then d.${quote('origin')} end, 'adopted')`,
    presence: `r.${quote('presence')}`,
    match_value: `p.${quote('match_value')}`,
    released: `case when ${isOwed} then d.${quote('released')} end`,
    crm_values: `r.${quote('crm_values')}`,
    withheld: `r.${quote('withheld')}`,
    mapping_version: `${input.mappingVersion}`,
    reopened: `(r.${quote('reopen')} is not null or (${isOwed}))`,
    run_id: literal(input.runId),
    confirmed_at: `r.${quote('at')}`,
  }
  const names = Object.keys(confirmed).map((name) => quote(name))
  const source =
    `select d.${quote('key')} as ${quote('key')}, r.${quote('keeps_match')} as ${quote('keeps_match')}, ` +
    [
      ...Object.entries(confirmed).map(([name, value]) => `${value} as ${quote(name)}`),
      ...values.map((value) => `d.${value} as ${value}`),
    ].join(', ') +
    ` from ${tableReference(dialect, run.results)} as r join ${tableReference(dialect, run.due)} as d on d.${quote('sequence')} = r.${quote('sequence')} join ${tableReference(dialect, run.plan)} as p on p.${quote('sequence')} = r.${quote('sequence')} where r.${quote('presence')} is not null and r.${quote('remote_id')} is not null`
  const all = [...names, ...values]
  // What the run itself took from the record, or owes it, stands in the baseline alone.
  const kept = [quote('match_value'), quote('released')]
  const updates = all.map((name) =>
    kept.includes(name)
      ? `${name} = case when s.${quote('keeps_match')} is not null then b.${name} else s.${name} end`
      : `${name} = s.${name}`,
  )
  return statement(
    `merge into ${tableReference(dialect, sync.baseline)} as b using (${source}) as s on b.${quote('key')} = s.${quote('key')}` +
      ` when matched then update set ${updates.join(', ')}` +
      ` when not matched then insert (${[quote('key'), ...all].join(', ')}) values (${[quote('key'), ...all].map((name) => `s.${name}`).join(', ')})`,
  )
}

/**
 * Rows whose operation did not arrive as planned, and of whose records more is known since: they stay due whatever becomes of
 * their values, as the CRM may hold what neither the baseline nor the model says.
 */
function reopenKnown({ dialect, run, sync }: MergeInput): Statement {
  const { quote } = dialect
  const known = `select d.${quote('key')} as ${quote('key')}, r.${quote('crm_values')} as ${quote('crm_values')}, r.${quote('withheld')} as ${quote('withheld')} from ${tableReference(dialect, run.results)} as r join ${tableReference(dialect, run.due)} as d on d.${quote('sequence')} = r.${quote('sequence')} where r.${quote('presence')} is null and r.${quote('reopen')} is not null`
  return statement(
    `merge into ${tableReference(dialect, sync.baseline)} as b using (${known}) as s on b.${quote('key')} = s.${quote('key')}` +
      ` when matched then update set ${quote('crm_values')} = s.${quote('crm_values')}, ${quote('withheld')} = s.${quote('withheld')}, ${quote('reopened')} = true`,
  )
}

/** Whose operations are recorded. */
type RecordedRun = Pick<MergeInput, 'dialect' | 'shared' | 'run' | 'syncName' | 'runId'>

function appendOperations(input: MergeInput): Statement {
  const { dialect, run } = input
  const { quote } = dialect
  const results = `${tableReference(dialect, run.results)} as r`
  return recordOperations(
    input,
    {
      remote_id: `coalesce(r.${quote('remote_id')}, p.${quote('remote_id')})`,
      status: `r.${quote('status')}`,
      reason: `r.${quote('reason')}`,
      message: `r.${quote('message')}`,
      at: `r.${quote('at')}`,
      job: `r.${quote('job')}`,
    },
    `${results} join ${planned(input)} on p.${quote('sequence')} = r.${quote('sequence')}`,
  )
}

/** The plan's operations as outcomes of a run that leaves all of them to others (promise 2). */
export function recordUnsent(
  input: RecordedRun,
  { reason, at }: { readonly reason: string; readonly at: string },
): Statement {
  const { literal, quote, types } = input.dialect
  return recordOperations(
    input,
    {
      remote_id: `p.${quote('remote_id')}`,
      status: literal('deferred'),
      reason: literal(reason),
      at: `cast(${literal(at)} as ${types.timestamp_tz})`,
    },
    `${planned(input)} where p.${quote('status')} is null`,
  )
}

function planned({ dialect, run }: RecordedRun): string {
  return `${tableReference(dialect, run.plan)} as p`
}

/** `outcome` by column; `rows` is what follows `from`, with the plan as `p`. */
function recordOperations(
  { dialect, shared, syncName, runId }: RecordedRun,
  outcome: Readonly<Record<string, string>>,
  rows: string,
): Statement {
  const { literal, quote } = dialect
  const columns: Record<string, string> = {
    run_id: literal(runId),
    sync: literal(syncName),
    sequence: `p.${quote('sequence')}`,
    key: `p.${quote('key')}`,
    kind: `p.${quote('kind')}`,
    ...outcome,
    changes: `p.${quote('changes')}`,
  }
  const names = Object.keys(columns).map((name) => quote(name))
  return statement(
    `insert into ${tableReference(dialect, shared.operations)} (${names.join(', ')}) select ${Object.values(columns).join(', ')} from ${rows}`,
  )
}

/** Minutes until the n-th next attempt: 1, 2, 4, … at most a day. */
const longestWaitMinutes = 1440

function mergeHeld(input: MergeInput): Statement {
  const { dialect, run, sync } = input
  const { literal, quote } = dialect
  const held = (name: string): string => `h.${quote(name)}`
  const from = (name: string): string => `s.${quote(name)}`
  const is = (kind: HoldKind): string => literal(kind)
  // Whoever is deferred for no other reason has a place in the queue.
  const hold = `coalesce(r.${quote('hold')}, case when r.${quote('status')} = 'deferred' then ${is('wait')} end)`
  const source =
    `select p.${quote('key')} as ${quote('key')}, r.${quote('status')} as ${quote('status')}, r.${quote('reason')} as ${quote('reason')}, r.${quote('message')} as ${quote('message')}, ${hold} as ${quote('hold')}, ` +
    `${rowFingerprint(dialect, input.columns, 'd', input.mappingVersion)} as ${quote('fingerprint')}` +
    ` from ${tableReference(dialect, run.results)} as r join ${tableReference(dialect, run.plan)} as p on p.${quote('sequence')} = r.${quote('sequence')} join ${tableReference(dialect, run.due)} as d on d.${quote('sequence')} = r.${quote('sequence')}` +
    // Of most rows nothing is held and nothing was: their fingerprints need not be computed.
    ` where ${hold} is not null or p.${quote('key')} in (select ${quote('key')} from ${tableReference(dialect, sync.held)})`
  // Waiting is no attempt: what is tried after it begins with the shortest pause.
  const attempt = `case ${from('hold')} when ${is('wait')} then 0 else 1 end`
  const wait = (tries: string): string =>
    `case ${from('hold')} when ${is('wait')} then 0 when ${is('retry')} then ${input.now} + 60000 * case when ${tries} > 10 then ${longestWaitMinutes} else cast(power(2, ${tries}) as ${dialect.types.bigint}) end else null end`
  const updated = {
    status: from('status'),
    reason: from('reason'),
    message: from('message'),
    fingerprint: from('fingerprint'),
    attempts: `${held('attempts')} + ${attempt}`,
    next_attempt: wait(held('attempts')),
    metadata:
      input.metadata === null ? `cast(null as ${dialect.types.text})` : literal(input.metadata),
    last_run: literal(input.runId),
  }
  const inserted = {
    key: from('key'),
    ...updated,
    attempts: attempt,
    next_attempt: wait('0'),
    since: `${input.now}`,
    first_run: literal(input.runId),
  }
  const assignments = Object.entries(updated).map(([name, value]) => `${quote(name)} = ${value}`)
  const names = Object.keys(inserted).map((name) => quote(name))
  return statement(
    `merge into ${tableReference(dialect, sync.held)} as h using (${source}) as s on ${held('key')} = ${from('key')}` +
      ` when matched and ${from('hold')} is null then delete` +
      ` when matched then update set ${assignments.join(', ')}` +
      ` when not matched and ${from('hold')} is not null then insert (${names.join(', ')}) values (${Object.values(inserted).join(', ')})`,
  )
}

/** Rows of the plan whose outcome was decided while planning, as results to merge. */
export function resultsDecidedByPlan(dialect: Dialect, run: RunTables, at: string): Statement {
  const { literal, quote } = dialect
  const columns: Record<string, string> = {
    sequence: quote('sequence'),
    status: quote('status'),
    reason: quote('reason'),
    message: quote('message'),
    hold: quote('hold'),
    remote_id: quote('remote_id'),
    origin: `cast(null as ${dialect.types.text})`,
    presence: quote('presence'),
    crm_values: quote('crm_values'),
    withheld: quote('withheld'),
    reopen: `cast(null as ${dialect.types.text})`,
    at: `cast(${literal(at)} as ${dialect.types.timestamp_tz})`,
  }
  const names = Object.keys(columns).map((name) => quote(name))
  return statement(
    `insert into ${tableReference(dialect, run.results)} (${names.join(', ')}) select ${Object.values(columns).join(', ')} from ${tableReference(dialect, run.plan)} where ${quote('status')} is not null`,
  )
}
