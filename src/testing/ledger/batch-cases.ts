/** Batches: recorded before they are sent, concluded once, numbered by their conclusion. */
import assert from 'node:assert/strict'
import { runStates } from '../../model/run.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { refused } from '../refused.ts'
import { type LedgerCase, noon, runIn, sendBatches } from './conformance.ts'

const sending: readonly LedgerCase[] = [
  {
    name: 'a batch is recorded while its run delivers or resolves, and in no other state',
    async check(place) {
      const ledger = await place.open()
      for (const state of runStates) {
        const { lease, run } = await runIn(ledger, state, { sync: state, run: state })
        const record = () =>
          ledger.recordSending(lease, run, { number: 1, attempt: 1, payload: '[]' }, noon)
        if (state === 'delivering' || state === 'resolving') await record()
        else await refused(record(), 'ledger.batch')
      }
    },
  },
  {
    name: 'batches in flight are listed by number, exactly as they were recorded',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      const payload = JSON.stringify([
        'NUL \u0000',
        '\u{1f600}',
        '\ud800',
        '\'"\\',
        'x'.repeat(1e6),
      ])
      await ledger.recordSending(lease, run, { number: 12, attempt: 1, payload: '[]' }, noon)
      await ledger.recordSending(lease, run, { number: 3, attempt: 1, payload }, noon + 1)
      assert.deepEqual(await ledger.sendingBatches(run), [
        { number: 3, attempt: 1, payload, sentAt: noon + 1, job: null },
        { number: 12, attempt: 1, payload: '[]', sentAt: noon, job: null },
      ])
      assert.equal(await ledger.lastBatchNumber(run), 12)
    },
  },
  {
    name: 'a further attempt replaces the one before it, and nothing older or different does',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      const record = (attempt: number, payload: string) =>
        ledger.recordSending(lease, run, { number: 1, attempt, payload }, noon + attempt)
      await record(1, '[1]')
      await record(1, '[1]')
      await refused(record(1, '[2]'), 'ledger.batch')
      await record(2, '[2]')
      await refused(record(1, '[1]'), 'ledger.batch')
      const [batch, ...others] = await ledger.sendingBatches(run)
      assert.deepEqual([batch?.attempt, batch?.payload, others.length], [2, '[2]', 0])
      await ledger.recordConcluded(lease, run, 1, '[]', noon)
      await refused(record(3, '[3]'), 'ledger.batch')
    },
  },
]

const jobs: readonly LedgerCase[] = [
  {
    name: 'a batch remembers its job, and when that was started, until it is sent anew',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await sendBatches(ledger, lease, run, 1, 2)
      await ledger.recordJob(lease, run, 1, { id: '750', started: false }, noon + 1)
      await ledger.recordJob(lease, run, 2, { id: '751', started: true }, noon + 2)
      const told = async () =>
        (await ledger.sendingBatches(run)).map(({ job, sentAt }) => [job, sentAt])
      assert.deepEqual(await told(), [
        [{ id: '750', started: false }, noon + 1],
        [{ id: '751', started: true }, noon + 2],
      ])
      const again = { number: 2, attempt: 2, payload: '[]' }
      await ledger.recordSending(lease, run, again, noon + 3)
      await ledger.recordJob(lease, run, 1, { id: '750', started: true }, noon + 4)
      assert.deepEqual(await told(), [
        [{ id: '750', started: true }, noon + 4],
        [null, noon + 3],
      ])
    },
  },
  {
    name: 'only a batch in flight becomes a job',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      const record = (number: number, runId = run) =>
        ledger.recordJob(lease, runId, number, { id: '750', started: true }, noon)
      await refused(record(1), 'ledger.batch')
      await sendBatches(ledger, lease, run, 1, 1)
      await refused(record(1, 'run-9'), 'ledger.batch')
      await ledger.recordConcluded(lease, run, 1, '[]', noon)
      await refused(record(1), 'ledger.batch')
    },
  },
  {
    name: 'jobs are told of the runs that are asked for, those in flight and those that ended',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await sendBatches(ledger, lease, run, 1, 3)
      await ledger.recordJob(lease, run, 3, { id: '753', started: false }, noon + 1)
      await ledger.recordJob(lease, run, 1, { id: '751', started: true }, noon + 2)
      await ledger.recordConcluded(lease, run, 1, '["a"]', noon + 3)
      await ledger.recordConcluded(lease, run, 2, '["b"]', noon + 3)
      const concluded = await ledger.concludedBatches(run, 0, 10)
      assert.deepEqual(
        concluded.map(({ job }) => job),
        [{ id: '751', started: true }, null],
      )
      assert.deepEqual(await ledger.jobs(['run-9', run]), [
        { runId: run, id: '751', startedAt: noon + 2 },
        { runId: run, id: '753', startedAt: null },
      ])
      assert.deepEqual(await ledger.jobs(['run-9']), [])
      assert.deepEqual(await ledger.jobs([]), [])
    },
  },
]

