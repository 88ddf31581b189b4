/** Runs and their transitions, as the table in model/run.ts allows them. */
import {
  endedRunStates,
  nextRunState,
  type RunEvent,
  type RunKind,
  type RunState,
  runStates,
} from '../model/run.ts'
import { ledgerErrors } from './errors.ts'
import type { Lease, NewRun, RunRecord, RunTransition } from './ledger.ts'
import { underLease } from './leases.ts'
import {
  ExpectationFailed,
  type Store,
  type StoreRow,
  type StoreStatement,
} from '../store/store.ts'

/** What a transition stores besides: each stays as it was where it is not given. */
export interface TransitionDetails {
  readonly report?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

export interface RunFilter {
  readonly sync?: string
  readonly state?: readonly RunState[]
  readonly limit: number
}

/** May have requests in flight or outcomes to confirm: one per sync (promise 7). */
export const activeRunStates = [
  'delivering',
  'resolving',
  'confirming',
] as const satisfies readonly RunState[]

const columns = 'id, sync, kind, state, started_at, ended_at, cancel_requested, report, error'

export async function createRun(store: Store, lease: Lease, run: NewRun): Promise<RunRecord> {
  const insert: StoreStatement = {
    text: `insert into ${store.dialect.prefix}runs (id, sync, kind, state, started_at)
      values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
    parameters: [run.id, lease.sync, run.kind, run.state, run.startedAt],
    expectRows: 1,
  }
  try {
    const [, selected] = await underLease(store, lease, [insert, selectRun(store, run.id)])
    return runFrom(selected?.rows[0] ?? {})
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    throw ledgerErrors.run_exists({ message: `There is a run ${run.id} already.` })
  }
}

/** One transaction: the step is looked up in the table, recorded and taken where the run stands. */
export async function transition(
  store: Store,
  lease: Lease,
  runId: string,
  event: RunEvent,
  at: number,
  details: TransitionDetails = {},
): Promise<RunRecord> {
  try {
    const results = await underLease(store, lease, [
      recordTransition(store, lease, runId, event, at),
      takeTransition(store, runId, event, at, details),
      selectRun(store, runId),
    ])
    return runFrom(results.at(-1)?.rows[0] ?? {})
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    throw await whyNot(store, lease, runId, event)
  }
}

function recordTransition(
  store: Store,
  lease: Lease,
  runId: string,
  event: RunEvent,
  at: number,
): StoreStatement {
  const { prefix } = store.dialect
  const last = `(select max(step.sequence) from ${prefix}run_transitions step where step.run_id = $1)`
  const elsewhere = `select other.id from ${prefix}runs other
    where other.sync = $2 and other.id <> $1 and other.state in (${quoted(activeRunStates)})`
  const alone = leadsToActive(event) ? `and not exists (${elsewhere})` : ''
  return {
    text: `insert into ${prefix}run_transitions (run_id, sequence, from_state, event, to_state, at)
      select id, coalesce(${last}, 0) + 1, state, cast($3 as text), ${stateAfter(event)}, cast($4 as bigint)
      from ${prefix}runs where id = $1 and sync = $2 and state in (${quoted(statesBefore(event))}) ${alone}`,
    parameters: [runId, lease.sync, event, at],
    expectRows: 1,
  }
}

function takeTransition(
  store: Store,
  runId: string,
  event: RunEvent,
  at: number,
  details: TransitionDetails,
): StoreStatement {
  const after = stateAfter(event)
  return {
    text: `update ${store.dialect.prefix}runs set state = ${after},
      ended_at = case when ${after} in (${quoted(endedRunStates)}) then cast($2 as bigint) end,
      report = coalesce($3, report), error = coalesce($4, error) where id = $1`,
    parameters: [runId, at, jsonText(details.report), jsonText(details.error)],
    expectRows: 1,
  }
}

function statesBefore(event: RunEvent): readonly RunState[] {
  return runStates.filter((state) => nextRunState(state, event) !== null)
}

/** The table's column for an event, as an expression over the present state. */
function stateAfter(event: RunEvent): string {
  const cells = statesBefore(event).map(
    (state) => `when '${state}' then '${nextRunState(state, event)}'`,
  )
  return `case state ${cells.join(' ')} end`
}

function leadsToActive(event: RunEvent): boolean {
  const active: readonly (RunState | null)[] = activeRunStates
  return statesBefore(event).some((state) => active.includes(nextRunState(state, event)))
}

async function whyNot(store: Store, lease: Lease, runId: string, event: RunEvent): Promise<Error> {
  const run = await runRecord(store, runId)
  if (run === null || run.sync !== lease.sync) return unknownRun(runId, lease.sync)
  if (nextRunState(run.state, event) === null) {
    return ledgerErrors.transition({
      message: `The run ${runId} is ${run.state}, where ${event} cannot happen.`,
    })
  }
  return ledgerErrors.run_active({
    message: `The run ${runId} cannot go on with ${event}: another run of ${lease.sync} is not concluded.`,
  })
}

export async function runRecord(store: Store, id: string): Promise<RunRecord | null> {
  const [result] = await store.execute([selectRun(store, id)])
  const row = result?.rows[0]
  return row === undefined ? null : runFrom(row)
}

export async function runRecords(store: Store, filter: RunFilter): Promise<readonly RunRecord[]> {
  if (filter.state?.length === 0) return []
  const conditions: string[] = []
  const parameters: (string | number)[] = [filter.limit]
  if (filter.sync !== undefined) conditions.push(`sync = $${parameters.push(filter.sync)}`)
  // A state is one of a closed list, never a text from outside.
  if (filter.state !== undefined) conditions.push(`state in (${quoted(filter.state)})`)
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const [result] = await store.execute([
    {
      text: `select ${columns} from ${store.dialect.prefix}runs ${where}
        order by started_at desc, id desc limit $1`,
      parameters,
    },
  ])
  return (result?.rows ?? []).map(runFrom)
}

export async function runTransitionsOf(
  store: Store,
  runId: string,
): Promise<readonly RunTransition[]> {
  const [result] = await store.execute([
    {
      text: `select from_state, event, to_state, at from ${store.dialect.prefix}run_transitions
        where run_id = $1 order by sequence`,
      parameters: [runId],
    },
  ])
  return (result?.rows ?? []).map((row) => ({
    from: row.from_state as RunState,
    event: row.event as RunEvent,
    to: row.to_state as RunState,
    at: Number(row.at),
  }))
}

/** Throws `ledger.unknown_run`; of a run that has ended it changes nothing that anyone acts on. */
export async function requestCancel(store: Store, runId: string): Promise<void> {
  try {
    await store.execute([
      {
        text: `update ${store.dialect.prefix}runs set cancel_requested = 1 where id = $1`,
        parameters: [runId],
        expectRows: 1,
      },
    ])
  } catch (error) {
    if (!(error instanceof ExpectationFailed)) throw error
    throw unknownRun(runId, null)
  }
}

export function unknownRun(runId: string, sync: string | null): Error {
  const whose = sync === null ? '' : ` of the sync ${sync}`
  return ledgerErrors.unknown_run({ message: `There is no run ${runId}${whose}.` })
}

function selectRun(store: Store, id: string): StoreStatement {
  return {
    text: `select ${columns} from ${store.dialect.prefix}runs where id = $1`,
    parameters: [id],
  }
}

function runFrom(row: StoreRow): RunRecord {
  return {
    id: String(row.id),
    sync: String(row.sync),
    kind: row.kind as RunKind,
    state: row.state as RunState,
    startedAt: Number(row.started_at),
    endedAt: row.ended_at === null ? null : Number(row.ended_at),
    cancelRequested: row.cancel_requested === 1,
    report: row.report === null ? null : JSON.parse(String(row.report)),
    error: row.error === null ? null : JSON.parse(String(row.error)),
  }
}

function jsonText(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function quoted(states: readonly RunState[]): string {
  return states.map((state) => `'${state}'`).join(', ')
}
