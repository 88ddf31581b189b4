/** Scrubbing: a person's texts leave what is told of ended runs, and nothing else does. */
import assert from 'node:assert/strict'
import { type LedgerCase, noon, runIn } from './conformance.ts'

export const scrubCases: readonly LedgerCase[] = [
  {
    name: 'texts leave errors and reports of ended runs, in any case, and all else stays',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'planned')
      await ledger.transition(lease, run, 'failure', noon + 9, {
        report: { rows: 42, selection: { onlyKey: 'Ann "A" Lee', limit: null }, reasons: {} },
        error: { code: 'warehouse.query', message: 'cannot convert ann "a" lee' },
      })
      await ledger.scrub(['ANN "A" LEE'])
      const record = await ledger.run(run)
      assert.deepEqual(record?.report, {
        rows: 42,
        selection: { onlyKey: '(erased)', limit: null },
        reasons: {},
      })
      assert.deepEqual(record?.error, { code: 'warehouse.query', message: '(erased)' })
      assert.equal(record?.endedAt, noon + 9)
    },
  },
  {
    name: 'runs that say nothing of the texts, or have not ended, stay as they are',
    async check(place) {
      const ledger = await place.open()
      const told = { onlyKey: 'Ann' }
      const { lease, run } = await runIn(ledger, 'planned', { run: 'run-1' })
      await ledger.transition(lease, run, 'failure', noon + 9, { report: { onlyKey: 'Bob' } })
      await ledger.createRun(lease, {
        id: 'run-2',
        kind: 'plan',
        state: 'planning',
        startedAt: noon,
      })
      await ledger.transition(lease, 'run-2', 'plan_stored', noon + 10, { report: told })
      const before = [await ledger.run('run-1'), await ledger.run('run-2')]
      await ledger.scrub(['Ann', '', '100%'])
      assert.deepEqual([await ledger.run('run-1'), await ledger.run('run-2')], before)
    },
  },
]
