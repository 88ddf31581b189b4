/** Runs: the whole transition table, what a run tells of itself, and how runs are listed. */
import assert from 'node:assert/strict'
import {
  endedRunStates,
  firstRunStates,
  nextRunState,
  type RunState,
  runEvents,
  runStates,
} from '../../model/run.ts'
import { refused } from '../refused.ts'
import { type LedgerCase, noon, pathTo, runIn, ttlMs } from './conformance.ts'

function isEnded(state: RunState): boolean {
  return endedRunStates.some((ended) => ended === state)
}

/** One per state, so that a failure names where the run stood. */
const table: readonly LedgerCase[] = runStates.map((state) => ({
  name: `a run that is ${state} takes the events that the table gives it, and no other`,
  async check(place) {
    const ledger = await place.open()
    for (const event of runEvents) {
      const { lease, run } = await runIn(ledger, state, { sync: event, run: event })
      const steps = await ledger.transitions(run)
      const next = nextRunState(state, event)
      if (next === null) {
        const before = await ledger.run(run)
        await refused(ledger.transition(lease, run, event, noon + 9), 'ledger.transition')
        assert.deepEqual(await ledger.run(run), before)
        assert.deepEqual(await ledger.transitions(run), steps)
        continue
      }
      const after = await ledger.transition(lease, run, event, noon + 9)
      assert.equal(after.state, next)
      assert.equal(after.endedAt, isEnded(next) ? noon + 9 : null)
      assert.deepEqual(await ledger.run(run), after)
      const step = { from: state, event, to: next, at: noon + 9 }
      assert.deepEqual(await ledger.transitions(run), [...steps, step])
    }
  },
}))

const life: readonly LedgerCase[] = [
  {
    name: 'a new run is in the state that it begins in, and has nothing to tell',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      for (const state of firstRunStates) {
        const kind = state === 'planning' ? 'adopt' : 'reconcile'
        const begun = { id: state, kind, state, startedAt: noon } as const
        assert.deepEqual(await ledger.createRun(lease, begun), {
          ...begun,
          sync: 'scores',
          endedAt: null,
          cancelRequested: false,
          report: null,
          error: null,
        })
        assert.deepEqual(await ledger.transitions(state), [])
      }
      assert.equal(await ledger.run('run-2'), null)
    },
  },
  {
    name: 'a run id is used once',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'planned')
      const again = ledger.createRun(lease, {
        id: run,
        kind: 'run',
        state: 'planning',
        startedAt: noon,
      })
      await refused(again, 'ledger.run_exists')
      assert.equal((await ledger.run(run))?.state, 'planned')
    },
  },
  {
    name: 'a report and an error stay until others are given, whatever text they hold',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'planning')
      const report = {
        delivered: 3,
        note: 'a\u0000b \u{1f600} \ud800',
        big: Number.MAX_SAFE_INTEGER,
      }
      await ledger.transition(lease, run, 'plan_stored', noon, { report })
      const error = { code: 'crm.gone', message: 'NUL \u0000 and "quotes"' }
      const ended = await ledger.transition(lease, run, 'failure', noon, { error })
      assert.deepEqual(ended.report, report)
      assert.deepEqual(ended.error, error)
    },
  },
  {
    name: 'a run that is not known cannot change',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      await refused(ledger.transition(lease, 'run-9', 'failure', noon), 'ledger.unknown_run')
    },
  },
  {
    name: 'cancelling is asked for without a lease, and of a known run only',
    async check(place) {
      const ledger = await place.open()
      const { run } = await runIn(ledger, 'delivering')
      await ledger.requestCancel(run)
      assert.equal((await ledger.run(run))?.cancelRequested, true)
      await refused(ledger.requestCancel('run-9'), 'ledger.unknown_run')
    },
  },
  {
    name: 'a second run of a sync cannot deliver until the first is concluded',
    async check(place) {
      const ledger = await place.open()
      for (const state of ['delivering', 'resolving', 'confirming'] as const) {
        const { lease, run } = await runIn(ledger, state, { sync: state, run: `${state}-1` })
        const second = {
          id: `${state}-2`,
          kind: 'run',
          state: 'planning',
          startedAt: noon,
        } as const
        await ledger.createRun(lease, second)
        await ledger.transition(lease, second.id, 'plan_stored', noon)
        const start = () => ledger.transition(lease, second.id, 'delivery_started', noon)
        await refused(start(), 'ledger.run_active')
        if (state !== 'confirming') await ledger.transition(lease, run, 'delivery_ended', noon)
        await ledger.transition(lease, run, 'confirmed', noon)
        assert.equal((await start()).state, 'delivering')
      }
    },
  },
]

const listing: LedgerCase = {
  name: 'runs are listed newest first, by sync, by state, and as many as asked for',
  async check(place) {
    const ledger = await place.open()
    for (const [index, sync] of ['a', 'b', 'a', 'b'].entries()) {
      const lease = await ledger.acquireLease(sync, 'worker-1', ttlMs, noon)
      const id = `run-${index}`
      const startedAt = noon + Math.min(index, 2)
      await ledger.createRun(lease, { id, kind: 'run', state: 'planning', startedAt })
      for (const event of pathTo[index === 0 ? 'failed' : 'planned']) {
        await ledger.transition(lease, id, event, noon)
      }
    }
    const ids = async (filter: Parameters<typeof ledger.runs>[0]) =>
      (await ledger.runs(filter)).map((run) => run.id)
    assert.deepEqual(await ids({ limit: 10 }), ['run-3', 'run-2', 'run-1', 'run-0'])
    assert.deepEqual(await ids({ limit: 2 }), ['run-3', 'run-2'])
    assert.deepEqual(await ids({ sync: 'a', limit: 10 }), ['run-2', 'run-0'])
    assert.deepEqual(await ids({ state: ['failed', 'dropped'], limit: 10 }), ['run-0'])
    assert.deepEqual(await ids({ sync: 'b', state: ['planned'], limit: 1 }), ['run-3'])
    assert.deepEqual(await ids({ state: [], limit: 10 }), [])
  },
}

export const runCases: readonly LedgerCase[] = [...table, ...life, listing]
