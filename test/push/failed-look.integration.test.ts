/** A write was answered, some of it in silence, and the look at what became of that fails. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { contactSync, createWorld, type World } from '../support/world.ts'

const sync = contactSync({ readBefore: false })

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Oslo'), (3, 'c@x.com', 'Cid', 'Nice')`,
  )
})
afterEach(() => world.close())

it('leaves the batch in flight, and the next run finds out what was written', async () => {
  world.hubspot.planFault({ kind: 'silent_drop_applied', operation: 'batch_upsert' })
  world.hubspot.planFault({ kind: 'migrating', operation: 'batch_read', times: 20 })
  await expect(world.run(sync)).rejects.toMatchObject({ code: 'push.unreachable' })
  world.hubspot.clearPlannedFaults()
  const report = await world.run(sync)
  expect(report.outcomes).toMatchObject({ deferred: 0, rejected: 0 })
  expect(await world.query('select distinct "status" from syncline.operations order by 1')).toEqual(
    [['delivered']],
  )
  const written = world.hubspot.calls()['batch_upsert 0-1']
  expect(written).toBe(1)
})
