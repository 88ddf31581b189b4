/** Merges: announced, finished or abandoned, and found half-done by a successor. */
import assert from 'node:assert/strict'
import type { Ledger, Lease } from '../../ledger/ledger.ts'
import { refused } from '../refused.ts'
import { type LedgerCase, noon, runIn, sendBatches, ttlMs } from './conformance.ts'

async function generations(ledger: Ledger): Promise<readonly (number | null)[]> {
  const { generation, mergingGeneration } = await ledger.sync('scores')
  return [generation, mergingGeneration]
}

async function concludedRun(
  ledger: Ledger,
  batches: number,
): Promise<{ lease: Lease; run: string }> {
  const { lease, run } = await runIn(ledger, 'delivering')
  await sendBatches(ledger, lease, run, 1, batches)
  for (let number = 1; number <= batches; number += 1) {
    await ledger.recordConcluded(lease, run, number, '[]', noon)
  }
  return { lease, run }
}

const merging: readonly LedgerCase[] = [
  {
    name: 'a finished merge raises the generation and deletes what it took, nothing else',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await concludedRun(ledger, 3)
      await sendBatches(ledger, lease, run, 4, 4)
      assert.equal(await ledger.beginMerge(lease), 1)
      assert.deepEqual(await generations(ledger), [0, 1])
      await ledger.finishMerge(lease, run, 1, 2)
      assert.deepEqual(await generations(ledger), [1, null])
      const kept = (await ledger.concludedBatches(run, 0, 10)).map((batch) => batch.number)
      assert.deepEqual(kept, [3])
      assert.equal((await ledger.sendingBatches(run)).length, 1)
      assert.equal(await ledger.lastBatchNumber(run), 4)
      assert.equal(await ledger.recordConcluded(lease, run, 4, '[]', noon), 4)
    },
  },
  {
    name: 'the last batch number outlives the merge of every batch',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await concludedRun(ledger, 3)
      await ledger.finishMerge(lease, run, await ledger.beginMerge(lease), 3)
      assert.deepEqual(await ledger.concludedBatches(run, 0, 10), [])
      assert.equal(await ledger.lastBatchNumber(run), 3)
      await refused(ledger.recordConcluded(lease, run, 3, '[]', noon), 'ledger.batch')
    },
  },
  {
    name: 'of a merged batch that became a job only the job is kept',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await sendBatches(ledger, lease, run, 1, 2)
      await ledger.recordJob(lease, run, 1, { id: '750', started: true }, noon)
      await ledger.recordConcluded(lease, run, 1, '["a"]', noon)
      await ledger.recordConcluded(lease, run, 2, '["b"]', noon)
      await ledger.finishMerge(lease, run, await ledger.beginMerge(lease), 1)
      const kept = await ledger.concludedBatches(run, 0, 10)
      assert.deepEqual(
        kept.map(({ number }) => number),
        [2],
      )
      assert.deepEqual(await ledger.jobs([run]), [{ runId: run, id: '750', startedAt: noon }])
      await refused(ledger.recordConcluded(lease, run, 1, '["c"]', noon), 'ledger.batch')
    },
  },
  {
    name: 'one merge is open at a time, and an abandoned one gives its number back',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await concludedRun(ledger, 1)
      await ledger.beginMerge(lease)
      await refused(ledger.beginMerge(lease), 'ledger.merge')
      await ledger.abandonMerge(lease)
      await ledger.abandonMerge(lease)
      assert.deepEqual(await generations(ledger), [0, null])
      assert.equal((await ledger.concludedBatches(run, 0, 10)).length, 1)
      assert.equal(await ledger.beginMerge(lease), 1)
    },
  },
  {
    name: 'only the merge that was begun can be finished, and twice is as good as once',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await concludedRun(ledger, 1)
      await refused(ledger.finishMerge(lease, run, 1, 1), 'ledger.merge')
      await ledger.beginMerge(lease)
      await refused(ledger.finishMerge(lease, run, 2, 1), 'ledger.merge')
      await ledger.finishMerge(lease, run, 1, 1)
      await ledger.finishMerge(lease, run, 1, 1)
      assert.deepEqual(await generations(ledger), [1, null])
      assert.equal(await ledger.beginMerge(lease), 2)
      await refused(ledger.finishMerge(lease, run, 1, 1), 'ledger.merge')
    },
  },
  {
    name: 'a merge of one sync never deletes batches of another',
    async check(place) {
      const ledger = await place.open()
      const { run } = await concludedRun(ledger, 1)
      const other = await ledger.acquireLease('others', 'worker-1', ttlMs, noon)
      await ledger.finishMerge(other, run, await ledger.beginMerge(other), 1)
      assert.equal((await ledger.concludedBatches(run, 0, 10)).length, 1)
    },
  },
]

/** A worker begins a merge and is gone; its successor learns from the warehouse which it was. */
async function leftOpen(ledger: Ledger): Promise<string> {
  const { lease, run } = await concludedRun(ledger, 2)
  await ledger.beginMerge(lease)
  await ledger.close()
  return run
}

const crashing: readonly LedgerCase[] = [
  {
    name: 'a merge that the warehouse committed before the crash is finished by the successor',
    async check(place) {
      const run = await leftOpen(await place.open())
      const ledger = await place.open()
      assert.deepEqual(await generations(ledger), [0, 1])
      const lease = await ledger.acquireLease('scores', 'worker-2', ttlMs, noon + ttlMs)
      await refused(ledger.beginMerge(lease), 'ledger.merge')
      await ledger.finishMerge(lease, run, 1, 2)
      assert.deepEqual(await generations(ledger), [1, null])
      assert.deepEqual(await ledger.concludedBatches(run, 0, 10), [])
    },
  },
  {
    name: 'a merge that the warehouse never saw is abandoned by the successor and done again',
    async check(place) {
      const run = await leftOpen(await place.open())
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-2', ttlMs, noon + ttlMs)
      await ledger.abandonMerge(lease)
      assert.equal((await ledger.concludedBatches(run, 0, 10)).length, 2)
      await ledger.finishMerge(lease, run, await ledger.beginMerge(lease), 2)
      assert.deepEqual(await generations(ledger), [1, null])
    },
  },
]

export const mergeCases: readonly LedgerCase[] = [...merging, ...crashing]
