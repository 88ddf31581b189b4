import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contactSync, createWorld, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@example.com', 'Name ' || i, 'City ' || (i % 10) from range(1, 301) as t(i)`,
  )
})

afterEach(() => world.close())

describe('a first push', () => {
  it('creates every row, and a second run has nothing to do and makes no call', async () => {
    const first = await world.run(contactSync())
    expect(first).toMatchObject({
      state: 'succeeded',
      rows: 300,
      outcomes: { delivered: 300, unchanged: 0, skipped: 0, rejected: 0, deferred: 0 },
    })
    expect(world.hubspot.dump().state.records?.['0-1']).toHaveLength(300)
    world.callsSince()

    const second = await world.run(contactSync())
    expect(second).toMatchObject({ state: 'succeeded', outcomes: { delivered: 0, unchanged: 300 } })
    expect(world.callsSince()).toBe(0)
  })

  it('sends only the changed fields of the changed rows afterwards', async () => {
    await world.run(contactSync())
    const before = world.hubspot.log().length
    await world.sql(`update customers set city = 'Rome' where id <= 3`)
    const report = await world.run(contactSync())
    expect(report.outcomes).toMatchObject({ delivered: 3, unchanged: 297 })
    const writes = world.hubspot.log().slice(before)
    expect(writes.map((write) => Object.keys(write.changes))).toEqual([
      ['city'],
      ['city'],
      ['city'],
    ])
  })
})
