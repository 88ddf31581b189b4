/** Syncs: what is remembered by name, and what becomes of it under a new name. */
import assert from 'node:assert/strict'
import { refused } from '../refused.ts'
import { type LedgerCase, noon, runIn, sendBatches, ttlMs } from './conformance.ts'

const remembering: readonly LedgerCase[] = [
  {
    name: 'the state has one id, which every opening sees',
    async check(place) {
      const first = await (await place.open()).stateId()
      assert.match(first, /^[0-9a-f]{32}$/)
      assert.equal(await (await place.open()).stateId(), first)
    },
  },
  {
    name: 'the state has one key for erased records, which every opening sees and nobody can tell from its id',
    async check(place) {
      const ledger = await place.open()
      const first = await ledger.erasureKey()
      assert.match(first, /^[0-9a-f]{32}$/)
      assert.notEqual(first, await ledger.stateId())
      assert.equal(await (await place.open()).erasureKey(), first)
    },
  },
  {
    name: 'a sync is known from the first time it is named, and syncs are listed by name',
    async check(place) {
      const ledger = await place.open()
      assert.deepEqual(await ledger.syncs(), [])
      const fresh = {
        accountId: null,
        generation: 0,
        mergingGeneration: null,
        openings: [null],
        paused: false,
        keyName: null,
        erasedAt: null,
      }
      assert.deepEqual(await ledger.sync('b/scores'), { sync: 'b/scores', ...fresh })
      await ledger.acquireLease('a', 'worker-1', ttlMs, noon)
      await ledger.sync('b/scores')
      const names = (await ledger.syncs()).map((record) => record.sync)
      assert.deepEqual(names, ['a', 'b/scores'])
    },
  },
  {
    name: 'a sync is paused and resumed without a lease, even before it is known',
    async check(place) {
      const ledger = await place.open()
      await ledger.setPaused('scores', true)
      assert.equal((await ledger.sync('scores')).paused, true)
      await ledger.setPaused('scores', false)
      assert.equal((await ledger.sync('scores')).paused, false)
    },
  },
  {
    name: 'a sync is bound to one account, which may be named again but not replaced',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      await ledger.bindAccount(lease, 'portal-1')
      await ledger.bindAccount(lease, 'portal-1')
      const error = await refused(ledger.bindAccount(lease, 'portal-2'), 'ledger.other_account')
      assert.match(error.message, /portal-1.*portal-2/)
      assert.equal((await ledger.sync('scores')).accountId, 'portal-1')
    },
  },
  {
    name: 'what a lost warehouse would take along is kept, under the lease and through renames',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      await ledger.keepKeyName(lease, 'ratings')
      await ledger.keepErasure(lease, noon)
      for (const [kept, own, last] of [
        ['from', noon - 1, noon],
        ['to', noon + 1, noon + 1],
      ] as const) {
        const [former, name] = [kept === 'from' ? 'scores' : 'new from', `new ${kept}`]
        const held = await ledger.acquireLease(name, 'worker-1', ttlMs, noon)
        await ledger.keepErasure(held, own)
        await ledger.renameSync(former, name, kept)
        assert.equal((await ledger.sync(name)).erasedAt, last)
      }
      await refused(ledger.keepErasure(lease, noon), 'ledger.lease_lost')
      await refused(ledger.keepKeyName(lease, 'others'), 'ledger.lease_lost')
      const successor = await ledger.acquireLease('new to', 'worker-1', ttlMs, noon)
      await ledger.keepKeyName(successor, 'scores')
      await ledger.keepErasure(successor, noon + 2)
      await ledger.renameSync('new to', 'newest')
      assert.deepEqual(
        (await ledger.syncs()).map(({ keyName, erasedAt }) => [keyName, erasedAt]),
        [['scores', noon + 2]],
      )
    },
  },
  {
    name: 'an announced opening and what was found before it are known, until it is found itself or confirmed',
    async check(place) {
      const ledger = await place.open()
      const lease = await ledger.acquireLease('scores', 'worker-1', ttlMs, noon)
      const openings = async (): Promise<readonly (string | null)[]> =>
        (await ledger.sync('scores')).openings
      const first = await ledger.announceOpening(lease, null)
      const second = await ledger.announceOpening(lease, null)
      assert.deepEqual(await openings(), [null, first, second])
      const third = await ledger.announceOpening(lease, second)
      assert.deepEqual(await openings(), [second, third])
      const fourth = await ledger.announceOpening(lease, 'unheard of')
      assert.deepEqual(await openings(), [second, third, fourth])
      assert.equal(new Set([first, second, third, fourth]).size, 4)
      const successor = await ledger.acquireLease('scores', 'worker-2', ttlMs, noon + ttlMs)
      await refused(ledger.announceOpening(lease, fourth), 'ledger.lease_lost')
      const fifth = await ledger.announceOpening(successor, fourth)
      await refused(ledger.confirmOpening(lease, fifth), 'ledger.lease_lost')
      await ledger.confirmOpening(successor, fifth)
      assert.deepEqual(await openings(), [fifth])
    },
  },
]

