/** Rows that wait between runs: for what, in which order, and what makes them go on. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import { explain, type Life } from '../../src/engine/push/explain.ts'
import type { PushReport } from '../../src/engine/push/push-report.ts'
import { retry } from '../../src/engine/push/push.ts'
import { verify } from '../../src/engine/push/verify.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

const customers = [
  'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
  `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Rome')`,
]

beforeEach(async () => {
  world = await createWorld()
  await world.sql(...customers)
})

afterEach(() => world.close())

const hour = 3_600_000

function recordOf(email: string): { readonly id: string; readonly city: string | null } {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  const found = records.find(({ properties }) => properties['email'] === email)
  return { id: found?.id ?? '', city: found?.properties['city'] ?? null }
}

function edit(kind: 'archive' | 'restore', email: string): void {
  world.hubspot.edit({ kind, object: 'contacts', id: recordOf(email).id })
}

describe('a reopened row whose field is mapped anew at the same moment', () => {
  const fields = [field('firstname', 'first_name'), field('city', 'city', { conflict: 'theirs' })]
  const before = contactSync({ fields })
  const after = contactSync({
    fields: [field('firstname', 'first_name'), field('city', 'first_name', { conflict: 'theirs' })],
  })

  it('is sent with the new mapping after a retry', async () => {
    await world.run(before)
    const selection = { onlyKey: '1', limit: null }
    await world.push(retry, after, { kind: 'retry', selection })
    expect(recordOf('a@x.com').city).toBe('Ann')
    await world.run(after)
    expect(recordOf('b@x.com').city).toBe('Bob')
  })

  it('is sent with the new mapping after verify settled it', async () => {
    await world.run(before)
    const id = recordOf('a@x.com').id
    const properties = { firstname: 'Typed' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
    await world.push((base, lease) => verify(base, lease, { settle: true, samples: 1 }), before)
    const report = await world.run(after)
    expect(report.outcomes.delivered).toBe(2)
    expect([recordOf('a@x.com').city, recordOf('b@x.com').city]).toEqual(['Ann', 'Bob'])
  })
})

describe('a record that was deleted in the CRM and restored there', () => {
  async function skippedOnce(sync: PushSync): Promise<void> {
    await world.run(sync)
    edit('archive', 'a@x.com')
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    expect((await world.run(sync)).reasons).toEqual({ 'skipped record.deleted': 1 })
    world.callsSince()
    expect((await world.run(sync)).reasons).toEqual({ 'skipped record.deleted': 1 })
    expect(world.callsSince()).toBe(0)
    edit('restore', 'a@x.com')
  }

  it('is written when it is looked at again, although its row did not change', async () => {
    await skippedOnce(contactSync())
    world.clock.pass(hour)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
    expect(recordOf('a@x.com').city).toBe('Oslo')
    world.callsSince()
    expect((await world.run(contactSync())).outcomes.unchanged).toBe(2)
    expect(world.callsSince()).toBe(0)
  })

  it('is written on retry where nobody looks before', async () => {
    const sync = contactSync({ readBefore: false })
    await world.run(sync)
    edit('archive', 'a@x.com')
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await world.run(sync)
    await world.run(sync)
    world.callsSince()
    await world.run(sync)
    expect(world.callsSince()).toBe(0)
    edit('restore', 'a@x.com')
    expect((await world.push(retry, sync, { kind: 'retry' })).outcomes.delivered).toBe(1)
    expect(recordOf('a@x.com').city).toBe('Oslo')
  })
})

describe('a row held for its content', () => {
  const rank = { name: 'rank', label: 'Rank', groupName: 'g' } as const
  const sync = contactSync({ fields: [field('rank', 'first_name'), field('city', 'city')] })

  beforeEach(async () => {
    const number = { ...rank, type: 'number', fieldType: 'number' } as const
    world.hubspot.seed({ properties: { contacts: [number] } })
    await world.sql(`update customers set first_name = '7' where id = 2`)
    await world.run(sync)
  })

  function makeItText(): void {
    const text = { ...rank, type: 'string', fieldType: 'text' } as const
    world.hubspot.seed({ properties: { contacts: [text] } })
  }

  it('is tried again by the next run that reads other metadata', async () => {
    await world.sql(`update customers set city = 'Oslo' where id = 2`)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 1 })
    makeItText()
    await world.sql(`update customers set city = 'Bern' where id = 2`)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 2, rejected: 0 })
  })

  it('makes a run with nothing else to do read the metadata, once an hour', async () => {
    makeItText()
    world.callsSince()
    expect((await world.run(sync)).heldRejected).toBe(1)
    expect(world.callsSince()).toBe(0)
    world.clock.pass(hour + 60_000)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
  })

  it('stays held, and costs no call for the next hour, while the metadata is the same', async () => {
    world.clock.pass(hour + 60_000)
    expect((await world.run(sync)).heldRejected).toBe(1)
    expect(world.callsSince()).toBeGreaterThan(0)
    expect((await world.run(sync)).heldRejected).toBe(1)
    expect(world.callsSince()).toBe(0)
  })

  it('is part of a plan that can be applied, once the metadata frees it', async () => {
    makeItText()
    await world.sql(`update customers set city = 'Bern' where id = 2`)
    const plan = await world.plan(sync)
    expect(plan.planned).toMatchObject({ creates: 1, updates: 1 })
    const report = await world.push(applyPlan, sync, { runId: plan.runId, kind: 'apply' })
    expect(report.outcomes).toMatchObject({ delivered: 2 })
  })
})

describe('rejected rows', () => {
  const bad = `insert into customers values (3, 'no address', 'Cy', 'Rome'), (4, 'none either', 'Di', 'Rome')`
  const held = () => world.query('select key, status from syncline.contacts__held order by key')

  it('are held no more once they left the model, and are rejected anew when they come back', async () => {
    await world.sql(bad)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 2, rejected: 2 })
    await world.sql('delete from customers where id = 3')
    // One key tells nothing of the others.
    await world.run(contactSync(), { selection: { onlyKey: '1', limit: null } })
    expect(await held()).toEqual([
      ['3', 'rejected'],
      ['4', 'rejected'],
    ])
    const report = await world.run(contactSync())
    expect(report.outcomes).toMatchObject({ unchanged: 2, rejected: 1 })
    expect(await held()).toEqual([['4', 'rejected']])
    await world.sql(`insert into customers values (3, 'no address', 'Cy', 'Rome')`)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ unchanged: 2, rejected: 2 })
    expect(await held()).toHaveLength(2)
  })

  it('are held no more once their change was taken back', async () => {
    await world.run(contactSync())
    await world.sql(`update customers set email = 'no address' where id = 1`)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ rejected: 1 })
    await world.sql(`update customers set email = 'a@x.com' where id = 1`)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ unchanged: 2, rejected: 0 })
    expect(await held()).toEqual([])
  })
})

describe('deferred rows', () => {
  const capped = contactSync({ maxCallsPerDay: 10 })
  const lifeOf = (key: string): Promise<Life> =>
    explain(world.ledger, world.warehouse, world.workingSchema, contactSync(), key)

  async function appliedPlan(options: Parameters<World['plan']>[1]): Promise<PushReport> {
    const { runId } = await world.plan(contactSync(), options)
    return world.push(applyPlan, contactSync(), { runId })
  }

  it('that one run did not get to go before rows that changed since', async () => {
    await world.sql(
      'delete from customers',
      `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from generate_series(1, 600) as t(i)`,
    )
    const first = await world.run(capped)
    expect(first.outcomes.deferred).toBeGreaterThan(0)
    const left = await world.query('select key from syncline.contacts__held order by key::bigint')
    expect(left).toHaveLength(first.outcomes.deferred)
    expect((await lifeOf(left[0]?.[0] ?? '')).waits).toMatchObject({ reason: 'run.ended_early' })
    // The busy rows would fill each day's requests.
    await world.sql(
      `update customers set city = 'Oslo' where id in (select key from syncline.contacts__baseline)`,
    )
    world.clock.pass(24 * hour)
    const plan = await world.plan(contactSync())
    expect(plan.planned).toMatchObject({ creates: left.length, updates: 600 - left.length })
    const keys = await world.query(
      `select key from syncline.run_${plan.runId}_plan order by sequence limit ${left.length}`,
    )
    expect(keys).toEqual(left)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 600 })
    expect(await world.query('select key from syncline.contacts__held')).toEqual([])
  })

  it.each(['run', 'plan'] as const)(
    'are those beyond the limit of a %s, too, which are told one by one until they are sent',
    async (way) => {
      await world.sql(
        `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from generate_series(3, 5) as t(i)`,
      )
      const held = () =>
        world.query('select key, status, reason from syncline.contacts__held order by key')
      const two = { selection: { onlyKey: null, limit: 2 } }
      const first = await (way === 'run' ? world.run(contactSync(), two) : appliedPlan(two))
      expect(first.reasons).toEqual({ 'deferred run.limit': 3 })
      expect(await held()).toEqual(['3', '4', '5'].map((key) => [key, 'deferred', 'run.limit']))
      const told = await lifeOf('3')
      expect([told.held, told.waits]).toMatchObject([null, { reason: 'run.limit' }])
      // Who comes later goes later.
      await world.sql(`insert into customers values (0, 'c0@x.com', 'N', 'Rome')`)
      world.clock.pass(60_000)
      await world.run(contactSync(), two)
      expect((await held()).map(([key]) => key)).toEqual(['0', '5'])
      expect((await lifeOf('3')).waits).toBe(null)
      expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 2, deferred: 0 })
      expect(await held()).toEqual([])
    },
  )

  it('wait no more once they left the model, or their change was taken back', async () => {
    const one = { selection: { onlyKey: null, limit: 1 } }
    await world.sql(
      `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from generate_series(3, 5) as t(i)`,
    )
    await world.run(contactSync(), one)
    await world.sql('delete from customers where id in (4, 5)')
    // One key tells nothing of the others.
    await world.run(contactSync(), { selection: { onlyKey: '3', limit: null } })
    expect((await lifeOf('4')).waits).toMatchObject({ reason: 'run.limit' })
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 1, unchanged: 2 })
    expect([(await lifeOf('4')).waits, (await lifeOf('5')).waits]).toEqual([null, null])
    await world.sql(`update customers set city = 'Oslo'`)
    await world.run(contactSync(), one)
    expect((await lifeOf('3')).waits).toMatchObject({ reason: 'run.limit' })
    await world.sql(`update customers set city = 'Rome' where id > 1`)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 0, unchanged: 3 })
    expect(await world.query('select key from syncline.contacts__held')).toEqual([])
  })

  it.each(['crm.create before', 'ledger.transition delivering/delivery_ended after'])(
    'beyond the limit of a run that died at %s wait by name, too',
    async (edge) => {
      const one = { selection: { onlyKey: null, limit: 1 } }
      const probe = new CrashingProcess(null)
      const other = await createWorld()
      await other.sql(...customers)
      await other.run(contactSync(), one, probe.wrap)
      await other.close()
      const killed = world.run(
        contactSync(),
        one,
        new CrashingProcess(probe.edges.indexOf(edge) + 1).wrap,
      )
      await expect(killed).rejects.toThrow(Crash)
      await world.run(contactSync(), { selection: { onlyKey: '1', limit: null } })
      expect((await lifeOf('2')).waits).toMatchObject({ reason: 'run.limit', runId: 'run0001' })
    },
  )

  it('go in the order in which they came to wait', async () => {
    const waiting = contactSync({
      fields: [field('firstname', 'first_name')],
      associations: [
        {
          to: 'companies',
          match: { field: 'account_key', column: 'city' },
          label: null,
          ifMissing: 'defer',
        },
      ],
    })
    const text = { type: 'string', fieldType: 'text', groupName: 'g' } as const
    const named = { name: 'account_key', label: 'Account key' } as const
    const accountKey = { ...text, ...named, hasUniqueValue: true }
    world.hubspot.seed({ properties: { companies: [accountKey] } })
    for (const id of [9, 5, 7]) {
      await world.sql(`delete from customers where id < 5`)
      await world.sql(`insert into customers values (${id}, 'n${id}@x.com', 'N', 'nowhere')`)
      await world.run(waiting)
      world.clock.pass(60_000)
    }
    await world.sql(`insert into customers values (1, 'n1@x.com', 'N', null)`)
    const plan = await world.plan(waiting)
    const keys = await world.query(
      `select key from syncline.run_${plan.runId}_plan order by sequence`,
    )
    expect(keys.flat()).toEqual(['9', '5', '7', '1'])
    expect(plan.reasons).toEqual({ 'deferred dependency': 3 })
  })
})
