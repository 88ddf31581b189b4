/** A server that works only inside requests: nothing is lost between them, and a start costs nothing. */
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
  served = await world.started({ isOnRequest: true })
})
afterEach(() => world.close())

/** So much later, a process that was started by a request. */
async function restartedAfter(minutes: number): Promise<void> {
  await served.close()
  await world.clock.advance(minutes * minute)
  world.crm.simulator.advance(minutes * minute)
  served = await world.started({ isOnRequest: true })
}

async function waiting(): Promise<number> {
  return (await (await served.workspace.journal()).extent()).entries
}

describe('a run on request', () => {
  it('makes the webhooks, and ends the start by a read of everything', async () => {
    expect(world.webhooks()).toEqual([])
    expect(await served.run()).toBe(200)
    expect(world.webhooks().map(({ object }) => object)).toEqual(['deal', 'person'])
    expect(await served.runs(0)).toEqual(['run', 'reconcile', 'run'])
    expect(await served.run()).toBe(200)
    expect(await served.runs(3)).toEqual(['run'])
  })

  it('loads what was received, and nothing does before it', async () => {
    await served.run()
    await world.ask('PATCH', '/api/v2/persons/1', { name: 'Told' })
    await world.crm.delivered()
    // Neither a loop nor a turn is to come.
    expect(world.clock.sleeping()).toBe(0)
    expect(await waiting()).toBe(1)
    expect(await served.persons()).toMatchObject({ 1: 'Person 1' })
    await served.run()
    expect([await waiting(), await served.persons()]).toMatchObject([0, { 1: 'Told' }])
    expect(world.clock.sleeping()).toBe(0)
  })
})

describe('a start', () => {
  beforeEach(() => served.run())

  it('costs no read of everything while the CRM is asked before a silence could be over', async () => {
    for (const minutes of [10, 20, 29]) {
      await restartedAfter(minutes)
      await served.run()
    }
    expect(await served.runs(3)).toEqual(['run', 'run', 'run'])
    expect(served.told).toEqual([])
  })

  it('asks the CRM about its webhooks as often as it always does', async () => {
    const looks = () => world.crm.simulator.calls()['webhook_read'] ?? 0
    const before = looks()
    await restartedAfter(4)
    await served.run()
    expect(looks()).toBe(before)
    await restartedAfter(6)
    await served.run()
    expect(looks()).toBe(before + 1)
  })

  it('after a longer time in which nobody asked is followed by a read of everything', async () => {
    await restartedAfter(30)
    await served.run()
    expect(await served.runs(3)).toEqual(['run', 'reconcile', 'run'])
  })
})

describe('a loss', () => {
  beforeEach(() => served.run())

  it('by a ban is found by one process and covered by another', async () => {
    world.front.target = null
    for (let edit = 1; edit <= 10; edit += 1) {
      await world.ask('PATCH', '/api/v2/persons/1', { name: `Edit ${edit}` })
    }
    await world.crm.delivered()
    await world.ask('DELETE', '/api/v2/persons/2')
    await restartedAfter(11)
    await served.run()
    expect(await served.persons()).toEqual({ 1: 'Edit 10', 2: 'Person 2', 3: 'Person 3' })
    await restartedAfter(20)
    await world.ask('PATCH', '/api/v2/persons/3', { name: 'Delivered' })
    await world.crm.delivered()
    await served.run()
    expect(await served.persons()).toEqual({ 1: 'Edit 10', 3: 'Delivered' })
    expect((await served.runs(3)).filter((kind) => kind === 'reconcile')).toHaveLength(1)
  })

  it('by a deletion of webhooks is covered by the run that makes them anew', async () => {
    for (const { id } of world.webhooks()) await world.ask('DELETE', `/api/v1/webhooks/${id}`)
    await world.ask('DELETE', '/api/v2/persons/2')
    await restartedAfter(11)
    await served.run()
    expect(world.webhooks()).toHaveLength(2)
    expect(Object.keys(await served.persons())).toEqual(['1', '3'])
  })

  it('by a journal that took nothing is in the state before a webhook is answered again', async () => {
    const journal = new DatabaseSync(`${world.directory}/.syncline/dev/journal.db`)
    journal.exec(`create trigger no_room before insert on journal_entries
      begin select raise(abort, 'no room'); end`)
    const post = async () => {
      const request = { method: 'POST', headers: { authorization: basic }, body: '{"meta":{}}' }
      return (await fetch(`${served.serving.url}${webhookPath}`, request)).status
    }
    expect(await post()).toBe(503)
    await world.clock.advance(4 * minute)
    journal.exec('drop trigger no_room')
    journal.close()
    expect(await post()).toBe(200)
    await restartedAfter(1)
    await served.run()
    expect(await served.runs(3)).toEqual(['run', 'reconcile', 'run'])
  })
})
