/** The life of one record: what was done to it, when, in which run, and where it stands (promise 9). */
import { keyLife } from '../core/sql/explain.ts'
import { sharedTables, syncTables } from '../core/sql/names.ts'
import type { CrmValue, Disposition, FieldChange } from '../model/operation.ts'
import type { PushSync } from '../model/sync.ts'
import type { Row } from '../model/value.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

export interface LifeEvent {
  readonly at: string
  readonly runId: string
  readonly kind: string
  readonly status: string
  readonly reason: string | null
  readonly message: string | null
  readonly remoteId: string | null
  readonly changes: Readonly<Record<string, FieldChange>>
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
  /** Oldest first. */
  readonly events: readonly LifeEvent[]
}

export async function explain(
  warehouse: Warehouse,
  workingSchema: string,
  sync: PushSync,
  key: string,
): Promise<Life> {
  const { dialect } = warehouse
  const shared = sharedTables(workingSchema)
  const tables = syncTables(workingSchema, sync.name, dialect.maxIdentifierBytes)
  return warehouse.session(async (session) => {
    const columns = await session.columns(tables.baseline.schema, tables.baseline.table)
    const keyColumn = columns?.find((column) => column.name === 'key')
    if (keyColumn === undefined) {
      return { sync: sync.name, key, baseline: null, held: null, events: [] }
    }
    const life = keyLife(dialect, shared, tables, sync.name, keyColumn, key)
    const [baseline] = await session.query(life.baseline)
    const [held] = await session.query(life.held)
    const events = await session.query(life.operations)
    return {
      sync: sync.name,
      key,
      baseline: baseline === undefined ? null : readBaseline(baseline),
      held: held === undefined ? null : heldBack(readHeld(held)),
      events: events.map(readEvent),
    }
  })
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

/** A row that only waits for its turn is looked at in each run, and not held back. */
function heldBack(held: NonNullable<Life['held']>): Life['held'] {
  return held.nextAttempt === 0 ? null : held
}

function readHeld(row: Row): NonNullable<Life['held']> {
  const [status, reason, message, attempts, nextAttempt] = row
  return {
    status: status ?? '',
    reason: reason ?? null,
    message: message ?? null,
    attempts: Number(attempts),
    nextAttempt: nextAttempt === null || nextAttempt === undefined ? null : Number(nextAttempt),
  }
}

function readEvent(row: Row): LifeEvent {
  const [at, runId, kind, status, reason, message, remoteId, changes] = row
  return {
    at: at ?? '',
    runId: runId ?? '',
    kind: kind ?? '',
    status: status ?? '',
    reason: reason ?? null,
    message: message ?? null,
    remoteId: remoteId ?? null,
    changes: JSON.parse(changes ?? '{}') as Record<string, FieldChange>,
  }
}
