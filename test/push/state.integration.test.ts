import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { explain, type Life } from '../../src/engine/push/explain.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { losesLease } from '../support/loses-lease.ts'
import { recoverPush } from '../support/recover-push.ts'
import { renamePushTo } from '../support/rename-push.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let host: Host
let other: Host
let world: World

beforeEach(async () => {
  host = await createHost()
  other = await createHost()
  world = await createWorld({ on: { host, name: 'one' } })
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'A', 'Rome'), (2, 'b@x.com', 'B', 'Rome')`,
  )
})

afterEach(async () => {
  await host.close()
  await other.close()
})

/** The same warehouse and CRM under a state that knows nothing of them. */
const withLostState = (base: Collaborators): Collaborators => ({
  ...base,
  ledger: other.ledger,
})

describe('a lost state', () => {
  it('stops the run by name and sends nothing', async () => {
    await world.run(contactSync())
    await world.sql(`update customers set city = 'Oslo'`)
    const writes = world.hubspot.log().length
    await expect(world.run(contactSync(), {}, withLostState)).rejects.toMatchObject({
      code: 'state.diverged',
    })
    expect(world.hubspot.log()).toHaveLength(writes)
  })

  it('is recovered from the baseline, after which only the changes go out', async () => {
    await world.run(contactSync())
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    const recovered = await world.push(recoverPush, contactSync(), {}, withLostState)
    expect(recovered).toMatchObject({ runs: 0, operations: 0 })
    const report = await world.run(contactSync(), { first: false }, withLostState)
    expect(report.outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
    expect(report.planned).toMatchObject({ creates: 0, updates: 1 })
  })
})

describe('a renamed sync', () => {
  const renamed = contactSync({ name: 'people', renamedFrom: 'contacts' })
  const rename = (): Promise<void> => renamePushTo(world, renamed)

  it('keeps its baseline and its history', async () => {
    await world.run(contactSync())
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await rename()
    const report = await world.run(renamed, { first: false })
    expect(report.outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
    const runs = await host.ledger.runs({ sync: 'people', limit: 10 })
    expect(runs).toHaveLength(2)
  })

  it('tells of its records before anything was moved, and the same afterwards', async () => {
    await world.run(contactSync())
    const look = (): Promise<Life> =>
      explain(host.ledger, host.warehouse, world.workingSchema, renamed, '1')
    const before = await look()
    expect(before).toMatchObject({ sync: 'people', baseline: { origin: 'created' } })
    expect(before.events).toHaveLength(1)
    await rename()
    expect(await look()).toEqual(before)
  })

  it('is refused where the former name was a pull', async () => {
    await world.run(contactSync({ name: 'another' }))
    await world.sql(
      `create table ${world.workingSchema}.pulled_objects (sync varchar, object varchar)`,
      `insert into ${world.workingSchema}.pulled_objects values ('contacts', 'deals')`,
    )
    await host.ledger.sync('contacts')
    await expect(rename()).rejects.toMatchObject({ code: 'state.other_direction' })
  })

  it.each([1, 2])(
    'takes the place of plans that were made under its new name: %i',
    async (plans) => {
      await world.run(contactSync())
      const looked = contactSync({ name: 'people' })
      for (let made = 0; made < plans; made++) await world.plan(looked)
      await world.sql(`update customers set city = 'Oslo' where id = 1`)
      await rename()
      const report = await world.run(renamed, { first: false })
      expect(report).toMatchObject({
        planned: { creates: 0, updates: 1 },
        remapped: { rows: 0 },
        outcomes: { delivered: 1, unchanged: 1 },
      })
      const runs = await host.ledger.runs({ sync: 'people', limit: 10 })
      expect(runs).toHaveLength(2 + plans)
    },
  )

  it('is refused where something ran under its new name', async () => {
    await world.run(contactSync())
    await world.run(contactSync({ name: 'people' }))
    await expect(rename()).rejects.toMatchObject({ code: 'ledger.sync_exists' })
    expect((await world.run(contactSync())).outcomes.unchanged).toBe(2)
  })

  it('is renamed once, and a second time is nothing', async () => {
    await world.run(contactSync())
    for (let times = 0; times < 2; times++) await rename()
    expect((await world.run(contactSync({ name: 'people' }))).outcomes.unchanged).toBe(2)
  })
})

describe('a worker whose lease another took', () => {
  const baseline = `select string_agg(column_name, ',' order by column_name) from information_schema.columns where table_schema = 'syncline_one' and table_name = 'contacts__baseline'`
  const mappings = `select string_agg(version::varchar, ',') from syncline_one.mappings`

  it('neither rebuilds the baseline nor adds a mapping', async () => {
    await world.run(contactSync())
    const before = [await world.query(baseline), await world.query(mappings)]
    await world.sql(`alter table customers add column phone varchar`)
    const fields = [...contactSync().fields, field('phone', 'phone')]
    const robbed = world.run(contactSync({ fields }), {}, losesLease(world))
    await expect(robbed).rejects.toMatchObject({ code: 'warehouse.fenced' })
    expect([await world.query(baseline), await world.query(mappings)]).toEqual(before)
    const moved = contactSync({ fields: [field('city', 'first_name')] })
    const next = world.run(moved, {}, losesLease(world))
    await expect(next).rejects.toMatchObject({ code: 'warehouse.fenced' })
    expect([await world.query(baseline), await world.query(mappings)]).toEqual(before)
  })

  it('creates no baseline', async () => {
    await expect(world.run(contactSync(), {}, losesLease(world))).rejects.toMatchObject({
      code: 'warehouse.fenced',
    })
    expect(await world.query(baseline)).toEqual([[null]])
  })
})
