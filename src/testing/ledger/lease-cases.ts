/** Leases: contention, expiry, fences, and what a lost lease can no longer do. */
import assert from 'node:assert/strict'
import type { Ledger, Lease } from '../../ledger/ledger.ts'
import { refused } from '../refused.ts'
import { type LedgerCase, noon, runIn, sendBatches, ttlMs } from './conformance.ts'

const holding: readonly LedgerCase[] = [
  {
    name: 'a free sync gives its lease with the first fence',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      assert.deepEqual(lease, {
        sync: 'scores',
        owner: 'worker-1',
        fence: 1,
        expiresAt: noon + ttlMs,
      })
      assert.deepEqual(await ledger.leaseOf('scores'), lease)
    },
  },
  {
    name: 'a held sync is busy for another owner, who learns by whom and until when',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      const another = await place.open()
      const attempt = another.acquireLease('scores', 'worker-2', ttlMs, noon + ttlMs - 1)
      const error = await refused(attempt, 'ledger.busy')
      assert.match(error.message, /worker-1/)
      assert.ok(error.message.includes(new Date(noon + ttlMs).toISOString()))
      assert.deepEqual(await another.leaseOf('scores'), lease)
    },
  },
  {
    name: 'an expired lease goes to the next owner with a larger fence',
    async check(place) {
      const ledger = await place.open()
      await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      const lease = await ledger.acquireLease('scores', 'worker-2', ttlMs, noon + ttlMs)
      assert.equal(lease.owner, 'worker-2')
      assert.equal(lease.fence, 2)
    },
  },
  {
    name: 'an owner takes its own lease again, and its earlier one is lost',
    async check(place) {
      const ledger = await place.open()
      const first = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      const second = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon + 1)
      assert.equal(second.fence, first.fence + 1)
      await refused(ledger.renewLease(first, ttlMs, noon + 2), 'ledger.lease_lost')
    },
  },
  {
    name: 'a renewal prolongs the lease, also after it expired with nobody taking it',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      const renewed = await ledger.renewLease(lease, ttlMs, noon + 5)
      assert.deepEqual(renewed, { ...lease, expiresAt: noon + 5 + ttlMs })
      assert.deepEqual(await ledger.leaseOf('scores'), renewed)
      const late = await ledger.renewLease(renewed, ttlMs, noon + 10 * ttlMs)
      assert.equal(late.expiresAt, noon + 11 * ttlMs)
    },
  },
  {
    name: 'a released lease is free at once, and the fence goes on growing',
    async check(place) {
      const ledger = await place.open()
      const first = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      await ledger.releaseLease(first)
      assert.equal(await ledger.leaseOf('scores'), null)
      const second = await ledger.acquireLease('scores', 'worker-2', ttlMs, noon)
      assert.equal(second.fence, 2)
      await ledger.releaseLease(first)
      assert.deepEqual(await ledger.leaseOf('scores'), second)
    },
  },
  {
    name: 'the lease of a holder that is gone passes over at once, and only that very lease',
    async check(place) {
      const ledger = await place.open()
      const gone = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      const next = await ledger.acquireLease('scores', 'worker-2', 5, noon, gone)
      assert.deepEqual([next.owner, next.fence, next.expiresAt], ['worker-2', 2, noon + 5])
      await refused(ledger.acquireLease('scores', 'worker-3', ttlMs, noon, gone), 'ledger.busy')
      await refused(ledger.renewLease(gone, ttlMs, noon), 'ledger.lease_lost')
    },
  },
  {
    name: 'the holder is shown after its lease expired, and nobody for an unknown sync',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', 1, 0)
      assert.deepEqual(await ledger.leaseOf('scores'), lease)
      assert.equal(await ledger.leaseOf('unheard'), null)
    },
  },
  {
    name: 'of many owners at once exactly one gets the lease',
    async check(place) {
      const ledgers = [await place.open(), await place.open()]
      const attempts = Array.from({ length: 20 }, async (_, index) => {
        const ledger = ledgers[index % 2] as Ledger
        return await ledger.acquireLease('scores', `worker-${index}`, ttlMs, noon)
      })
      const settled = await Promise.allSettled(attempts)
      const won = settled.filter((result) => result.status === 'fulfilled')
      assert.equal(won.length, 1)
      assert.equal(won[0]?.value.fence, 1)
      for (const result of settled) {
        if (result.status === 'rejected') assert.equal(result.reason.code, 'ledger.busy')
      }
    },
  },
]

