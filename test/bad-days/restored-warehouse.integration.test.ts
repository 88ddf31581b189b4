import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PushSync } from '../../src/model/sync.ts'
import { recoverPush } from '../support/recover-push.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'Name', 'Rome' from range(1, 5) as t(i)`,
  )
})

afterEach(() => world.close())

/** Everything in the warehouse, as a backup holds it. */
async function copyWarehouse(): Promise<() => Promise<void>> {
  const tables = (
    await world.query(
      `select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE' and table_schema in ('main', '${world.workingSchema}')`,
    )
  ).map(([name]) => name ?? '')
  await world.sql(
    'create schema copies',
    ...tables.map((name) => `create table copies.${name.replace('.', '_')} as from ${name}`),
  )
  return () =>
    world.sql(
      ...tables.flatMap((name) => [
        `delete from ${name}`,
        `insert into ${name} from copies.${name.replace('.', '_')}`,
      ]),
    )
}

/** What the CRM has of each customer; null for a record that is gone. */
function cities(): Readonly<Record<string, string | null>> {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return Object.fromEntries(
    records.map(({ properties, archivedAt }) => [
      properties['email'] ?? '',
      (archivedAt ?? null) === null ? (properties['city'] ?? null) : null,
    ]),
  )
}

/** A run after the copy writes to the record of 1, and removes that of 2. */
async function restoreAfterRun(sync: PushSync): Promise<void> {
  await world.run(sync)
  const restore = await copyWarehouse()
  await world.sql(
    `update customers set city = 'NEW' where id = 1`,
    'delete from customers where id = 2',
  )
  await world.run(sync)
  expect(cities()).toMatchObject({ 'c1@x.com': 'NEW', 'c2@x.com': null })
  await restore()
  await expect(world.run(sync)).rejects.toMatchObject({ code: 'state.diverged' })
}

describe.each([true, false])('a restored warehouse, with read_before: %s', (readBefore) => {
  const sync = contactSync({ removedRows: 'delete', readBefore })

  it('is recovered with the records that are not as it says, and no others', async () => {
    await restoreAfterRun(sync)
    const writes = world.hubspot.log().length
    expect(await world.push(recoverPush, sync)).toMatchObject({ runs: 0, drifted: 2 })
    expect(world.hubspot.log()).toHaveLength(writes)
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ delivered: 1, skipped: 1, unchanged: 2 })
    expect(report.reasons).toMatchObject({ 'skipped record.deleted': 1 })
    expect(cities()).toMatchObject({ 'c1@x.com': 'Rome', 'c2@x.com': null, 'c3@x.com': 'Rome' })
  })

  it('has a record made again that is gone, where the sync says so', async () => {
    const recreating = contactSync({ ...sync, ifDeleted: 'recreate' })
    await restoreAfterRun(recreating)
    await world.push(recoverPush, recreating)
    await world.run(recreating)
    await world.run(recreating)
    const live = (world.hubspot.dump().state.records?.['0-1'] ?? []).filter(
      ({ archivedAt }) => (archivedAt ?? null) === null,
    )
    const held = live.map(({ properties }) => [properties['email'], properties['city']])
    expect(new Map(held as [string, string][])).toEqual(
      new Map([1, 2, 3, 4].map((id) => [`c${id}@x.com`, 'Rome'])),
    )
    expect(live).toHaveLength(4)
  })

  it('leaves what the sync leaves to the CRM', async () => {
    const leaving = contactSync({
      ...sync,
      fields: [field('firstname', 'first_name'), field('city', 'city', { conflict: 'theirs' })],
    })
    await restoreAfterRun(leaving)
    await world.push(recoverPush, leaving)
    await world.run(leaving)
    expect(cities()).toMatchObject({ 'c1@x.com': 'NEW' })
  })
})

describe('a recovery', () => {
  it('that broke off is no recovery: runs stay stopped until one has come to its end', async () => {
    const sync = contactSync({ removedRows: 'delete' })
    await restoreAfterRun(sync)
    const broken = world.push(recoverPush, sync, {}, (base) => ({
      ...base,
      crm: { ...base.crm, readById: () => Promise.reject(new Error('the line is dead')) },
    }))
    await expect(broken).rejects.toThrow('the line is dead')
    world.clock.pass(120_000)
    await expect(world.run(sync)).rejects.toMatchObject({ code: 'state.diverged' })
    world.clock.pass(120_000)
    expect(await world.push(recoverPush, sync)).toMatchObject({ drifted: 2 })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, skipped: 1 })
  })
})
