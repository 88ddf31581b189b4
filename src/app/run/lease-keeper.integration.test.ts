import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSimulatedClock } from '../../connector/http/simulated-clock.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openSqliteLedger } from '../../ledger/sqlite/open-sqlite-ledger.ts'
import { holdLease, leaseTtlMs } from './lease-keeper.ts'

let directory: string
let ledger: Ledger

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-keeper-'))
  ledger = await openSqliteLedger(join(directory, 'state.db'))
})
afterEach(async () => {
  vi.useRealTimers()
  await ledger.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a lease that is held', () => {
  it('outlasts the longest request after each renewal in the background', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const clock = createSimulatedClock(Date.UTC(2026, 10, 21, 9))
    const renewal = Promise.withResolvers<void>()
    const watched: Ledger = {
      ...ledger,
      renewLease: async (...given) => {
        const lease = await ledger.renewLease(...given)
        if (clock.monotonic() > 0) renewal.resolve()
        return lease
      },
    }
    const lease = await holdLease(watched, clock, 'accounts', 'me')
    const requestMs = 2 * leaseTtlMs
    await lease.ensure(requestMs)
    await clock.advance(leaseTtlMs / 3)
    vi.advanceTimersByTime(leaseTtlMs / 3)
    await renewal.promise
    await vi.waitFor(() => expect(lease.current().expiresAt - clock.now()).toBe(2 * requestMs))
    expect(lease.outlasts(requestMs)).toBe(true)
    await lease.release()
  })
})
