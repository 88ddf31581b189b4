/** A planted person is in every place that a push keeps people's data in; then they are in none. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { erase, type Person } from '../../src/engine/push/erase.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { losesLease } from '../support/loses-lease.ts'
import { createPeopleWorld, hosts } from '../support/people-world.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, field, type World } from '../support/world.ts'

const planted = 'Planted.Person@example.com'
const nickname = 'Plantednick'

const open = (openHost: () => Promise<Host>): Promise<World> =>
  createPeopleWorld(
    openHost,
    'erase',
    `(1, ' ${planted} ', '${nickname}', 'Rome'), (2, 'other@x.com', 'Bo', 'Rome')`,
  )

/** Delivered, changed, held in one row, told of in another's, waiting in a plan. */
async function live(world: World): Promise<void> {
  await world.run(contactSync())
  await world.sql(`update customers set city = 'Oslo' where id = 1`)
  await world.run(contactSync())
  await world.sql(`insert into customers values (3, '${planted}', '${nickname}', 'Bern')`)
  await world.run(contactSync())
  await world.sql(`update customers set city = 'Bern', first_name = '${nickname}' where id <= 2`)
  await world.plan(contactSync())
}

/** Rows of the working schema, by table, that tell of the person. */
async function tablesNaming(world: World): Promise<readonly string[]> {
  const tables = await world.query(
    `select table_name from information_schema.tables where table_schema = '${world.workingSchema}' and table_type = 'BASE TABLE' order by 1`,
  )
  expect(tables.length).toBeGreaterThan(5)
  const naming: string[] = []
  for (const [table] of tables) {
    const rows = await world.query(`select t::text from ${world.workingSchema}."${table}" as t`)
    const isNamed = rows.some(([text]) => text?.toLowerCase().includes('planted'))
    if (isNamed) naming.push(table ?? '')
  }
  return naming
}

const eraseFrom = (world: World, person: Person) =>
  world.push((collaborators, lease) => erase(collaborators, lease, person, false), contactSync())

