/**
 * Webhooks that the CRM is made to send, and what is read for a time without them, in steps that are each a server's first turn:
 * it makes them, finds that deliveries fail, finds that they succeed again, and makes anew what is gone. Each step comes a minute
 * after the one before it, and who goes on for a killed server comes at once: what it owes only the state can tell.
 */
import type { SubscribedConnection } from '../../src/app/subscription/subscribed-connections.ts'
import { SubscriptionKeeper } from '../../src/app/subscription/subscription-keeper.ts'
import type { Workspace } from '../../src/app/workspace/workspace.ts'
import type { Clock } from '../../src/model/clock.ts'
import type { Subscription, WantedSubscription } from '../../src/model/subscription.ts'
import { integer, type ScriptedCrm, text } from '../pull/scripted-crm.ts'
import type { CrashingProcess } from '../support/crashing.ts'
import {
  afterAnotherPull,
  day,
  instantOf,
  type Step,
  type Story,
  type World,
} from './pull-story.ts'
import { storyWorkspace } from './story-workspace.ts'

const minute = 60_000
const address = 'https://hooks.acme.example/webhooks/crm'
const wanted: WantedSubscription = {
  object: 'deals',
  name: 'syncline dev',
  url: `${address}/secret`,
  auth: null,
}
const terms = {
  source: 'https://developers.acme.example',
  triesForMs: 3 * minute,
  silentForMs: 30 * minute,
  lookEveryMs: 10 * minute,
}

const theirs = present('900', { name: 'made by hand' })

function present(id: string, changes: Partial<Subscription> = {}): Subscription {
  return { ...wanted, id, tellsAll: true, isActive: true, lastDelivery: null, ...changes }
}

/** Of the only one of ours. */
function lastAnswer(crm: ScriptedCrm, status: number): void {
  for (const one of crm.subscriptions.values()) {
    if (one.name !== wanted.name) continue
    crm.subscriptions.set(one.id, { ...one, lastDelivery: { at: null, status } })
  }
}

function workspaceOf(world: World, crm: ScriptedCrm, process: CrashingProcess): Workspace {
  return storyWorkspace(world, crm, process, { journal: world.inbox.journal, events: null })
}

/** Nothing that is waited for comes: a turn is shorter than the time after which it would be prolonged. */
function stillAt(now: number): Clock {
  const sleep: Clock['sleep'] = (_ms, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('woken')), { once: true })
    })
  return { now: () => now, monotonic: () => 0, sleep }
}

/** A server that starts in this minute, takes its first turn, and ends. */
function turnAt(number: number): Step['work'] {
  return async (world, crm, process) => {
    const { sync } = world
    const connection = { name: sync.crm, notWritableBecause: null }
    const target = { connection, terms, address, pulls: [sync], wanted: [wanted], knowsAll: true }
    const keeper = new SubscriptionKeeper(
      workspaceOf(world, crm, process),
      target as unknown as SubscribedConnection,
      {
        clock: stillAt(Date.UTC(2026, 2, 10) + number * minute),
        signal: new AbortController().signal,
        receives: () => true,
        isOnRequest: false,
      },
    )
    const { trouble } = await keeper.turn()
    if (trouble instanceof Error) throw trouble
    await keeper.leave()
  }
}

const steps: readonly Step[] = [
  {
    set: (crm) => {
      crm.subscriptions.set(theirs.id, theirs)
      for (const key of ['1', '2', '3']) {
        crm.put(key, day(1, '10:00:00'), { title: text(`deal ${key}`), value: integer(10) })
      }
    },
    work: turnAt(0),
  },
  {
    set: (crm) => {
      lastAnswer(crm, 503)
      crm.put('1', day(2, '10:00:00'), { title: text('deal 1'), value: integer(11) })
      crm.records.delete('2')
    },
    work: turnAt(1),
    isLikeOthers: true,
  },
  { set: (crm) => lastAnswer(crm, 200), work: turnAt(2), isLikeOthers: true },
  {
    set: (crm) => {
      crm.subscriptions.clear()
      for (const one of [
        theirs,
        present('901', { url: `${address}/an-older-secret` }),
        present('902', { object: 'persons' }),
      ]) {
        crm.subscriptions.set(one.id, one)
      }
      crm.records.delete('3')
    },
    work: turnAt(3),
  },
]

/** What is there twice or too much, whom nobody knows to be gone, and what is owed still. */
async function unsettled(world: World, crm: ScriptedCrm): Promise<readonly string[]> {
  const { crm: connection } = world.sync
  const holes = await world.ledger.subscriptionHoles(connection)
  const record = (await world.ledger.subscriptions()).find((one) => one.connection === connection)
  const there = [...crm.subscriptions.values()]
  const ours = there.filter(({ id }) => id !== theirs.id)
  const isOne = ours.length === 1 && ours[0]?.url === wanted.url && ours[0].object === 'deals'
  return [
    ...(isOne ? [] : [`webhooks of ours: ${JSON.stringify(ours)}`]),
    ...(there.includes(theirs) ? [] : ['the webhook of someone else is gone']),
    ...(record?.found.map(({ id }) => id).join() === ours[0]?.id ? [] : ['the state has others']),
    ...(record?.keeper === null ? [] : ['somebody sees to them still']),
    ...holes.map((hole) => `owed: ${JSON.stringify(hole)}`),
  ]
}

export const subscribedStory: Story = {
  before: afterAnotherPull,
  steps,
  history: (schema, dialect) =>
    `select cast(id as varchar), ${instantOf('_cdc_start', dialect)}, ${instantOf('_cdc_end', dialect)}, title, cast("value" as varchar), cast(_dirty as varchar) from ${schema}.deal_history order by id, _cdc_start`,
  expected: [
    ['1', day(1, '10:00:00'), day(2, '10:00:00'), 'deal 1', '10', 'false'],
    ['1', day(2, '10:00:00'), null, 'deal 1', '11', 'false'],
    ['2', day(1, '10:00:00'), day(12, '00:00:01'), 'deal 2', '10', 'false'],
    ['3', day(1, '10:00:00'), day(13, '00:00:01'), 'deal 3', '10', 'false'],
  ],
  // The CRM's days pass faster than ours: only what is owed takes a read of everything.
  sync: { wholeReadEveryMs: null },
  runsAreLikeOthers: true,
  unsettled,
}
