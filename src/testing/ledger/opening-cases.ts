/** Openings: what one wrote another finds, copies are consistent, and closed is closed. */
import assert from 'node:assert/strict'
import { refused } from '../refused.ts'
import { type LedgerCase, noon, runIn, sendBatches, ttlMs } from './conformance.ts'

export const openingCases: readonly LedgerCase[] = [
  {
    name: 'what was written is there when the ledger is opened again',
    async check(place) {
      const first = await place.open()
      const { lease, run } = await runIn(first, 'delivering')
      await sendBatches(first, lease, run, 1, 2)
      await first.recordConcluded(lease, run, 2, '[]', noon)
      const record = await first.run(run)
      await first.close()
      const second = await place.open()
      assert.deepEqual(await second.run(run), record)
      assert.deepEqual(await second.leaseOf('scores'), lease)
      assert.equal((await second.sendingBatches(run)).length, 1)
      assert.equal((await second.concludedBatches(run, 0, 10)).length, 1)
    },
  },
  {
    name: 'a closed opening refuses everything, closes again in peace, and leaves others open',
    async check(place) {
      const [first, second] = [await place.open(), await place.open()]
      await first.close()
      await first.close()
      await refused(first.sync('scores'), 'ledger.closed')
      await refused(first.acquireLease('scores', 'worker-1', ttlMs, noon), 'ledger.closed')
      assert.equal((await second.sync('scores')).sync, 'scores')
    },
  },
  {
    name: 'what was asked for before closing is done',
    async check(place) {
      const ledger = await place.open()
      const asked = Array.from({ length: 20 }, (_, index) =>
        ledger.setPaused(`sync-${index}`, true),
      )
      await Promise.all([...asked, ledger.close()])
      assert.equal((await (await place.open()).syncs()).length, 20)
    },
  },
  {
    name: 'a backup opens as the ledger that it was at that moment',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering')
      await sendBatches(ledger, lease, run, 1, 2)
      await ledger.recordConcluded(lease, run, 1, '["kept"]', noon)
      const inFlight = await ledger.sendingBatches(run)
      await ledger.backup(place.backup.target)
      await ledger.recordConcluded(lease, run, 2, '["later"]', noon)
      const copy = await place.backup.open()
      assert.equal(await copy.stateId(), await ledger.stateId())
      assert.deepEqual(await copy.run(run), await ledger.run(run))
      assert.deepEqual(await copy.transitions(run), await ledger.transitions(run))
      assert.deepEqual(await copy.sendingBatches(run), inFlight)
      assert.equal(await copy.recordConcluded(lease, run, 2, '["other"]', noon), 2)
      const [, second] = await ledger.concludedBatches(run, 0, 10)
      assert.equal(second?.outcomes, '["later"]')
    },
  },
  {
    name: 'a backup never replaces anything',
    async check(place) {
      const ledger = await place.open()
      await ledger.backup(place.backup.target)
      await refused(ledger.backup(place.backup.target), 'ledger.backup_exists')
    },
  },
]