describe.each(hosts)('erase on $on', ({ openHost }) => {
  it('finds a person by match value, and leaves nothing in any working table', async () => {
    const world = await open(openHost)
    await live(world)
    const before = await tablesNaming(world)
    expect(before).toEqual(
      expect.arrayContaining([
        'contacts__baseline',
        'operations',
        expect.stringMatching(/^run_.*_plan$/),
      ]),
    )
    await world.sql(`update customers set first_name = 'Bo' where id = 2`)
    const erasure = await eraseFrom(world, { matchValue: planted })
    expect(erasure).toMatchObject({ sync: 'contacts', baseline: 1 })
    expect(erasure.operations).toBeGreaterThanOrEqual(2)
    expect(await tablesNaming(world)).toEqual([])
  })

  it('leaves everybody else as they were, so that the next run does nothing', async () => {
    const world = await open(openHost)
    await world.run(contactSync())
    await eraseFrom(world, { key: '1' })
    expect(await tablesNaming(world)).toEqual([])
    await world.sql('delete from customers where id = 1')
    world.callsSince()
    const report = await world.run(contactSync())
    expect(report).toMatchObject({ rows: 1, outcomes: { unchanged: 1 } })
    expect(world.callsSince()).toBe(0)
  })

  it('takes along a row that was rejected and never confirmed', async () => {
    const world = await open(openHost)
    const bad = 'planted at nowhere'
    await world.sql(`insert into customers values (4, '${bad}', '${nickname}', 'Rome')`)
    await world.run(contactSync())
    expect(await tablesNaming(world)).toContain('contacts__held')
    const erasure = await eraseFrom(world, { matchValue: bad })
    expect(erasure).toMatchObject({ baseline: 0, held: 1, operations: 1 })
    await eraseFrom(world, { matchValue: planted })
    expect(await tablesNaming(world)).toEqual([])
  })

  it('takes along such a row whose key is the value in another case', async () => {
    const world = await open(openHost)
    await world.sql(
      `create table people as select email, first_name, 'nowhere' as stage from customers`,
    )
    const sync = contactSync({
      model: { kind: 'table', schema: null, table: 'people' },
      key: 'email',
      fields: [field('firstname', 'first_name'), field('lifecyclestage', 'stage')],
    })
    const report = await world.run(sync)
    expect(report.outcomes).toMatchObject({ rejected: 2 })
    expect(await tablesNaming(world)).toEqual(['contacts__held', 'operations'])
    const erasure = await world.push(
      (collaborators, lease) =>
        erase(collaborators, lease, { matchValue: planted.toUpperCase() }, false),
      sync,
    )
    expect(erasure).toMatchObject({ baseline: 0, held: 1, operations: 1 })
    expect(await tablesNaming(world)).toEqual([])
  })

  it('takes along rows that collide by the value, whatever its case', async () => {
    const world = await open(openHost)
    const twin = 'planted-twin@x.com'
    await world.sql(
      `update customers set email = 'one@x.com', first_name = 'Al' where id = 1`,
      `insert into customers values (5, '${twin}', 'Cy', 'Rome'), (6, '${twin.toUpperCase()}', 'Di', 'Rome')`,
    )
    const report = await world.run(contactSync())
    expect(report.outcomes).toMatchObject({ delivered: 2, rejected: 2 })
    expect(await tablesNaming(world)).toEqual(['operations'])
    const erasure = await eraseFrom(world, { matchValue: twin })
    expect(erasure).toMatchObject({ baseline: 0, operations: 2 })
    expect(await tablesNaming(world)).toEqual([])
  })

  it('takes the value out of messages about other rows', async () => {
    const world = await open(openHost)
    const owner = 'planted-owner@x.com'
    world.hubspot.seed({ owners: [{ id: '77', email: 'ann@crm.example' }] })
    const lookup = field('hubspot_owner_id', 'first_name', { lookup: 'owners.email' })
    await world.sql(
      'delete from customers',
      `insert into customers values (5, 'cy@x.com', '${owner}', 'Rome')`,
    )
    const sync = contactSync({ fields: [field('city', 'city'), lookup] })
    expect((await world.run(sync)).outcomes.rejected).toBe(1)
    expect(await tablesNaming(world)).toEqual(['contacts__held', 'operations'])
    const erasure = await eraseFrom(world, { matchValue: owner.toUpperCase() })
    expect(erasure).toMatchObject({ baseline: 0, held: 1, operations: 0, messages: 1 })
    expect(await tablesNaming(world)).toEqual([])
    const [told] = await world.query(
      `select reason, message from ${world.workingSchema}.operations`,
    )
    expect(told).toEqual([expect.any(String), '(erased)'])
  })

  it('drops what ended runs left behind, and leaves the tables of others alone', async () => {
    const world = await open(openHost)
    const left = (run: string): string => `${world.workingSchema}.run_${run}_due`
    const others = contactSync({ name: 'others' })
    const plan = await world.plan(others)
    const report = await world.run(contactSync())
    await world.sql(
      `create table ${left(report.runId)} as select '${planted}' as m_email`,
      `create table ${left(`${report.runId}_now`)} as select '${planted}' as m_email`,
      `create table ${left('lost_with_its_state')} as select '${planted}' as m_email`,
    )
    await eraseFrom(world, { matchValue: planted })
    const naming = await tablesNaming(world)
    expect(naming).toContain(`run_${plan.runId}_plan`)
    expect(naming.filter((table) => !table.startsWith(`run_${plan.runId}_`))).toEqual([])
  })

  it('leaves runs alone that another state in the same schema may know', async () => {
    const world = await open(openHost)
    await world.run(contactSync())
    await world.sql(
      `insert into ${world.workingSchema}.syncs (sync, state_id, generation, fence) values ('foreign', 'other', 0, 1)`,
      `create table ${world.workingSchema}.run_foreign_due as select '${planted}' as m_email`,
    )
    await eraseFrom(world, { matchValue: planted })
    expect(await tablesNaming(world)).toEqual(['run_foreign_due'])
  })

  it('takes along a record that is owed the value since a run was cut short', async () => {
    const world = await open(openHost)
    await world.run(contactSync())
    await world.sql(
      `update ${world.workingSchema}.contacts__baseline set match_value = null, released = '${planted.toLowerCase()}', reopened = true where key = 1`,
      'delete from customers where id = 1',
    )
    expect(await eraseFrom(world, { matchValue: planted })).toMatchObject({ baseline: 1 })
    expect(await tablesNaming(world)).toEqual([])
  })

  it.each(['matchValue', 'key'] as const)(
    'takes along a record that was found by another of its values: by %s',
    async (by) => {
      const world = await open(openHost)
      const main = 'planted-main@x.com'
      await world.run(contactSync())
      await world.sql(
        `update ${world.workingSchema}.contacts__baseline set match_value = 'second@x.com', crm_values = '{"email":"${main}"}' where key = 1`,
        `delete from ${world.workingSchema}.operations where key = '1'`,
        `update ${world.workingSchema}.operations set message = 'another row has ${main}' where key = '2'`,
        'delete from customers where id = 1',
      )
      const erasure = await eraseFrom(
        world,
        by === 'key' ? { key: '1' } : { matchValue: main.toUpperCase() },
      )
      expect(erasure).toMatchObject({ baseline: 1, messages: 1 })
      expect(await tablesNaming(world)).toEqual([])
    },
  )

  it('takes along a record that has the value in another case', async () => {
    const world = await open(openHost)
    await world.run(contactSync())
    await world.sql(
      `update ${world.workingSchema}.contacts__baseline set match_value = 'second@x.com', crm_values = '{"email":"Planted-Main@X.com"}' where key = 1`,
      `delete from ${world.workingSchema}.operations where key = '1'`,
      'delete from customers where id = 1',
    )
    const erasure = await eraseFrom(world, { matchValue: 'planted-main@x.com' })
    expect(erasure).toMatchObject({ baseline: 1 })
    expect(await tablesNaming(world)).toEqual([])
  })

  it('by key finds the owed value too, in what was told of other rows', async () => {
    const world = await open(openHost)
    await world.run(contactSync())
    const owed = planted.toLowerCase()
    await world.sql(
      `update ${world.workingSchema}.contacts__baseline set match_value = null, released = '${owed}', reopened = true where key = 1`,
      `update ${world.workingSchema}.operations set message = 'another row has the same match value: ${owed}' where key = '2'`,
      'delete from customers where id = 1',
    )
    const erasure = await eraseFrom(world, { key: '1' })
    expect(erasure).toMatchObject({ baseline: 1, messages: 1 })
    expect(await tablesNaming(world)).toEqual([])
  })

  it('is refused to a worker whose lease another took, and nothing is lost', async () => {
    const world = await open(openHost)
    await world.run(contactSync())
    const before = await tablesNaming(world)
    const robbed = world.push(
      (collaborators, lease) => erase(collaborators, lease, { matchValue: planted }, false),
      contactSync(),
      {},
      losesLease(world),
    )
    await expect(robbed).rejects.toMatchObject({ code: 'warehouse.fenced' })
    expect(await tablesNaming(world)).toEqual(before)
  })

  it('finds nothing of somebody unknown, and changes nothing', async () => {
    const world = await open(openHost)
    await world.run(contactSync())
    const none = { baseline: 0, held: 0, operations: 0, messages: 0 }
    expect(await eraseFrom(world, { matchValue: 'nobody@x.com' })).toMatchObject(none)
    expect(await eraseFrom(world, { key: '99' })).toMatchObject(none)
    world.callsSince()
    expect((await world.run(contactSync())).outcomes.unchanged).toBe(2)
    expect(world.callsSince()).toBe(0)
  })
})

describe('the state', () => {
  it('holds no byte of the person, whose batch was under way when a worker died', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'syncline-erase-'))
    const file = join(folder, 'state.db')
    const ledger = await openSqliteLedger(file)
    const { warehouse, ...rest } = await createHost()
    const world = await open(async () => ({ warehouse, ledger, close: () => rest.close() }))
    const dies = () => {
      throw new Error('the worker died')
    }
    await expect(
      world.run(contactSync(), {}, (base) => ({
        ...base,
        crm: { ...base.crm, create: dies, update: dies, upsert: dies },
      })),
    ).rejects.toThrow('the worker died')
    const copy = join(folder, 'copy.db')
    await ledger.backup(copy)
    expect(readFileSync(copy).includes(planted)).toBe(true)
    rmSync(copy)
    await eraseFrom(world, { matchValue: planted })
    expect(await tablesNaming(world)).toEqual([])
    await ledger.close()
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
    for (const text of [planted, planted.toLowerCase(), nickname]) {
      expect(bytes.some((content) => content.includes(text))).toBe(false)
    }
    rmSync(folder, { recursive: true })
  })
})
