/** A whole pull in one process: a scripted CRM, a warehouse, a SQLite ledger, a simulated clock. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CrmReader } from '../../src/connector/source.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { loadContext, type LoadContext } from '../../src/engine/pull/context.ts'
import { openPull } from '../../src/engine/pull/lifecycle.ts'
import {
  eraseRecords,
  type PulledPerson,
  type PullErasure,
} from '../../src/engine/pull/erase/erase-records.ts'
import {
  type ColumnImport,
  importColumns,
  type ImportRequest,
} from '../../src/engine/pull/takeover/import-columns.ts'
import { readAll } from '../../src/engine/pull/read/read-all.ts'
import type { LoadCollaborators, PullOptions, PullReport } from '../../src/engine/pull/pull.ts'
import { replay } from '../../src/engine/pull/events/replay.ts'
import { takeOver, type TakeOverRequest } from '../../src/engine/pull/takeover/take-over.ts'
import type { Inbox } from '../../src/engine/pull/erase/waiting-events.ts'
import type { LeaseKeeper } from '../../src/engine/context.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import type { PullSync } from '../../src/model/sync.ts'
import type { Row } from '../../src/model/value.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { emptyWarehouse, type WarehouseName } from '../support/empty-warehouse.ts'
import { createFlowingClock, type FlowingClock } from '../support/flowing-clock.ts'
import { epoch, keepLease } from '../support/world.ts'
import { deals } from './scripted-crm.ts'

export interface PullWorld {
  readonly warehouse: Warehouse
  readonly ledger: Ledger
  readonly sync: PullSync
  readonly workingSchema: string
  readonly clock: FlowingClock
  /** Each a process of its own, with a lease of its own. */
  read(reader: CrmReader, options?: Partial<PullOptions>, wrap?: Wrap): Promise<PullReport>
  replay(lines: readonly object[], wrap?: Wrap): Promise<PullReport>
  importColumns(
    reader: CrmReader,
    request: Partial<ImportRequest>,
    wrap?: Wrap,
  ): Promise<ColumnImport>
  takeOver(
    reader: CrmReader,
    request: Partial<TakeOverRequest> & Pick<TakeOverRequest, 'table'>,
    wrap?: Wrap,
  ): Promise<PullReport>
  /** Whatever a load does, in a process of its own. */
  loading<T>(work: (context: LoadContext) => Promise<T>): Promise<T>
  erase(person: PulledPerson, wrap?: Wrap, inbox?: Inbox): Promise<PullErasure>
  query(text: string): Promise<readonly Row[]>
  execute(...texts: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** Puts something between the engine and what it works with, e.g. a crash. */
export type Wrap = (collaborators: LoadCollaborators) => LoadCollaborators

export async function createPullWorld(
  name: WarehouseName,
  sync: PullSync = dealsPull(),
  databaseOptions = '',
): Promise<PullWorld> {
  const directory = mkdtempSync(join(tmpdir(), 'syncline-pull-'))
  const clock = createFlowingClock(epoch)
  const ledger = await openSqliteLedger(join(directory, 'state.db'))
  const { warehouse, clean } = await emptyWarehouse(name, { clock, databaseOptions })
  return {
    ...pullWorldOn({ ledger, warehouse }, sync, clock),
    close: async () => {
      await clean()
      await ledger.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

let runs = 0

/** A world on databases that outlive it; the sync's name is no other world's there. */
export function pullWorldOn(
  { ledger, warehouse }: Pick<PullWorld, 'ledger' | 'warehouse'>,
  sync: PullSync,
  clock: FlowingClock = createFlowingClock(epoch),
  workingSchema = 'syncline',
): Omit<PullWorld, 'close'> {
  const start = async <T>(
    work: (collaborators: LoadCollaborators, lease: LeaseKeeper, runId: string) => Promise<T>,
    wrap: Wrap = (same) => same,
  ): Promise<T> => {
    runs += 1
    const collaborators = wrap({
      sync,
      warehouse,
      ledger,
      workingSchema,
      clock,
      random: Math.random,
      progress: () => undefined,
    })
    const lease = await keepLease(collaborators.ledger, clock, sync.name, `worker-${runs}`)
    const result = await work(collaborators, lease, `${sync.name}_${runs}`)
    await collaborators.ledger.releaseLease(lease.current())
    return result
  }
  const signal = new AbortController().signal
  return {
    warehouse,
    ledger,
    sync,
    workingSchema,
    clock,
    read: (reader, given = {}, wrap) =>
      start((collaborators, lease, runId) => {
        const source = { name: 'scripted', objects: [deals], timing: { requestTimeoutMs: 1_000 } }
        const kind = given.dryRun === true ? 'reconcile' : 'run'
        const chosen = { objects: [], selection: null } as const
        const defaults = { runId, kind, ...chosen, dryRun: false, force: false, signal } as const
        return readAll({ ...collaborators, source, reader }, lease, { ...defaults, ...given })
      }, wrap),
    replay: (lines, wrap) =>
      start(
        (collaborators, lease, runId) =>
          replay(
            collaborators,
            lease,
            { runId, kind: 'replay', signal },
            { file: { name: 'changes.ndjson', lines: textOf(lines) }, objects: [deals] },
          ),
        wrap,
      ),
    importColumns: (reader, request, wrap) =>
      start((collaborators, lease, runId) => {
        const defaults = { schema: 'old_crm', tables: new Map(), objects: [], dryRun: false }
        return importColumns(
          { ...collaborators, reader },
          lease,
          { runId, kind: 'backfill', signal },
          { ...saidNothing, ...defaults, ...request },
        )
      }, wrap),
    takeOver: (reader, request, wrap) =>
      start(
        (collaborators, lease, runId) =>
          takeOver(
            { ...collaborators, reader },
            lease,
            { runId, kind: 'backfill', signal },
            { ...saidNothing, object: 'deals', dryRun: false, ...request },
          ),
        wrap,
      ),
    loading: (work) =>
      start(async (collaborators, lease, runId) => {
        const context = await loadContext(collaborators, lease, { runId, kind: 'run', signal })
        await openPull(context)
        return work(context)
      }),
    erase: (person, wrap, inbox = nothingWaits) =>
      start((collaborators, lease, runId) => {
        const options = { runId, kind: 'run', signal } as const
        const request = { person, objects: [deals], inbox, dryRun: false }
        return eraseRecords(collaborators, lease, options, request)
      }, wrap),
    execute: async (...texts) => {
      await warehouse.session((session) => session.execute(texts.map((text) => statement(text))))
    },
    query: (text) => warehouse.session((session) => session.query(statement(text))),
  }
}

const nothingWaits: Inbox = {
  journal: { read: () => Promise.resolve([]), erase: () => Promise.resolve() },
  events: null,
  others: [],
}

const saidNothing = { key: 'id', columns: { mapped: [], kept: [], ignored: [] } }

async function* textOf(lines: readonly object[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(JSON.stringify(line))
}

export function dealsPull(changes: Partial<PullSync> = {}): PullSync {
  return {
    type: 'pull',
    name: 'crm',
    place: { file: 'syncs/crm.yaml' },
    tags: [],
    crm: 'crm',
    objects: ['deals'],
    warehouse: 'warehouse',
    schema: 'crm',
    tables: { history: '{singular}_history', current: '{object}', changes: '{object}_changes' },
    history: { form: 'table', preset: 'cdc' },
    fields: { only: [], exclude: [], include: [], hash: [], hashSecret: null },
    webhooks: false,
    wholeReadEveryMs: 7 * 86_400_000,
    trailingMs: 365 * 86_400_000,
    maxDeletes: { percent: 50 },
    after: [],
    schedules: [],
    renamedFrom: null,
    ...changes,
  }
}
