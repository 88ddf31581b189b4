/** The life of one record: what was done to it, when, in which run, and where it stands (promise 9). */
import { readPayload } from '../../core/delivery/payload.ts'
import { keyLife } from '../../core/sql/explain.ts'
import type { Dialect } from '../../core/sql/dialect.ts'
import { sharedTables, type SyncTables, syncTables } from '../../core/sql/names.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { CrmValue, Disposition, FieldChange } from '../../model/operation.ts'
import { namesOf, type PushSync } from '../../model/sync.ts'
import type { Column, Row } from '../../model/value.ts'
import type { Session, Warehouse } from '../../warehouse/warehouse.ts'

export interface LifeEvent {
  readonly at: string
  readonly runId: string
  readonly kind: string
  readonly status: string
  readonly reason: string | null
  readonly message: string | null
  readonly remoteId: string | null
  readonly changes: Readonly<Record<string, FieldChange>>
  /** The CRM's job that it was part of; null for what went by a request. */
  readonly job: string | null
}

/** An operation that was sent, and whose outcome nobody knows yet. */
export interface UnderWay {
  readonly runId: string
  readonly kind: string
  /** Milliseconds since the epoch. */
  readonly since: number
  /** As in `LifeEvent`. */
  readonly job: string | null
}

export interface Life {
  readonly sync: string
  readonly key: string
  /** What the baseline holds; null when the CRM never confirmed the key. */
  readonly baseline: {
    readonly remoteId: string
    readonly origin: string
    readonly presence: string
    readonly crmValues: Readonly<Record<string, CrmValue>>
    readonly withheld: Readonly<Record<string, Disposition>>
    readonly runId: string
    readonly confirmedAt: string
  } | null
  /** Why it is held back from the next runs; null when it is not. */
  readonly held: {
    readonly status: string
    readonly reason: string | null
    readonly message: string | null
    readonly attempts: number
    /** Milliseconds since the epoch; null: until its values change or a person retries. */
    readonly nextAttempt: number | null
  } | null
  /** Why it waits for its turn in the next run, and which run left it; null when it does not. */
  readonly waits: {
    readonly reason: string | null
    readonly message: string | null
    readonly runId: string
  } | null
  /** Oldest first. */
  readonly events: readonly LifeEvent[]
  readonly underWay: readonly UnderWay[]
}

export async function explain(
  ledger: Pick<Ledger, 'runs' | 'sendingBatches'>,
  warehouse: Warehouse,
  workingSchema: string,
  sync: PushSync,
  key: string,
): Promise<Life> {
  const { dialect } = warehouse
  const underWay = await operationsUnderWay(ledger, sync, key)
  const shared = sharedTables(workingSchema)
  return warehouse.session(async (session) => {
    const place = await keptUnder({ dialect, workingSchema, sync }, session)
    if (place === null) {
      return { sync: sync.name, key, ...nothingKept, underWay }
    }
    const { keyColumn, name, tables } = place
    const operations = await session.columns(shared.operations.schema, shared.operations.table)
    const knowsJobs = operations?.some((column) => column.name === 'job') === true
    const life = keyLife(dialect, shared, tables, name, keyColumn, key, knowsJobs)
    const [baseline] = await session.query(life.baseline)
    const [kept] = await session.query(life.held)
    const held = kept === undefined ? null : readHeld(kept)
    const events = await session.query(life.operations)
    return {
      sync: sync.name,
      key,
      baseline: baseline === undefined ? null : readBaseline(baseline),
      ...standingOf(held),
      events: events.map(readEvent),
      underWay,
    }
  })
}

interface Kept {
  readonly name: string
  readonly tables: SyncTables
  readonly keyColumn: Column
}

/** What there is of the sync, by which name it is kept; null where no run made a baseline. */
async function keptUnder(
  {
    dialect,
    workingSchema,
    sync,
  }: { readonly dialect: Dialect; readonly workingSchema: string; readonly sync: PushSync },
  session: Session,
): Promise<Kept | null> {
  for (const name of namesOf(sync)) {
    const tables = syncTables(workingSchema, name, dialect.maxIdentifierBytes)
    const columns = await session.columns(tables.baseline.schema, tables.baseline.table)
    const keyColumn = columns?.find((column) => column.name === 'key')
    if (keyColumn !== undefined) return { name, tables, keyColumn }
  }
  return null
}

/** Of the run that sends, or that died while it did. */
async function operationsUnderWay(
  ledger: Pick<Ledger, 'runs' | 'sendingBatches'>,
  sync: PushSync,
  key: string,
): Promise<readonly UnderWay[]> {
  const state = ['delivering', 'resolving'] as const
  const found = namesOf(sync).map((name) => ledger.runs({ sync: name, state, limit: 1 }))
  const [run] = (await Promise.all(found)).flat()
  if (run === undefined) return []
  const batches = await ledger.sendingBatches(run.id)
  return batches.flatMap(({ payload, sentAt, job }) =>
    readPayload(payload)
      .rows.filter((row) => row.key === key)
      .map(({ kind }) => ({ runId: run.id, kind, since: sentAt, job: job?.id ?? null })),
  )
}

function readBaseline(row: Row): NonNullable<Life['baseline']> {
  const [remoteId, origin, presence, crmValues, withheld, runId, confirmedAt] = row
  return {
    remoteId: remoteId ?? '',
    origin: origin ?? '',
    presence: presence ?? '',
    crmValues: JSON.parse(crmValues ?? '{}') as Record<string, CrmValue>,
    withheld: JSON.parse(withheld ?? '{}') as Record<string, Disposition>,
    runId: runId ?? '',
    confirmedAt: confirmedAt ?? '',
  }
}

const nothingKept = { baseline: null, held: null, waits: null, events: [] } as const

type Held = NonNullable<Life['held']> & { readonly runId: string }

/** A row that only waits for its turn is looked at in each run, and not held back. */
function standingOf(kept: Held | null): Pick<Life, 'held' | 'waits'> {
  if (kept === null) return { held: null, waits: null }
  const { runId, ...held } = kept
  if (held.nextAttempt !== 0) return { held, waits: null }
  const { message, reason } = held
  return { held: null, waits: { reason, message, runId } }
}

function readHeld(row: Row): Held {
  const [status, reason, message, attempts, nextAttempt, lastRun] = row
  return {
    runId: lastRun ?? '',
    status: status ?? '',
    reason: reason ?? null,
    message: message ?? null,
    attempts: Number(attempts),
    nextAttempt: nextAttempt === null || nextAttempt === undefined ? null : Number(nextAttempt),
  }
}

function readEvent(row: Row): LifeEvent {
  const [at, runId, kind, status, reason, message, remoteId, changes, job] = row
  return {
    at: at ?? '',
    runId: runId ?? '',
    kind: kind ?? '',
    status: status ?? '',
    reason: reason ?? null,
    message: message ?? null,
    remoteId: remoteId ?? null,
    changes: JSON.parse(changes ?? '{}') as Record<string, FieldChange>,
    job: job ?? null,
  }
}
