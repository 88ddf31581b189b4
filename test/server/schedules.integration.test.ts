/** Schedules under a clock that a test moves, with real leases and a real state; what a run does is the test's. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { runUnderLease } from '../../src/app/run/run-under-lease.ts'
import { startScheduleLoop } from '../../src/app/serve/schedule-loop.ts'
import { type RunSync, SyncRuns } from '../../src/app/serve/sync-runs.ts'
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import { exitCodeOf } from '../../src/cli/exit-code.ts'
import {
  createSimulatedClock,
  type SimulatedClock,
} from '../../src/connector/http/simulated-clock.ts'
import { SynclineError } from '../../src/model/error.ts'
import { pushErrors } from '../../src/engine/push/errors/errors.ts'
import { openProject, writeProject } from '../support/open-project.ts'

const minute = 60_000
const noon = Date.UTC(2026, 10, 22, 12)

interface Server {
  readonly workspace: Workspace
  stop(): Promise<void>
}

let directory: string
let clock: SimulatedClock
let servers: Server[]
/** What was begun, as `<minute> <sync> <kind>`, in order. */
let begun: string[]
/** What a run of a sync waits for, or ends with. */
let work: (sync: string, signal: AbortSignal) => Promise<void>
const told: unknown[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-schedules-'))
  const project = `version: 1
connections:
  crm: { type: pipedrive, company_domain: nowhere, api_token: a-token }
  warehouse: { type: duckdb, path: warehouse.duckdb, create: true, threads: 1 }
`
  writeProject(directory, { project })
  clock = createSimulatedClock(noon)
  servers = []
  begun = []
  told.length = 0
  work = () => Promise.resolve()
})
afterEach(async () => {
  for (const server of servers) await server.stop()
  rmSync(directory, { recursive: true, force: true })
  if (told.length > 0) throw told[0]
})

function sync(name: string, more: string): void {
  writeFileSync(
    join(directory, `syncs/${name}.yaml`),
    `type: pull
from: { connection: crm, objects: [stages] }
to: { connection: warehouse, schema: ${name} }
${more}
`,
  )
}