/** Every method that writes on behalf of a lease. */
const writes: Readonly<
  Record<string, (ledger: Ledger, lease: Lease, run: string) => Promise<unknown>>
> = {
  bindAccount: (ledger, lease) => ledger.bindAccount(lease, 'account'),
  renewLease: (ledger, lease) => ledger.renewLease(lease, ttlMs, noon),
  createRun: (ledger, lease) =>
    ledger.createRun(lease, { id: 'run-2', kind: 'plan', state: 'planning', startedAt: noon }),
  transition: (ledger, lease, run) => ledger.transition(lease, run, 'delivery_ended', noon),
  recordSending: (ledger, lease, run) =>
    ledger.recordSending(lease, run, { number: 9, attempt: 1, payload: '[]' }, noon),
  recordJob: (ledger, lease, run) =>
    ledger.recordJob(lease, run, 1, { id: '750', started: true }, noon),
  recordConcluded: (ledger, lease, run) => ledger.recordConcluded(lease, run, 1, '[]', noon),
  beginMerge: (ledger, lease) => ledger.beginMerge(lease),
  finishMerge: (ledger, lease, run) => ledger.finishMerge(lease, run, 1, 9),
  abandonMerge: (ledger, lease) => ledger.abandonMerge(lease),
}

async function contents(ledger: Ledger, run: string): Promise<unknown> {
  return {
    syncs: await ledger.syncs(),
    lease: await ledger.leaseOf('scores'),
    runs: await ledger.runs({ limit: 100 }),
    transitions: await ledger.transitions(run),
    sending: await ledger.sendingBatches(run),
    concluded: await ledger.concludedBatches(run, 0, 100),
    last: await ledger.lastBatchNumber(run),
  }
}

const losses: Readonly<Record<string, (ledger: Ledger, lease: Lease) => Promise<unknown>>> = {
  'another took it': (ledger) => ledger.acquireLease('scores', 'worker-2', ttlMs, noon + ttlMs),
  'it was released': (ledger, lease) => ledger.releaseLease(lease),
  'it was released and taken again by the same owner': async (ledger, lease) => {
    await ledger.releaseLease(lease)
    await ledger.acquireLease('scores', lease.owner, ttlMs, noon)
  },
}

const lost: readonly LedgerCase[] = Object.entries(losses).map(([how, lose]) => ({
  name: `every write is refused and changes nothing when ${how}`,
  async check(place) {
    const ledger = await place.open()
    const { lease, run } = await runIn(ledger, 'delivering')
    await sendBatches(ledger, lease, run, 1, 2)
    await ledger.recordConcluded(lease, run, 2, '[]', noon)
    await ledger.beginMerge(lease)
    await lose(ledger, lease)
    const before = await contents(ledger, run)
    for (const write of Object.values(writes)) {
      await refused(write(ledger, lease, run), 'ledger.lease_lost')
    }
    assert.deepEqual(await contents(ledger, run), before)
  },
}))

const foreignLease: LedgerCase = {
  name: 'a lease on one sync does not reach the runs of another',
  async check(place) {
    const ledger = await place.open()
    const { lease, run } = await runIn(ledger, 'delivering')
    await sendBatches(ledger, lease, run, 1, 1)
    const other = await ledger.acquireLease('others', 'worker-1', ttlMs, noon)
    const before = await contents(ledger, run)
    const { transition, recordSending, recordConcluded } = writes
    for (const write of [transition, recordSending, recordConcluded]) {
      assert.ok(write !== undefined)
      await refused(write(ledger, other, run), 'ledger.unknown_run')
    }
    assert.deepEqual(await contents(ledger, run), before)
  },
}

export const leaseCases: readonly LedgerCase[] = [...holding, ...lost, foreignLease]