const concluding: readonly LedgerCase[] = [
  {
    name: 'conclusions are numbered from 1 in the order in which they happen',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await sendBatches(ledger, lease, run, 1, 3)
      assert.equal(await ledger.recordConcluded(lease, run, 3, '["c"]', noon), 1)
      assert.equal(await ledger.recordConcluded(lease, run, 1, '["a"]', noon), 2)
      const concluded = await ledger.concludedBatches(run, 0, 10)
      assert.deepEqual(
        concluded.map((batch) => [batch.number, batch.conclusion, batch.outcomes]),
        [
          [3, 1, '["c"]'],
          [1, 2, '["a"]'],
        ],
      )
      const numbers = (await ledger.sendingBatches(run)).map((batch) => batch.number)
      assert.deepEqual(numbers, [2])
    },
  },
  {
    name: 'a batch concluded again keeps its number and its first outcomes',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await sendBatches(ledger, lease, run, 1, 2)
      await ledger.recordConcluded(lease, run, 1, '["first"]', noon)
      assert.equal(await ledger.recordConcluded(lease, run, 1, '["second"]', noon), 1)
      assert.equal(await ledger.recordConcluded(lease, run, 2, '[]', noon), 2)
      const [batch] = await ledger.concludedBatches(run, 0, 1)
      assert.equal(batch?.outcomes, '["first"]')
    },
  },
  {
    name: 'a batch that was never recorded cannot be concluded',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await refused(ledger.recordConcluded(lease, run, 1, '[]', noon), 'ledger.batch')
      await refused(ledger.recordConcluded(lease, 'run-9', 1, '[]', noon), 'ledger.unknown_run')
    },
  },
  {
    name: 'batches concluded at once get each number once and leave no gap',
    async check(place) {
      const ledgers = [await place.open(), await place.open()]
      const { lease, run } = await runIn(ledgers[0] as Ledger, 'delivering')
      const numbers = Array.from({ length: 50 }, (_, index) => index + 1)
      const given = await Promise.all(
        numbers.map(async (number) => {
          const ledger = ledgers[number % 2] as Ledger
          await ledger.recordSending(lease, run, { number, attempt: 1, payload: '[]' }, noon)
          return await ledger.recordConcluded(lease, run, number, '[]', noon)
        }),
      )
      assert.deepEqual(
        given.toSorted((left, right) => left - right),
        numbers,
      )
      const listed = await (ledgers[0] as Ledger).concludedBatches(run, 0, 100)
      assert.deepEqual(
        listed.map((batch) => batch.conclusion),
        numbers,
      )
    },
  },
  {
    name: 'concluded batches are read in pages, and an unknown run has none',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await sendBatches(ledger, lease, run, 1, 5)
      for (const number of [5, 4, 3, 2, 1]) {
        await ledger.recordConcluded(lease, run, number, '[]', noon)
      }
      const page = async (after: number) =>
        (await ledger.concludedBatches(run, after, 2)).map((batch) => batch.number)
      assert.deepEqual([await page(0), await page(2), await page(4)], [[5, 4], [3, 2], [1]])
      assert.deepEqual(await ledger.concludedBatches('run-9', 0, 2), [])
      assert.deepEqual(await ledger.sendingBatches('run-9'), [])
      assert.equal(await ledger.lastBatchNumber('run-9'), 0)
    },
  },
]

export const batchCases: readonly LedgerCase[] = [...sending, ...jobs, ...concluding]
