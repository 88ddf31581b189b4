/** What webhooks did not bring is read, as soon as it may have been lost and once that is over. */
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runIn } from '../cli/cli-world.ts'
import { basic, webhookPath } from './serving-project.ts'
import {
  minute,
  openSubscribedWorld,
  type Served,
  type SubscribedWorld,
} from './subscribed-world.ts'

let world: SubscribedWorld
let served: Served

beforeEach(async () => {
  world = await openSubscribedWorld()
  served = await world.started()
})
afterEach(() => world.close())

/** A successor, with what stands before it leading there. */
async function restarted(): Promise<void> {
  await served.close()
  served = await world.started()
}

/** So many events of persons that nobody receives. */
async function failingEdits(count: number): Promise<void> {
  world.front.target = null
  for (let edit = 1; edit <= count; edit += 1) {
    await world.ask('PATCH', '/api/v2/persons/1', { name: `Edit ${edit}` })
  }
  await world.crm.delivered()
}

/** Fates of the events that were made last. */
function fates(count: number): readonly string[] {
  return world.crm.simulator
    .events()
    .slice(-count)
    .map(({ fate }) => fate)
}

function newestStatus(object: string): number | null | undefined {
  return world.webhooks().find((one) => one.object === object)?.lastStatus
}

describe('a new webhook', () => {
  it('is followed by one read of everything, which ends the start', async () => {
    expect(await served.persons()).toEqual({ 1: 'Person 1', 2: 'Person 2', 3: 'Person 3' })
    expect(await served.runs()).toEqual(['run', 'reconcile'])
    await world.minutes(served, 11)
    expect(await served.runs()).toEqual(['run', 'reconcile'])
  })

  it('is followed by such a read of its object alone', async () => {
    await served.close()
    served = await world.started({ objects: '[deals, persons, products]' })
    expect(
      served.turns[0]?.caughtUp[0]?.objects.map(({ object, since }) => [object, since === null]),
    ).toEqual([
      ['deals', false],
      ['persons', false],
      ['products', true],
    ])
  })
})

describe('a ban', () => {
  it('loses events, and the next look brings what changed; what was deleted comes when it is over', async () => {
    await failingEdits(10)
    world.front.target = served.serving.url
    await world.ask('PATCH', '/api/v2/persons/1', { name: 'Lost' })
    await world.ask('DELETE', '/api/v2/persons/2')
    await world.crm.delivered()
    expect(fates(2)).toEqual(['banned', 'banned'])
    world.crm.simulator.advance(minute)
    await world.minutes(served, 10)
    expect(await served.persons()).toEqual({ 1: 'Lost', 2: 'Person 2', 3: 'Person 3' })
    world.crm.simulator.advance(31 * minute)
    await world.minutes(served, 30)
    expect(await served.persons()).toEqual({ 1: 'Lost', 3: 'Person 3' })
    expect(await served.runs(2)).toEqual(['run', 'reconcile'])
    expect(served.told).toEqual([])
  })

  it('that a delivery shows to be over is closed by one read of everything', async () => {
    await failingEdits(10)
    await world.minutes(served, 10)
    world.crm.simulator.advance(31 * minute)
    world.front.target = served.serving.url
    await world.ask('PATCH', '/api/v2/persons/3', { name: 'Delivered' })
    await world.crm.delivered()
    expect(newestStatus('person')).toBe(200)
    await world.minutes(served, 10)
    expect(await served.runs(2)).toEqual(['run', 'reconcile'])
    await world.minutes(served, 60)
    expect(await served.runs(2)).toEqual(['run', 'reconcile'])
  })

  it('of deals needs no read of all, as their list tells what was deleted', async () => {
    world.front.target = null
    for (let edit = 1; edit <= 10; edit += 1) {
      await world.ask('PATCH', '/api/v2/deals/1', { title: `Edit ${edit}` })
    }
    await world.crm.delivered()
    await world.ask('DELETE', '/api/v2/deals/1')
    expect(fates(1)).toEqual(['banned'])
    world.crm.simulator.advance(minute)
    await world.minutes(served, 10)
    expect(await served.query('select title from crm.deals')).toEqual([])
    await world.minutes(served, 30)
    expect(await served.runs(2)).toEqual(['run', 'run'])
  })
})

describe('three days of failures', () => {
  it('delete a webhook, which is made anew, and everything is read', async () => {
    const before = world.webhooks().map(({ id }) => id)
    await failingEdits(1)
    world.crm.simulator.advance(3 * 1_440 * minute)
    await world.ask('PATCH', '/api/v2/persons/1', { name: 'Untold' })
    await world.ask('DELETE', '/api/v2/persons/2')
    expect(world.webhooks()).toHaveLength(1)
    world.front.target = served.serving.url
    await world.minutes(served, 10)
    expect(world.webhooks().map(({ object }) => object)).toEqual(['deal', 'person'])
    expect(world.webhooks().filter(({ id }) => !before.includes(id))).toHaveLength(1)
    expect(await served.persons()).toEqual({ 1: 'Untold', 3: 'Person 3' })
    const anew = served.turns.findLast(({ created }) => created.length > 0)
    expect(anew?.caughtUp[0]?.objects.map(({ object }) => object)).toEqual(['persons'])
  })
})

