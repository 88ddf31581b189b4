import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Lease, Ledger } from '../../ledger/ledger.ts'
import { openSqliteLedger } from '../../ledger/sqlite/open-sqlite-ledger.ts'
import type { Clock } from '../../model/clock.ts'
import { SynclineError } from '../../model/error.ts'
import { acquireLease } from './acquire-lease.ts'
import { patiently } from './patiently.ts'
import { newProcessName } from '../process-name.ts'
import { type LongWait, waitForLoad } from './wait-for-load.ts'

const ttlMs = 60_000
const patience = { patienceMs: 15_000, loadPatienceMs: 600_000 }
const start = Date.UTC(2026, 10, 22, 9)
const going = new AbortController().signal

let directory: string
let ledger: Ledger
let held: Lease
/** How long the holder goes on prolonging its lease, how often, and whether it lets go then. */
let ends: { readonly afterMs: number; readonly everyMs?: number; readonly releases: boolean }
let told: LongWait[]
let clock: Clock

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-wait-'))
  ledger = await openSqliteLedger(join(directory, 'state.db'))
  held = await ledger.acquireLease('crm', newProcessName(), ttlMs, start)
  told = []
})
afterEach(async () => {
  await ledger.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Its time passes by sleeping alone, and with it the holder's work goes on. */
function workingClock(): Clock {
  let now = 0
  return {
    now: () => start + now,
    monotonic: () => now,
    sleep: async (ms) => {
      now += ms
      if (now < ends.afterMs && now % (ends.everyMs ?? ms) > 0) return
      if (now < ends.afterMs) held = await ledger.renewLease(held, ttlMs, start + now)
      else if (ends.releases) await ledger.releaseLease(held)
    },
  }
}

/** After how many seconds the sync is had, or the code of what is told instead. */
async function waited(): Promise<unknown> {
  clock = workingClock()
  const hold = () => acquireLease(ledger, clock, { sync: 'crm', owner: 'me', ttlMs })
  const mayWait = waitForLoad(ledger, 'crm', patience, (wait) => told.push(wait))
  try {
    await patiently(hold, clock, mayWait, going)
    return clock.monotonic() / 1_000
  } catch (error) {
    return error instanceof SynclineError ? error.code : error
  }
}

it('a load is waited for as long as it takes, which is told once', async () => {
  ends = { afterMs: 120_000, releases: true }
  expect([await waited(), told]).toEqual([120, [{ for: 'load', mostMs: 585_000 }]])
})

it('a load that is silent is waited for until its lease is over', async () => {
  ends = { afterMs: 30_000, releases: false }
  const seconds = await waited()
  expect(seconds).toBeGreaterThan(60)
  expect(seconds).toBeLessThan(95)
})

it('a load that does not end is told with who holds the sync, after ten minutes', async () => {
  ends = { afterMs: 3_600_000, releases: true }
  expect([await waited(), told]).toEqual(['ledger.busy', [{ for: 'load', mostMs: 585_000 }]])
})

it('a short load is not told', async () => {
  ends = { afterMs: 10_000, releases: true }
  expect([await waited(), told]).toEqual([10, []])
})

it('another run is waited for no longer than any holder', async () => {
  ends = { afterMs: 20_000, releases: true }
  await ledger.createRun(held, { id: 'run7', kind: 'run', state: 'pulling', startedAt: start })
  expect([await waited(), told]).toEqual(['ledger.busy', []])
})

it('a run that prolongs its lease as seldom as it may is given up once that was seen', async () => {
  ends = { afterMs: 3_600_000, everyMs: 20_000, releases: true }
  await ledger.createRun(held, { id: 'run7', kind: 'run', state: 'pulling', startedAt: start })
  expect([await waited(), clock.monotonic()]).toEqual(['ledger.busy', 20_000])
})

it('a run whose process died elsewhere is waited for until its lease is over', async () => {
  ends = { afterMs: 0, releases: false }
  await ledger.createRun(held, { id: 'run7', kind: 'run', state: 'pulling', startedAt: start })
  expect([await waited(), told]).toEqual([60, [{ for: 'lapse', mostMs: 585_000 }]])
})
