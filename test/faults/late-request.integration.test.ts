import { expect, it } from 'vitest'
import { contactSync, createWorld } from '../support/world.ts'

it('waits until a request that died can no longer be applied, and then sends nothing twice', async () => {
  const world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from range(1, 4) as t(i)`,
  )
  world.hubspot.configure({ faults: { lateMs: [10_000, 10_000] } })
  world.hubspot.planFault({ kind: 'apply_late', operation: 'batch_create' })
  const report = await world.run(contactSync())
  expect(report.outcomes).toMatchObject({ delivered: 3, rejected: 0, deferred: 0 })
  expect(world.hubspot.calls()['batch_create 0-1']).toBe(1)
  expect(world.hubspot.dump().state.records['0-1']).toHaveLength(3)
  await world.close()
})
