import { afterEach, beforeEach, expect, it } from 'vitest'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar, size varchar)',
    `insert into customers values (1, 'secret-one@x.com', 'A', 'Rome', 'secret-two'), (2, 'not an address secret-three', 'B', 'Rome', null)`,
  )
})

afterEach(() => world.close())

it('shows no value of a sensitive field in what it tells of a rejected row', async () => {
  const sync = contactSync({
    fields: [
      field('email', 'email', { sensitive: true }),
      field('firstname', 'first_name'),
      field('hs_persona', 'size', { sensitive: true }),
    ],
  })
  const report = await world.run(sync)
  expect(report.outcomes.rejected).toBe(2)
  const told = await world.query('select message from syncline.failures')
  expect(told).toHaveLength(2)
  expect(JSON.stringify(told)).toContain('•••')
  expect(JSON.stringify(told)).not.toContain('secret')
  const held = await world.query('select message from syncline.contacts__held')
  expect(JSON.stringify(held)).not.toContain('secret')
})
