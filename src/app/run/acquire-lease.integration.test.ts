import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Lease, Ledger } from '../../ledger/ledger.ts'
import { openSqliteLedger } from '../../ledger/sqlite/open-sqlite-ledger.ts'
import type { Clock } from '../../model/clock.ts'
import { acquireLease, holderText } from './acquire-lease.ts'
import { holdLease } from './lease-keeper.ts'
import { newProcessName } from '../process-name.ts'

const ttlMs = 60_000
const start = Date.UTC(2026, 10, 21, 9)

let directory: string
let ledger: Ledger

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-lease-'))
  ledger = await openSqliteLedger(join(directory, 'state.db'))
})
afterEach(async () => {
  await ledger.close()
  rmSync(directory, { recursive: true, force: true })
})

/** A clock that goes on only by sleeping. */
function sleepingClock(): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => start + clock.slept,
    monotonic: () => clock.slept,
    sleep: async (ms: number) => {
      clock.slept += ms
    },
  }
  return clock
}

/** The name of a process of this machine that has ended. */
function deadProcess(): string {
  const { pid } = spawnSync(process.execPath, ['--version'])
  return newProcessName().replace(`:${process.pid}:`, `:${pid}:`)
}

const held = (owner: string): Promise<Lease> => ledger.acquireLease('people', owner, ttlMs, start)
const ask = () => acquireLease(ledger, sleepingClock(), { sync: 'people', owner: 'me', ttlMs })

/** Of a run that was killed while it delivered. */
async function leaveRequest(lease: Lease): Promise<void> {
  await ledger.createRun(lease, { id: 'run7', kind: 'run', state: 'planning', startedAt: start })
  await ledger.transition(lease, 'run7', 'plan_stored', start)
  await ledger.transition(lease, 'run7', 'delivery_started', start)
  await ledger.recordSending(lease, 'run7', { number: 1, attempt: 1, payload: '{}' }, start)
}

describe('a lease', () => {
  it('of a process of this machine that is gone is taken over at once, with a new fence', async () => {
    const before = await held(deadProcess())
    const { lease, unsettledUntil } = await ask()
    expect([lease.owner, lease.fence, unsettledUntil]).toEqual(['me', before.fence + 1, null])
    await expect(ledger.renewLease(before, ttlMs, start)).rejects.toMatchObject({
      code: 'ledger.lease_lost',
    })
  })

  it('of one that lives is told with who, until when, and what to do', async () => {
    const owner = newProcessName()
    await held(owner)
    await expect(ask()).rejects.toMatchObject({
      code: 'ledger.busy',
      message: `The sync people is held by process ${process.pid} on ${owner.split(':')[0]} until 2026-11-21T09:01:00.000Z, which it prolongs while it lives.`,
      remedy: expect.stringContaining('`syncline status people`'),
    })
  })

  it('tells the run at work, since when, and how to end it', async () => {
    const lease = await held(newProcessName())
    await ledger.createRun(lease, { id: 'run7', kind: 'run', state: 'planning', startedAt: start })
    await expect(ask()).rejects.toMatchObject({
      message: expect.stringContaining('run run7 (planning) began at 2026-11-21T09:00:00.000Z'),
      remedy: expect.stringContaining('`syncline cancel run7`'),
    })
  })

  it('of another machine or container is left alone, whatever lives here', async () => {
    const elsewhere = deadProcess().replace(/:[0-9a-f]{12}:/, ':000000000000:')
    await held(elsewhere)
    await expect(ask()).rejects.toMatchObject({ code: 'ledger.busy' })
  })

  it('waits for the end of a request that the dead process may have left under way', async () => {
    await leaveRequest(await held(deadProcess()))
    const clock = sleepingClock()
    const told: number[] = []
    const keeper = await holdLease(ledger, clock, 'people', 'me', {
      waiting: (until) => told.push(until),
    })
    await keeper.release()
    expect([clock.slept, told]).toEqual([ttlMs, [start + ttlMs]])
  })

  it('of a process that died while it waited makes the next one wait no longer than that one', async () => {
    await leaveRequest(await held(deadProcess()))
    const waiter = { sync: 'people', owner: deadProcess(), ttlMs }
    const at = (ms: number): Clock => ({ ...sleepingClock(), now: () => start + ms })
    const waited = await acquireLease(ledger, at(20_000), waiter)
    expect(waited.lease.expiresAt).toBe(start + ttlMs)
    const next = await acquireLease(ledger, at(30_000), { sync: 'people', owner: 'me', ttlMs })
    expect([next.lease.fence, next.unsettledUntil]).toEqual([3, start + ttlMs])
  })

  it('that ran out with the wait, and was taken by somebody who came in between, is theirs', async () => {
    await leaveRequest(await held(deadProcess()))
    const clock = sleepingClock()
    const other = newProcessName()
    const overtaken: Clock = {
      ...clock,
      now: clock.now,
      sleep: async (ms) => {
        await clock.sleep(ms)
        await ledger.acquireLease('people', other, ttlMs, clock.now())
      },
    }
    await expect(holdLease(ledger, overtaken, 'people', 'me')).rejects.toMatchObject({
      code: 'ledger.busy',
      message: expect.stringContaining(`held by process ${process.pid} on `) as string,
    })
    expect(await ledger.leaseOf('people')).toMatchObject({ owner: other })
  })

  it('stays taken where the wait is stopped, until it would have been over', async () => {
    await leaveRequest(await held(deadProcess()))
    const clock = {
      now: () => start + 20_000,
      monotonic: () => 20_000,
      sleep: () => Promise.reject(new Error('aborted')),
    }
    const signal = AbortSignal.abort(new Error('stopped by SIGTERM'))
    await expect(
      holdLease(ledger, clock, 'people', newProcessName(), { signal }),
    ).rejects.toMatchObject({ code: 'app.stopped' })
    await expect(ask()).rejects.toMatchObject({ code: 'ledger.busy' })
    expect(await ledger.leaseOf('people')).toMatchObject({ expiresAt: start + ttlMs })
  })
})

describe('the name of a holder', () => {
  it('is for people where it is of our making, and as it stands otherwise', () => {
    expect(holderText('laptop:4711:0123456789ab:89abcdef')).toBe('process 4711 on laptop')
    expect(holderText('somebody')).toBe('somebody')
  })
})