const runSync: RunSync = async (workspace, { name, kind = 'run', admit, onHeld, signal }) => {
  try {
    admit()
    const found = workspace.project.syncs.find((one) => one.name === name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    await runUnderLease(workspace, found, { run: null, signal, onHeld, progress: () => {} }, () => {
      begun.push(`${Math.floor((clock.now() - noon) / minute)} ${name} ${kind}`)
      return work(name, signal)
    })
    return { exitCode: 0, errorCode: null, isCancelled: signal.aborted, document: '' }
  } catch (error) {
    const errorCode = error instanceof SynclineError ? error.code : 'bug'
    return { exitCode: exitCodeOf(error), errorCode, isCancelled: false, document: '' }
  }
}

async function serve(): Promise<Server> {
  const workspace = await openProject(directory)
  const nothing = { loadWaiting: () => Promise.reject(new Error('nothing is loaded here')) }
  const runs = new SyncRuns(workspace, nothing, runSync)
  const before = clock.sleeping()
  const loop = startScheduleLoop(workspace, runs, clock, {
    onTrouble: (trouble) => told.push(trouble),
    onEnded: () => undefined,
  })
  let isOpen = true
  const server = {
    workspace,
    stop: async () => {
      if (!isOpen) return
      isOpen = false
      runs.stop()
      await Promise.all([loop.ended, runs.ended()])
      await workspace.close()
    },
  }
  servers.push(server)
  await vi.waitUntil(() => clock.sleeping() > before, { timeout: 30_000 })
  return server
}

/** Until so much was begun, and gives all that was: more would be too much. */
async function begunOnce(count: number): Promise<readonly string[]> {
  await vi.waitUntil(() => begun.length >= count, { timeout: 30_000 })
  return begun
}

/** Moves the clock step by step, so that every look on the way is taken with what is known then. */
async function minutes(count: number): Promise<void> {
  for (let half = 0; half < count * 2; half += 1) {
    await clock.advance(minute / 2)
    await vi.waitUntil(() => clock.sleeping() > 0, { timeout: 30_000 })
    // From a look to the begin of a run the state is asked some few times, one after the other.
    for (let round = 0; round < 8; round += 1) {
      for (const { workspace } of servers) await (await workspace.ledger()).schedules()
    }
  }
}

it('runs at once and then so long after each start', async () => {
  sync('crm', 'schedule: { every: 15m }')
  await serve()
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  await minutes(14)
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  await minutes(2)
  expect(await begunOnce(2)).toEqual(['0 crm run', '15 crm run'])
})

it('keeps a calendar, and reads everything where that is what is due', async () => {
  sync('crm', 'capture: { reconcile: { cron: "5 13 * * *", timezone: Europe/Berlin } }')
  const { workspace } = await serve()
  await minutes(6)
  expect(await begunOnce(1)).toEqual(['5 crm reconcile'])
  const [record] = await (await workspace.ledger()).schedules()
  expect(record).toMatchObject({ kind: 'reconcile', since: noon, runId: expect.any(String) })
})

it('does once what was missed while nobody served', async () => {
  sync('crm', 'schedule: { cron: "3 * * * *" }')
  const first = await serve()
  await minutes(4)
  expect(await begunOnce(1)).toEqual(['3 crm run'])
  await vi.waitUntil(async () => {
    const [record] = await (await first.workspace.ledger()).schedules()
    return record?.endedAt !== null
  })
  await first.stop()
  servers.length = 0
  await clock.advance(238 * minute)
  await serve()
  expect(await begunOnce(2)).toEqual(['3 crm run', '242 crm run'])
  await minutes(2)
  expect(await begunOnce(3)).toEqual(['3 crm run', '242 crm run', '243 crm run'])
})

it('goes on with what is due where a sync has another name', async () => {
  sync('crm', 'schedule: { every: 15m }')
  const first = await serve()
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  await minutes(5)
  await (await first.workspace.ledger()).setPaused('crm', true)
  await first.stop()
  servers.length = 0
  rmSync(join(directory, 'syncs/crm.yaml'))
  sync('sales', 'schedule: { every: 15m }\nrenamed_from: crm')
  const { workspace } = await serve()
  await minutes(13)
  // Paused is what it was before.
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  await (await workspace.ledger()).setPaused('crm', false)
  // The first time it comes to hold the sync, which is then that of the new name; the next look finds it due.
  while (begun.length < 2) await minutes(1)
  expect(begun).toEqual(['0 crm run', expect.stringMatching(/ sales run$/)])
  expect((await (await workspace.ledger()).schedules()).map((one) => one.sync)).toEqual(['sales'])
})

it('begins each time once, however many serve the same state', async () => {
  sync('crm', 'schedule: { every: 5m }')
  sync('other', 'schedule: { cron: "*/5 * * * *" }')
  for (let count = 0; count < 3; count += 1) await serve()
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  await minutes(6)
  await vi.waitUntil(() => begun.length >= 3, { timeout: 30_000 })
  expect(begun.toSorted()).toEqual(['0 crm run', '5 crm run', '5 other run'])
})

it('goes in the order of `after`, and lets none wait that has no reason', async () => {
  sync('a', 'schedule: { every: 1h }\nafter: [b]')
  sync('b', 'schedule: { every: 1h }')
  sync('c', 'schedule: { every: 1h }')
  const gate = Promise.withResolvers<void>()
  work = (name) => (name === 'b' ? gate.promise : Promise.resolve())
  await serve()
  await vi.waitUntil(() => begun.length >= 2, { timeout: 30_000 })
  expect(begun.toSorted()).toEqual(['0 b run', '0 c run'])
  gate.resolve()
  await vi.waitUntil(() => begun.length >= 3, { timeout: 30_000 })
  expect(begun.at(-1)).toBe('0 a run')
})

it('lets a sync that fails stop no other, and waits for the next time with it', async () => {
  sync('a', 'schedule: { every: 10m }')
  sync('b', 'schedule: { every: 10m }\nafter: [a]')
  work = (name) =>
    name === 'a'
      ? Promise.reject(pushErrors.unreachable({ message: 'no answer' }))
      : Promise.resolve()
  await serve()
  expect(await begunOnce(2)).toEqual(['0 a run', '0 b run'])
  await minutes(9)
  expect(await begunOnce(2)).toEqual(['0 a run', '0 b run'])
  await minutes(2)
  expect(await begunOnce(4)).toEqual(['0 a run', '0 b run', '10 a run', '10 b run'])
})

it('leaves a paused sync alone, and runs it once it goes on', async () => {
  sync('crm', 'schedule: { every: 5m }')
  const { workspace } = await serve()
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  const ledger = await workspace.ledger()
  await ledger.setPaused('crm', true)
  await minutes(12)
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  await ledger.setPaused('crm', false)
  await minutes(1)
  expect(begun).toHaveLength(2)
})

it('does again at the next start what was stopped with the server', async () => {
  sync('crm', 'schedule: { every: 1d }')
  work = (_name, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  const first = await serve()
  expect(await begunOnce(1)).toEqual(['0 crm run'])
  await first.stop()
  servers.length = 0
  work = () => Promise.resolve()
  await serve()
  expect(await begunOnce(2)).toEqual(['0 crm run', '0 crm run'])
  await minutes(5)
  expect(await begunOnce(2)).toEqual(['0 crm run', '0 crm run'])
})
