import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BegunPull, begunPull, type Place } from './begun-pull.ts'
import { inMinutes } from './drawn.ts'
import { stories, storyNames } from './kill-pulls.ts'
import { type Judged, killedPull } from './killed-pull.ts'
import { plainPlaces } from './places.ts'
import { day, type Story } from './pull-story.ts'
import { receivedStory } from './received-story.ts'

const places = plainPlaces()
afterAll(() => places.close())

type Change = (begun: BegunPull) => unknown

async function worldAt(place: Place, story: Story, step: number, change: Change): Promise<string> {
  const begun = await begunPull(place, story, step)
  try {
    await change(begun)
    return (await begun.left()) ?? ''
  } finally {
    await begun.close()
  }
}

const changes: Readonly<Record<string, Change>> = {
  'a row of the history': ({ name, world }) =>
    world.execute(`update ${name}.deal_history__latest set title = 'another'`),
  'a row of the working schema': ({ world }) =>
    world.execute('update syncline.syncs set fence = fence + 1'),
  'how a table was made': ({ name, world }) =>
    world.execute(`alter table ${name}.deals_changes add column another varchar`),
  'how a view was made': ({ name, world }) =>
    world.execute(`create or replace view ${name}.deals as select 1 as id`),
  'what another pull has': ({ world }) =>
    world.execute('create table syncline.another__deals__1__read (_key varchar)'),
  'the ledger': ({ name, world }) => world.ledger.acquireLease(name, 'worker-1', 1, 0),
  'the journal': ({ world }) => world.inbox.journal.forget(1),
  'a record of the CRM': ({ crm }) => crm.put('1', day(1, '10:00:00'), {}),
  'what went up in another record': ({ crm }) => crm.mergedInto.set('2', '1'),
  'the webhooks of the CRM': ({ crm }) =>
    crm.subscriptions.set('1', {
      id: '1',
      object: 'deals',
      name: 'another',
      url: 'https://hooks.acme.example',
      auth: null,
      tellsAll: true,
      isActive: true,
      lastDelivery: null,
    }),
  'how many webhooks the CRM made': ({ crm }) => {
    crm.lastSubscription += 1
  },
  'the fields of the CRM': ({ crm }) => {
    crm.fields = crm.fields.slice(1)
  },
  'the time of the CRM': ({ crm }) => {
    crm.now = day(30)
  },
  'the time of the story': ({ world }) => world.clock.pass(1),
  'what was answered': ({ world }) => world.inbox.answered.delete(0),
}

describe('the world of a pull', () => {
  /** Of these there is something everywhere: webhooks wait. */
  const loading = 1
  let place: Place
  beforeAll(async () => {
    place = await places.next()
  })
  const world = (change: Change): Promise<string> => worldAt(place, receivedStory, loading, change)

  it.each(Object.entries(changes))('is another where %s changed', async (_, change) => {
    expect(await world(change)).not.toBe(await world(() => undefined))
  })

  it('is another where the machine was slower by minutes', async () => {
    const heldFor =
      (ms: number): Change =>
      ({ name, world: { ledger } }) =>
        ledger.acquireLease(name, 'worker-1', ms, Date.now())
    expect(await world(heldFor(3_600_000))).not.toBe(await world(heldFor(60_000)))
  })
})

describe('the copy of a begun pull', () => {
  it.each(storyNames)('finds what the story "%s" comes to by itself', async (name) => {
    const place = await places.next()
    const story = stories[name]
    const since = Date.now()
    const untimed = (text: string): string =>
      inMinutes(text, since).replaceAll(/<minute \d+>/g, '<now>')
    const judged: Judged = new Map()
    await killedPull(place, story, 0, null, judged)
    const byItself = new Set([...judged.keys()].map(untimed))
    for (const step of story.steps.keys()) {
      const copied = (): Promise<string> => worldAt(place, story, step, (begun) => begun.set(step))
      const first = await copied()
      expect(first).toContain('records')
      // A whole history between them leaves nothing.
      await killedPull(place, story, step, null)
      expect(await copied()).toBe(first)
      expect(step === 0 || byItself.has(untimed(`${step} ${first}`))).toBe(true)
    }
  })
})