const renaming: readonly LedgerCase[] = [
  {
    name: 'renaming a sync moves its record, runs and batches, and its leases are lost',
    async check(place) {
      const ledger = await place.open()
      const { lease, run } = await runIn(ledger, 'delivering', { sync: 'old' })
      await ledger.bindAccount(lease, 'portal-1')
      await sendBatches(ledger, lease, run, 1, 1)
      const record = await ledger.sync('old')
      await ledger.renameSync('old', 'new')
      assert.deepEqual(await ledger.syncs(), [{ ...record, sync: 'new' }])
      assert.equal((await ledger.run(run))?.sync, 'new')
      assert.equal((await ledger.sendingBatches(run)).length, 1)
      await refused(ledger.recordConcluded(lease, run, 1, '[]', noon), 'ledger.lease_lost')
      const successor = await ledger.acquireLease('new', 'worker-2', ttlMs, noon + ttlMs)
      assert.ok(successor.fence > lease.fence)
      assert.equal(await ledger.recordConcluded(successor, run, 1, '[]', noon), 1)
    },
  },
  {
    name: 'a fence never falls behind that of either name',
    async check(place) {
      const ledger = await place.open()
      await ledger.acquireLease('old', 'worker-1', ttlMs, noon)
      let newest = 0
      for (let turn = 0; turn < 5; turn += 1) {
        newest = (await ledger.acquireLease('new', 'worker-1', ttlMs, noon)).fence
      }
      await ledger.renameSync('old', 'new')
      const lease = await ledger.acquireLease('new', 'worker-1', ttlMs, noon)
      assert.ok(lease.fence > newest)
    },
  },
  {
    name: 'a sync is not renamed to one that has runs',
    async check(place) {
      const ledger = await place.open()
      await runIn(ledger, 'planning', { sync: 'old', run: 'run-1' })
      await runIn(ledger, 'failed', { sync: 'new', run: 'run-2' })
      await refused(ledger.renameSync('old', 'new'), 'ledger.sync_exists')
      assert.equal((await ledger.run('run-1'))?.sync, 'old')
    },
  },
  {
    name: 'a sync is renamed to one that has runs where it is said whose record is kept, and so are the runs of both',
    async check(place) {
      for (const kept of ['from', 'to'] as const) {
        const ledger = await place.open()
        const [old, taken] = [`old ${kept}`, `new ${kept}`]
        const lost = await runIn(ledger, 'succeeded', { sync: old, run: `${kept}-1` })
        await runIn(ledger, 'failed', { sync: taken, run: `${kept}-2` })
        await ledger.bindAccount(lost.lease, 'portal-1')
        await ledger.noteSchedule(old, 'run', noon)
        await ledger.noteSchedule(taken, 'run', noon + 1)
        await ledger.noteSchedule(taken, 'reconcile', noon + 2)
        await ledger.renameSync(old, taken, kept)
        const names = (await ledger.syncs()).map(({ sync }) => sync)
        assert.ok(names.includes(taken) && !names.includes(old))
        const { accountId } = await ledger.sync(taken)
        assert.equal(accountId, kept === 'from' ? 'portal-1' : null)
        assert.equal((await ledger.runs({ sync: taken, limit: 9 })).length, 2)
        const noted = (await ledger.schedules()).filter(({ sync }) => sync === taken)
        assert.deepEqual(
          noted.map(({ kind, since }) => [kind, since]),
          [
            ['reconcile', noon + 2],
            ['run', kept === 'from' ? noon : noon + 1],
          ],
        )
        await refused(ledger.bindAccount(lost.lease, 'portal-1'), 'ledger.lease_lost')
      }
    },
  },
  {
    name: 'a renamed sync is paused where either name was',
    async check(place) {
      const ledger = await place.open()
      for (const [index, paused] of [[], ['old'], ['new'], ['old', 'new']].entries()) {
        for (const kept of ['from', 'to'] as const) {
          const called = (name: string): string => `${name} ${index} ${kept}`
          for (const name of ['old', 'new']) {
            await ledger.setPaused(called(name), paused.includes(name))
          }
          await ledger.renameSync(called('old'), called('new'), kept)
          assert.equal((await ledger.sync(called('new'))).paused, paused.length > 0)
        }
      }
    },
  },
  {
    name: 'nobody holds a sync that was renamed',
    async check(place) {
      const ledger = await place.open()
      await ledger.acquireLease('old', 'worker-1', ttlMs, noon)
      await ledger.renameSync('old', 'new')
      await ledger.acquireLease('new', 'worker-2', ttlMs, noon)
    },
  },
  {
    name: 'renaming what is unknown, or to the same name, changes nothing',
    async check(place) {
      const ledger = await place.open()
      const { run } = await runIn(ledger, 'planning', { sync: 'new' })
      const before = [await ledger.syncs(), await ledger.leaseOf('new')]
      await ledger.renameSync('old', 'new')
      await ledger.renameSync('new', 'new')
      assert.deepEqual([await ledger.syncs(), await ledger.leaseOf('new')], before)
      assert.equal((await ledger.run(run))?.sync, 'new')
    },
  },
]

export const syncCases: readonly LedgerCase[] = [...remembering, ...renaming]