describe('after a time without a server', () => {
  it.each([
    ['so short that the CRM still tries, what changed is read', 2, ['run']],
    ['that the CRM does not outlast, everything is read', 4, ['run', 'reconcile']],
  ])('%s', async (_what, minutes, kinds) => {
    await served.close()
    await world.clock.advance(minutes * minute)
    served = await world.started()
    expect(await served.runs(2)).toEqual(kinds)
  })

  it('what was given up comes when deliveries succeed again', async () => {
    await served.close()
    world.front.target = null
    await world.ask('DELETE', '/api/v2/persons/2')
    await world.crm.delivered()
    for (const seconds of [3, 30, 150]) {
      world.crm.simulator.advance(seconds * 1_000)
      await world.crm.delivered()
    }
    expect(fates(1)).toEqual(['given_up'])
    await world.clock.advance(4 * minute)
    served = await world.started()
    expect(Object.keys(await served.persons())).toEqual(['1', '2', '3'])
    await world.ask('PATCH', '/api/v2/persons/3', { name: 'Three' })
    await world.crm.delivered()
    await world.minutes(served, 10)
    expect(await served.persons()).toEqual({ 1: 'Person 1', 3: 'Three' })
  })

  it('one that lasted as long as reception failed is found when that goes on', async () => {
    const journal = new DatabaseSync(
      `${served.workspace.project.directory}/.syncline/dev/journal.db`,
    )
    journal.exec(`create trigger no_room before insert on journal_entries
      begin select raise(abort, 'no room'); end`)
    const post = async () => {
      const request = { method: 'POST', headers: { authorization: basic }, body: '{"meta":{}}' }
      return (await fetch(`${served.serving.url}${webhookPath}`, request)).status
    }
    expect(await post()).toBe(503)
    await world.minutes(served, 4)
    journal.exec('drop trigger no_room')
    journal.close()
    expect(await post()).toBe(200)
    expect(await served.runs(2)).toEqual([])
    await world.minutes(served, 1)
    expect(await served.runs(2)).toEqual(['run', 'reconcile'])
  })
})

describe('what is owed outlives the process', () => {
  it('that found a ban and ends when that is over', async () => {
    await failingEdits(10)
    await world.ask('DELETE', '/api/v2/persons/2')
    await world.minutes(served, 10)
    world.crm.simulator.advance(31 * minute)
    world.front.target = served.serving.url
    await world.ask('PATCH', '/api/v2/persons/3', { name: 'Delivered' })
    await world.crm.delivered()
    expect(newestStatus('person')).toBe(200)
    await restarted()
    await world.minutes(served, 60)
    expect(await served.persons()).toEqual({ 1: 'Edit 10', 3: 'Delivered' })
    expect((await served.runs(2)).filter((kind) => kind === 'reconcile')).toHaveLength(1)
  })

  it('that made a webhook anew and could not read', async () => {
    await failingEdits(1)
    world.crm.simulator.advance(3 * 1_440 * minute)
    await world.ask('PATCH', '/api/v2/persons/1', { name: 'Untold' })
    await world.ask('DELETE', '/api/v2/persons/2')
    world.front.target = served.serving.url
    world.crm.simulator.planFault({ kind: 'expired_token', operation: 'list' })
    do await world.minutes(served, 1)
    while (served.turns.at(-1)?.created.length === 0)
    expect(served.turns.at(-1)?.trouble).toMatchObject({ code: 'pull.refused' })
    expect(Object.keys(await served.persons())).toEqual(['1', '2', '3'])
    await restarted()
    expect(await served.persons()).toEqual({ 1: 'Untold', 3: 'Person 3' })
  })

  it('that began and could not read what was there before its webhooks', async () => {
    await served.close()
    const objects = '[persons, products]'
    world.crm.simulator.planFault({ kind: 'expired_token', operation: 'list', times: 2 })
    served = await world.started({ objects })
    expect(served.turns[0]).toMatchObject({ trouble: { code: 'pull.refused' } })
    await served.close()
    served = await world.started({ objects })
    expect(served.turns[0]).toMatchObject({ created: [], trouble: null })
    await served.close()
    served = await world.started({ objects })
    expect(await served.runs(2)).toEqual(['run', 'reconcile', 'run', 'reconcile', 'run'])
  })

  it('that stopped while it received nothing, however short it was away', async () => {
    const journal = new DatabaseSync(
      `${served.workspace.project.directory}/.syncline/dev/journal.db`,
    )
    journal.exec(`create trigger no_room before insert on journal_entries
      begin select raise(abort, 'no room'); end`)
    const request = { method: 'POST', headers: { authorization: basic }, body: '{"meta":{}}' }
    expect((await fetch(`${served.serving.url}${webhookPath}`, request)).status).toBe(503)
    await world.minutes(served, 4)
    journal.exec('drop trigger no_room')
    journal.close()
    await restarted()
    expect(await served.runs(2)).toEqual(['run', 'reconcile'])
  })

  it('and that of `check --fix`, which made webhooks while nobody served', async () => {
    for (const { id } of world.webhooks()) await world.ask('DELETE', `/api/v1/webhooks/${id}`)
    await served.close()
    await runIn(world.directory, ['check', '--fix'])
    expect(world.webhooks()).toHaveLength(2)
    served = await world.started()
    expect(served.turns[0]?.created).toEqual([])
    expect(await served.runs(2)).toEqual(['run', 'reconcile'])
  })
})

describe('a pull that is paused', () => {
  it('is waited for, and that is no trouble', async () => {
    const ledger = await served.workspace.ledger()
    await ledger.setPaused('crm', true)
    await failingEdits(1)
    await world.minutes(served, 2)
    expect(served.turns.at(-1)).toMatchObject({ trouble: null, caughtUp: [], nextIn: 10_000 })
    await ledger.setPaused('crm', false)
    await world.minutes(served, 1)
    expect(await served.runs(2)).toEqual(['run'])
    expect(served.told).toEqual([])
  })
})
