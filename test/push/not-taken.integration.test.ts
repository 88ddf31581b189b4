/** Values that the CRM answers 200 to and does not take. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, stage varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'customer'), (2, 'b@x.com', 'Bob', 'lead')`,
  )
})

afterEach(() => world.close())

const fields = [field('firstname', 'first_name'), field('lifecyclestage', 'stage')]

const people = () =>
  (world.hubspot.dump().state.records?.['0-1'] ?? []).map(({ properties }) => [
    properties['firstname'],
    properties['lifecyclestage'],
  ])

it.each([true, false])(
  'reject the row, while its other fields are written, until it changes; looking before: %s',
  async (readBefore) => {
    const sync = contactSync({ fields, readBefore })
    await world.run(sync)
    await world.sql(
      `update customers set stage = 'lead', first_name = 'Anna' where id = 1`,
      `update customers set stage = 'customer' where id = 2`,
    )
    const notTaken = { 'rejected value.not_taken': 1 }
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ delivered: 1, rejected: 1 })
    expect(report.reasons).toMatchObject(notTaken)
    expect(people()).toEqual([
      ['Anna', 'customer'],
      ['Bob', 'customer'],
    ])
    world.callsSince()
    expect((await world.run(sync)).reasons).toEqual(notTaken)
    expect(world.callsSince()).toBe(0)
    expect(
      await world.query(`select key, message from ${world.workingSchema}.failures`),
    ).toContainEqual(['1', 'the CRM took the request and kept what it had in lifecyclestage'])
    await world.sql(`update customers set stage = 'customer' where id = 1`)
    expect((await world.run(sync)).outcomes).toMatchObject({ rejected: 0 })
  },
)

it('are not suspected where the CRM spells a text in its own way', async () => {
  const sync = contactSync({ fields })
  await world.run(sync)
  await world.sql(`update customers set first_name = ' Ann ' where id = 1`)
  expect((await world.run(sync)).outcomes).toMatchObject({ rejected: 0 })
})
