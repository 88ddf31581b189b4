/**
 * A whole push in one process: a local CRM, DuckDB in memory, SQLite ledger, simulated clock. The
 * databases outlive a "process", so that a test can end one anywhere and start the next.
 */
import { createBudgetBook } from '../../src/connector/http/budget-book.ts'
import type { Crm } from '../../src/connector/connector.ts'
import { hubspot as connector } from '../../src/connector/hubspot/connector.ts'
import { columnMapping } from '../../src/core/mapping/column-mapping.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Collaborators, LeaseKeeper } from '../../src/engine/context.ts'
import { everything } from '../../src/engine/push/plan/model.ts'
import type { PushOptions } from '../../src/engine/push/lifecycle.ts'
import { planOnly, runPush } from '../../src/engine/push/push.ts'
import type { PushReport } from '../../src/engine/push/push-report.ts'
import type { Lease, Ledger } from '../../src/ledger/ledger.ts'
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import type { Row } from '../../src/model/value.ts'
import type { SimRequest } from '../../src/simulator/exchange.ts'
import {
  createHubSpot,
  type HubSpotOptions,
  type HubSpotSimulator,
  localToken,
} from '../../src/simulator/hubspot/hubspot.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { createFlowingClock, type FlowingClock } from './flowing-clock.ts'
import type { Host } from './host.ts'
import { createPlainHost } from './plain-host.ts'
import { simulatedTransport } from './simulated-transport.ts'
import type { Turns } from './turns.ts'

export interface PushWorldOptions {
  readonly random?: () => number
  /** Databases to share, with a name that no other world on them has. */
  readonly on?: { readonly host: Host; readonly name: string }
  /** Makes the history depend on nothing but its input. */
  readonly turns?: Turns
  /** How many runs the history had before, in another world; none unless said. */
  readonly runsBefore?: number
  /** Hears of each request to the local CRM. */
  readonly listen?: (request: SimRequest) => void
}

/** A local CRM as a push sees it. */
export interface WorldCrm {
  readonly connector: Collaborators['connector']
  /** A connection of its own. */
  open(): Crm
  /** Requests that arrived, by whatever the local CRM counts by. */
  calls(): Readonly<Record<string, number>>
}

export interface PushWorld {
  /** Where the engine keeps its tables. */
  readonly workingSchema: string
  readonly clock: FlowingClock
  readonly warehouse: Warehouse
  readonly ledger: Ledger
  /** Executes SQL of the test's own. */
  sql(...texts: string[]): Promise<void>
  query(text: string): Promise<readonly Row[]>
  /** A fresh process: a new connection to the CRM, a new lease. */
  run(sync: PushSync, options?: Partial<PushOptions>, wrap?: Wrap): Promise<PushReport>
  plan(sync: PushSync, options?: Partial<PushOptions>): Promise<PushReport>
  /** Any other work of the engine. */
  push<T>(work: Work<T>, sync: PushSync, options?: Partial<PushOptions>, wrap?: Wrap): Promise<T>
  /** A connection of its own to this world's CRM. */
  newCrm(): Crm
  /** API calls since the last call of this. */
  callsSince(): number
  close(): Promise<void>
}

export interface WorldOptions extends HubSpotOptions, PushWorldOptions {}

export interface World extends PushWorld {
  readonly hubspot: HubSpotSimulator
}

/** What a process does with a sync's collaborators and lease. */
export type Work<T> = (
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: PushOptions,
) => Promise<T>

/** Puts something between the engine and what it works with, e.g. a crash. */
export type Wrap = (collaborators: Collaborators) => Collaborators

export const epoch = Date.UTC(2026, 10, 21, 9)

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = createFlowingClock(epoch, options.turns)
  const hubspot = createHubSpot({ ...options, now: clock.now })
  const random = options.random ?? Math.random
  const world = await createPushWorld({ ...options, random }, clock, {
    connector,
    open: () => openCrm(hubspot, clock, random, options.listen),
    calls: () => hubspot.calls(),
  })
  return { ...world, hubspot }
}

