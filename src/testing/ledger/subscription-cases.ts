/** Webhooks: one process sees to those of a connection, and leaves what it found to the next. */
import assert from 'node:assert/strict'
import type { KeptHole, SubscriptionTurn, ToldHole } from '../../model/subscription.ts'
import { type LedgerCase, noon, ttlMs } from './conformance.ts'

const nobody = () => false
const deals = {
  object: 'deals',
  id: '7',
  lastDelivery: { at: '2024-01-31T11:59:00.000000Z', status: 200 },
}

function turnOf(owner: string, changes: Partial<SubscriptionTurn> = {}): SubscriptionTurn {
  const turn = { connection: 'crm', owner, at: noon, ttlMs, receives: true }
  return { ...turn, found: null, holes: null, ...changes }
}

const hole: KeptHole = {
  sync: 'crm/daily',
  object: 'persons',
  isLoss: true,
  isOpen: true,
  silentUntil: noon + 7,
  changesRead: true,
  deletesRead: false,
}
const closed: KeptHole = { ...hole, object: 'leads', isOpen: false, changesRead: false }

function told({ sync, object, ...owed }: KeptHole): ToldHole {
  return { sync, object, hole: owed }
}

export const subscriptionCases: readonly LedgerCase[] = [
  {
    name: 'subscriptions have one keeper at a time, who may take turn after turn',
    async check(place) {
      const ledger = await place.open()
      assert.deepEqual(await ledger.subscriptions(), [])
      const first = await ledger.keepSubscriptions(turnOf('worker-1'), nobody)
      assert.deepEqual(first, { isOurs: true, before: null })
      const later = { at: noon + ttlMs - 1 }
      assert.equal(
        (await ledger.keepSubscriptions(turnOf('worker-2', later), nobody)).isOurs,
        false,
      )
      assert.equal((await ledger.keepSubscriptions(turnOf('worker-1', later), nobody)).isOurs, true)
      const other = turnOf('worker-2', { connection: 'other' })
      assert.equal((await ledger.keepSubscriptions(other, nobody)).isOurs, true)
      assert.deepEqual(
        (await ledger.subscriptions()).map(({ connection, keeper }) => [connection, keeper]),
        [
          ['crm', 'worker-1'],
          ['other', 'worker-2'],
        ],
      )
    },
  },
  {
    name: 'of several that begin to keep subscriptions at once one does',
    async check(place) {
      const ledgers = await Promise.all([place.open(), place.open(), place.open()])
      const turns = await Promise.all(
        ledgers.map((ledger, index) => ledger.keepSubscriptions(turnOf(`worker-${index}`), nobody)),
      )
      assert.equal(turns.filter(({ isOurs }) => isOurs).length, 1)
    },
  },
  {
    name: 'what was found of subscriptions stays until something else is found',
    async check(place) {
      const ledger = await place.open()
      await ledger.keepSubscriptions(turnOf('worker-1', { found: [deals] }), nobody)
      await ledger.keepSubscriptions(turnOf('worker-1', { at: noon + 5 }), nobody)
      await ledger.close()
      assert.deepEqual(await (await place.open()).subscriptions(), [
        {
          connection: 'crm',
          keeper: 'worker-1',
          keptUntil: noon + 5 + ttlMs,
          receivedAt: noon + 5,
          lookedAt: noon,
          found: [deals],
        },
      ])
    },
  },
  {
    name: 'subscriptions go to the next when their keeper leaves, is gone or is silent for too long',
    async check(place) {
      const ledger = await place.open()
      await ledger.keepSubscriptions(turnOf('worker-1', { found: [deals] }), nobody)
      await ledger.leaveSubscriptions('crm', 'worker-2', noon + 1)
      assert.equal((await ledger.keepSubscriptions(turnOf('worker-2'), nobody)).isOurs, false)
      await ledger.leaveSubscriptions('crm', 'worker-1', noon + 2)
      const left = await ledger.keepSubscriptions(turnOf('worker-2', { at: noon + 3 }), nobody)
      assert.equal(left.isOurs, true)
      assert.deepEqual(left.before, {
        connection: 'crm',
        keeper: null,
        keptUntil: null,
        receivedAt: noon + 2,
        lookedAt: noon,
        found: [deals],
      })
      const isGone = (owner: string) => owner === 'worker-2'
      const gone = await ledger.keepSubscriptions(turnOf('worker-3', { at: noon + 4 }), isGone)
      assert.deepEqual([gone.isOurs, gone.before?.receivedAt], [true, noon + 3])
      const silent = turnOf('worker-4', { at: noon + 4 + ttlMs })
      assert.equal((await ledger.keepSubscriptions(silent, nobody)).isOurs, true)
    },
  },
  {
    name: 'a turn in which nothing is received leaves the time when something was',
    async check(place) {
      const ledger = await place.open()
      const receivedAt = async () => (await ledger.subscriptions())[0]?.receivedAt
      const deaf = { receives: false }
      await ledger.keepSubscriptions(turnOf('worker-1', deaf), nobody)
      assert.equal(await receivedAt(), 0)
      await ledger.keepSubscriptions(turnOf('worker-1', { at: noon + 1 }), nobody)
      await ledger.keepSubscriptions(turnOf('worker-1', { ...deaf, at: noon + 2 }), nobody)
      await ledger.leaveSubscriptions('crm', 'worker-1', null)
      assert.equal(await receivedAt(), noon + 1)
    },
  },
  {
    name: 'what a turn leaves owed stays until another turn of the same connection tells all that is',
    async check(place) {
      const ledger = await place.open()
      await ledger.keepSubscriptions(
        turnOf('worker-1', { holes: [told(hole), told(closed)] }),
        nobody,
      )
      const other = turnOf('worker-1', { connection: 'other', holes: [] })
      await ledger.keepSubscriptions(other, nobody)
      await ledger.keepSubscriptions(turnOf('worker-1'), nobody)
      await ledger.leaveSubscriptions('crm', 'worker-1', noon)
      await ledger.close()
      const later = await place.open()
      assert.deepEqual(await later.subscriptionHoles('crm'), [closed, hole])
      const gone = [{ ...told(hole), hole: null }, told(closed)]
      await later.keepSubscriptions(turnOf('worker-2', { holes: gone }), nobody)
      assert.deepEqual(await later.subscriptionHoles('crm'), [closed])
    },
  },
  {
    name: 'what is owed where a keeper knows of nothing stays',
    async check(place) {
      const ledger = await place.open()
      const unknown = { ...hole, sync: 'crm/new' }
      const holes = [told(hole), told(closed), told(unknown)]
      await ledger.keepSubscriptions(turnOf('worker-1', { holes }), nobody)
      const gone = [{ ...told(hole), hole: null }]
      await ledger.keepSubscriptions(turnOf('worker-1', { holes: gone }), nobody)
      assert.deepEqual(await ledger.subscriptionHoles('crm'), [closed, unknown])
    },
  },
  {
    name: 'who does not keep subscriptions writes nothing of what is owed',
    async check(place) {
      const ledger = await place.open()
      await ledger.keepSubscriptions(turnOf('worker-1', { holes: [told(hole)] }), nobody)
      await ledger.keepSubscriptions(
        turnOf('worker-2', { holes: [{ ...told(hole), hole: null }] }),
        nobody,
      )
      assert.deepEqual(await ledger.subscriptionHoles('crm'), [hole])
    },
  },
  {
    name: 'what is owed to a renamed sync is owed to it by its new name',
    async check(place) {
      const ledger = await place.open()
      const unheard = { ...hole, sync: 'sales' }
      await ledger.keepSubscriptions(
        turnOf('worker-1', { holes: [told(hole), told(unheard)] }),
        nobody,
      )
      await ledger.renameSync('crm/daily', 'sales')
      assert.deepEqual(await ledger.subscriptionHoles('crm'), [{ ...hole, sync: 'sales' }])
    },
  },
  {
    name: 'what is owed under either name of a renamed sync is owed to it',
    async check(place) {
      const ledger = await place.open()
      const holes = [{ ...hole, object: 'deals', sync: 'sales' }, hole]
      for (const kept of ['from', 'to'] as const) {
        const owing = turnOf('worker-1', { holes: holes.map(told) })
        await ledger.keepSubscriptions(owing, nobody)
        await ledger.renameSync('crm/daily', 'sales', kept)
        const owed = await ledger.subscriptionHoles('crm')
        assert.deepEqual(
          owed.map(({ object, sync }) => [object, sync]),
          holes.map(({ object }) => [object, 'sales']),
        )
      }
    },
  },
]
