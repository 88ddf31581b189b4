/** Schedules: whoever begins one has it alone, and what was begun is known to have ended or not. */
import assert from 'node:assert/strict'
import type { Ledger } from '../../ledger/ledger.ts'
import type { ScheduleRecord } from '../../model/schedule.ts'
import { type LedgerCase, noon } from './conformance.ts'

const fresh: ScheduleRecord = {
  sync: 'deals',
  kind: 'run',
  since: noon,
  startedAt: null,
  endedAt: null,
  runId: null,
}

async function only(ledger: Ledger): Promise<ScheduleRecord> {
  const [record, ...more] = await ledger.schedules()
  assert.ok(record !== undefined && more.length === 0)
  return record
}

export const scheduleCases: readonly LedgerCase[] = [
  {
    name: 'a schedule is known since it was first noted',
    async check(place) {
      const ledger = await place.open()
      assert.deepEqual(await ledger.schedules(), [])
      await ledger.noteSchedule('deals', 'run', noon)
      await ledger.noteSchedule('deals', 'run', noon + 5)
      await ledger.noteSchedule('deals', 'reconcile', noon + 5)
      await ledger.close()
      assert.deepEqual(await (await place.open()).schedules(), [
        { ...fresh, kind: 'reconcile', since: noon + 5 },
        fresh,
      ])
    },
  },
  {
    name: 'of several that begin a schedule at once one does',
    async check(place) {
      const ledgers = await Promise.all([place.open(), place.open(), place.open()])
      await ledgers[0].noteSchedule('deals', 'run', noon)
      const begun = await Promise.all(
        ledgers.map((ledger, index) => ledger.beginScheduled(fresh, `run-${index}`, noon + index)),
      )
      assert.deepEqual(begun.filter(Boolean), [true])
      const { startedAt, runId } = await only(ledgers[0])
      assert.deepEqual(
        [startedAt, runId],
        [noon + begun.indexOf(true), `run-${begun.indexOf(true)}`],
      )
    },
  },
  {
    name: 'a schedule that did not end is begun again by one who knows of it',
    async check(place) {
      const ledger = await place.open()
      await ledger.noteSchedule('deals', 'run', noon)
      assert.equal(await ledger.beginScheduled(fresh, 'run-1', noon + 1), true)
      const left = await only(ledger)
      assert.deepEqual([left.startedAt, left.endedAt], [noon + 1, null])
      assert.equal(await ledger.beginScheduled(left, 'run-2', noon + 2), true)
      // The first was thought dead, and is not.
      await ledger.endScheduled('deals', 'run', noon + 1, noon + 3)
      assert.equal((await only(ledger)).endedAt, null)
      await ledger.endScheduled('deals', 'run', noon + 2, noon + 4)
      const ended = await only(ledger)
      assert.deepEqual([ended.endedAt, ended.runId], [noon + 4, 'run-2'])
      assert.equal(await ledger.beginScheduled(left, 'run-3', noon + 5), false)
      assert.equal(await ledger.beginScheduled(ended, null, noon + 5), true)
      assert.equal((await only(ledger)).runId, null)
    },
  },
  {
    name: 'a renamed sync keeps its schedules',
    async check(place) {
      const ledger = await place.open()
      await ledger.noteSchedule('deals', 'run', noon)
      await ledger.beginScheduled(fresh, 'run-1', noon + 1)
      await ledger.noteSchedule('sales', 'run', noon + 9)
      await ledger.renameSync('deals', 'sales')
      const { sync, since, runId } = await only(ledger)
      assert.deepEqual([sync, since, runId], ['sales', noon, 'run-1'])
    },
  },
]