/** A world around any CRM; `clock` is the one that the CRM goes by. */
export async function createPushWorld(
  options: PushWorldOptions,
  clock: FlowingClock,
  local: WorldCrm,
): Promise<PushWorld> {
  const { on, turns } = options
  const host = on?.host ?? (await createPlainHost())
  const ledger = turns?.ledger(host.ledger) ?? host.ledger
  const warehouse = turns?.warehouse(host.warehouse) ?? host.warehouse
  const workingSchema = on === undefined ? 'syncline' : `syncline_${on.name}`
  let runs = options.runsBefore ?? 0
  let countedCalls = 0
  const random = options.random ?? Math.random
  const totalCalls = (): number => Object.values(local.calls()).reduce((sum, n) => sum + n, 0)
  const start = async <T>(
    sync: PushSync,
    work: Work<T>,
    given: Partial<PushOptions>,
    wrap: Wrap = (same) => same,
  ): Promise<T> => {
    runs += 1
    const crm = local.open()
    const base: Collaborators = {
      sync,
      siblings: [],
      connector: local.connector,
      crm,
      warehouse,
      ledger,
      workingSchema,
      clock,
      random,
      progress: () => undefined,
      connectionCap: null,
      concurrency: 4,
      retentionDays: 30,
    }
    const collaborators = wrap(base)
    const lease = await keepLease(collaborators.ledger, clock, sync.name, `worker-${runs}`)
    const result = await work(collaborators, lease, {
      runId: `${on?.name ?? ''}run${String(runs).padStart(4, '0')}`,
      kind: 'run',
      first: true,
      force: false,
      selection: everything,
      signal: new AbortController().signal,
      ...given,
    })
    await collaborators.ledger.releaseLease(lease.current())
    return result
  }
  return {
    workingSchema,
    clock,
    warehouse,
    ledger,
    sql: (...texts) =>
      warehouse.session(async (session) => {
        await session.execute(texts.map((text) => statement(text)))
      }),
    query: (text) => warehouse.session((session) => session.query(statement(text))),
    run: (sync, given = {}, wrap) => start(sync, runPush, given, wrap),
    plan: (sync, given = {}) => start(sync, planOnly, { kind: 'plan', ...given }),
    newCrm: () => local.open(),
    push: (work, sync, given = {}, wrap) => start(sync, work, given, wrap),
    callsSince: () => {
      const total = totalCalls()
      const since = total - countedCalls
      countedCalls = total
      return since
    },
    close: async () => {
      if (on === undefined) await host.close()
      else {
        await warehouse.session((session) =>
          session.execute([statement(`drop schema if exists ${workingSchema} cascade`)]),
        )
      }
    },
  }
}

export function openCrm(
  hubspot: HubSpotSimulator,
  clock: FlowingClock,
  random: () => number,
  listen?: (request: SimRequest) => void,
): Crm {
  return connector.open(
    connector.options.parse({ base_url: 'http://127.0.0.1:4010', access_token: localToken }),
    {
      clock,
      random,
      transport: simulatedTransport(hubspot, clock, listen),
      budgets: createBudgetBook(clock),
    },
  )
}

const leaseTtlMs = 60_000

export async function keepLease(
  ledger: Ledger,
  clock: FlowingClock,
  sync: string,
  owner: string,
): Promise<LeaseKeeper> {
  let lease: Lease
  for (;;) {
    try {
      lease = await ledger.acquireLease(sync, owner, leaseTtlMs, clock.now())
      break
    } catch (error) {
      const holder = await ledger.leaseOf(sync)
      if (holder === null) throw error
      // A dead worker's lease runs out; its successor waits for that.
      await clock.sleep(Math.max(1, holder.expiresAt - clock.now() + 1))
    }
  }
  return {
    current: () => lease,
    outlasts: (ms) => lease.expiresAt - clock.now() > ms,
    ensure: async (ms) => {
      if (lease.expiresAt - clock.now() <= ms) {
        lease = await ledger.renewLease(lease, Math.max(leaseTtlMs, ms * 2), clock.now())
      }
      return lease
    },
  }
}

/** A push of contacts with every default, changed where the test says so. */
export function contactSync(changes: Partial<PushSync> = {}): PushSync {
  return {
    type: 'push',
    name: 'contacts',
    place: { file: 'syncs/contacts.yaml' },
    places: new Map(),
    tags: [],
    warehouse: 'warehouse',
    model: { kind: 'table', schema: null, table: 'customers' },
    key: 'id',
    crm: 'hubspot',
    object: 'contacts',
    match: { field: 'email', column: 'email' },
    mode: 'upsert',
    removedRows: 'ignore',
    deleteAdopted: false,
    ifDeleted: 'skip',
    readBefore: true,
    fields: [field('firstname', 'first_name'), field('city', 'city')],
    associations: [],
    transform: null,
    guards: {
      maxChanges: { percent: 100 },
      maxClears: { percent: 100 },
      maxDeletes: { percent: 100 },
      failOnRejected: 0,
      allowEmptyModel: false,
    },
    after: [],
    schedules: [],
    shared: false,
    renamedFrom: null,
    bulkFrom: null,
    maxCallsPerDay: null,
    ...changes,
  }
}

export function field(
  name: string,
  column: string,
  changes: Partial<FieldMapping> = {},
): FieldMapping {
  return { ...columnMapping(name, column), ...changes }
}
