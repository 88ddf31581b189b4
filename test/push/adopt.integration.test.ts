import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adopt, retry } from '../../src/engine/push/push.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
  )
})

afterEach(() => world.close())

async function rowsAndRecords(rows: number, different: number): Promise<void> {
  await world.sql(
    `insert into customers select i, 'c' || i || '@x.com', 'N' || i, 'Rome' from range(1, ${rows + 1}) as t(i)`,
  )
  world.hubspot.seed({
    records: {
      contacts: Array.from({ length: rows }, (_, index) => ({
        id: String(9001 + index),
        properties: {
          email: `c${index + 1}@x.com`,
          firstname: `N${index + 1}`,
          city: index < different ? 'Oslo' : 'Rome',
        },
      })),
    },
  })
}

describe('adopt', () => {
  it('takes over 10,000 right records, after which a run writes nothing', async () => {
    await rowsAndRecords(10_000, 0)
    const adopted = await world.push(adopt, contactSync(), { kind: 'adopt' })
    expect(adopted).toMatchObject({ state: 'succeeded', outcomes: { unchanged: 10_000 } })
    world.callsSince()
    const report = await world.run(contactSync(), { first: false })
    expect(report.outcomes).toMatchObject({ delivered: 0, unchanged: 10_000 })
    expect(world.callsSince()).toBe(0)
  })

  it('sends nothing and shows exactly the 37 that differ, which the next run writes', async () => {
    await rowsAndRecords(1_000, 37)
    const adopted = await world.push(adopt, contactSync(), { kind: 'adopt' })
    expect(adopted).toMatchObject({ planned: { updates: 37, unchanged: 963 } })
    expect(world.hubspot.log().filter((write) => write.source === 'api')).toEqual([])
    const listed = await world.query(
      `select count(distinct key)::varchar, min(status), max(reason), max(kind) from syncline.failures where run_id = '${adopted.runId}'`,
    )
    expect(listed).toEqual([['37', 'deferred', 'adopt.differs', 'update']])
    expect(await world.query('select key from syncline.contacts__held')).toEqual([])
    const report = await world.run(contactSync(), { first: false })
    expect(report.outcomes).toMatchObject({ delivered: 37, unchanged: 963 })
  })
})

describe('retry', () => {
  it('looks again at a row whose record a person repaired', async () => {
    await world.sql(`insert into customers values (1, 'a@x.com', 'A', 'Rome')`)
    world.hubspot.seed({
      records: { contacts: [{ id: '9001', properties: { email: 'a@x.com', city: 'Typed' } }] },
    })
    const sync = contactSync({ fields: [field('city', 'city', { write: 'if_empty' })] })
    expect((await world.run(sync)).reasons).toEqual({ 'skipped field.withheld': 1 })
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: '9001', properties: { city: '' } })
    expect((await world.run(sync)).outcomes.unchanged).toBe(1)
    expect((await world.push(retry, sync, { kind: 'retry' })).outcomes.delivered).toBe(1)
    world.callsSince()
    expect((await world.run(sync)).outcomes.unchanged).toBe(1)
    expect(world.callsSince()).toBe(0)
  })

  it('releases one held key and leaves the others held', async () => {
    await world.sql(
      `insert into customers values (1, 'bad one', 'A', 'Rome'), (2, 'bad two', 'B', 'Rome')`,
    )
    await world.run(contactSync())
    world.callsSince()
    const report = await world.push(retry, contactSync(), {
      kind: 'retry',
      selection: { onlyKey: '1', limit: null },
    })
    expect(report).toMatchObject({ rows: 1, outcomes: { rejected: 1 }, heldRejected: 0 })
    expect((await world.run(contactSync())).heldRejected).toBe(2)
  })
})

describe('a careful first row', () => {
  it('is one key, or the first few, and the rest waits', async () => {
    await rowsAndRecords(0, 0)
    await world.sql(
      `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from range(1, 11) as t(i)`,
    )
    const one = await world.run(contactSync(), { selection: { onlyKey: '7', limit: null } })
    expect(one).toMatchObject({ rows: 1, outcomes: { delivered: 1 } })
    const few = await world.run(contactSync(), { selection: { onlyKey: null, limit: 3 } })
    expect(few).toMatchObject({
      rows: 10,
      outcomes: { delivered: 3, unchanged: 1, deferred: 6 },
      reasons: { 'deferred run.limit': 6 },
    })
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 6, unchanged: 4 })
  })
})
