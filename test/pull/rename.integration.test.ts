/** A pull under another name goes on with all that it had under the one before. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { followRename, type HoldOptions } from '../../src/app/run/follow-rename.ts'
import { explainRecord } from '../../src/engine/pull/history/explain-record.ts'
import { keptColumns } from '../../src/engine/pull/history/kept-columns.ts'
import { objectLags } from '../../src/engine/pull/history/object-lag.ts'
import type { LoadCollaborators } from '../../src/engine/pull/pull.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { PullSync } from '../../src/model/sync.ts'
import { deathsAt } from '../crash/edges.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { loaderWorkspace } from '../support/loader-workspace.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { createPostgresHost } from '../support/postgres-host.ts'
import { createHost, type Host } from '../support/host.ts'
import { dealsPull, type PullWorld, pullWorldOn } from './pull-world.ts'
import { deals, integer, march, type ScriptedCrm, scriptedCrm, text } from './scripted-crm.ts'

type World = Omit<PullWorld, 'close'>
type Stores = Pick<LoadCollaborators, 'ledger' | 'warehouse'>

const named = (name: string, renamedFrom: string | null = null): PullSync =>
  dealsPull({ name, renamedFrom })

/** As whoever takes the lease of the sync does before. */
function rename(
  { sync, ...stores }: Stores & { readonly sync: PullSync },
  wrap: (given: Stores) => Stores = (same) => same,
  options: HoldOptions = {},
): Promise<void> {
  const { ledger, warehouse } = wrap(stores)
  const source = { name: 'scripted', objects: [deals], events: null }
  const { reader } = scriptedCrm()
  const journal: Partial<Journal> = {}
  const parts = { sync, owner: 'worker', ledger, warehouse, source, reader }
  return followRename(loaderWorkspace({ ...parts, journal: journal as Journal }), sync, options)
}

/** Two deals, of which one has a version that is past. */
async function live(world: World, crm: ScriptedCrm = scriptedCrm()): Promise<ScriptedCrm> {
  crm.put('1', march('01T10:00:00'), { title: text('one'), value: integer(1) })
  crm.put('2', march('01T10:00:00'), { title: text('two'), value: integer(2) })
  crm.put('3', march('01T10:00:00'), { title: text('three'), value: integer(3) })
  crm.now = march('02T00:00:00')
  await world.read(crm.reader)
  crm.put('1', march('02T10:00:00'), { title: text('one'), value: integer(10) })
  crm.now = march('03T00:00:00')
  await world.read(crm.reader)
  return crm
}

const versions = (world: World): Promise<unknown> =>
  world.query(
    `select cast(id as varchar), title, cast(value as varchar) from ${world.sync.schema}.deal_history order by id, value`,
  )

const lived = [
  ['1', 'one', '1'],
  ['1', 'one', '10'],
  ['2', 'two', '2'],
  ['3', 'three', '3'],
]

/** How many rows each table of the working schema has that a sync's name is in. */
async function tablesNaming(
  world: World,
  name: string,
): Promise<Readonly<Record<string, string | null>>> {
  const tables = await world.query(
    `select c.table_name from information_schema.columns as c join information_schema.tables as t on t.table_schema = c.table_schema and t.table_name = c.table_name where c.table_schema = 'syncline' and c.column_name = 'sync' and t.table_type = 'BASE TABLE' order by 1`,
  )
  const found: Record<string, string | null> = {}
  for (const [table] of tables) {
    const [row] = await world.query(
      `select cast(count(*) as varchar) from syncline.${table ?? ''} where sync = '${name}'`,
    )
    found[table ?? ''] = row?.[0] ?? null
  }
  return found
}

const hosts: readonly (readonly [string, () => Promise<Host>])[] = [
  ['DuckDB, with its state in SQLite', createHost],
  ['PostgreSQL, with its state there', createPostgresHost],
]

describe.each(hosts)('a renamed pull in %s', (_, createOn) => {
  async function hosted(): Promise<Host> {
    const host = await createOn()
    onTestFinished(() => host.close())
    return host
  }

  it('goes on where it was, and nothing is left of its former name', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    const crm = await live(former)
    const before = await tablesNaming(former, 'crm')
    const { accountId } = await host.ledger.sync('crm')
    await host.ledger.setPaused('crm', true)
    await host.ledger.noteSchedule('crm', 'run', 5)
    const world = pullWorldOn(host, named('team/sales', 'crm'))
    await rename(world)
    expect(await tablesNaming(world, 'team/sales')).toEqual(before)
    expect(Object.values(await tablesNaming(world, 'crm'))).toEqual(
      Object.values(before).map(() => '0'),
    )
    expect(await host.ledger.syncs()).toMatchObject([
      { sync: 'team/sales', accountId, paused: true },
    ])
    expect(await host.ledger.runs({ sync: 'team/sales', limit: 9 })).toHaveLength(2)
    expect(await host.ledger.schedules()).toMatchObject([{ sync: 'team/sales', since: 5 }])
    expect((await host.ledger.leaseOf('team/sales'))?.owner ?? null).toBeNull()
    crm.put('2', march('03T10:00:00'), { title: text('two'), value: integer(20) })
    crm.now = march('04T00:00:00')
    const { error, objects } = await world.read(crm.reader)
    // Nothing is owed, and what was known is not told as new.
    expect(error).toBeNull()
    expect(objects).toMatchObject([{ wholeFor: null, added: 1 }])
    expect(await versions(world)).toEqual([
      ...lived.slice(0, 3),
      ['2', 'two', '20'],
      ...lived.slice(3),
    ])
  })

  it('has no table in the working schema that is forgotten, whoever it is for', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    await live(former)
    for (const [table, rows] of Object.entries(await tablesNaming(former, 'crm'))) {
      if (rows === '0') await former.execute(`insert into syncline.${table} (sync) values ('crm')`)
    }
    const before = await tablesNaming(former, 'crm')
    expect(Object.keys(before).length).toBeGreaterThan(9)
    expect(Object.values(before)).not.toContain('0')
    await rename(pullWorldOn(host, named('sales', 'crm')))
    expect(await tablesNaming(former, 'sales')).toEqual(before)
  })

  it('is renamed once, a second time is nothing, and a further name takes over the same', async () => {
    const host = await hosted()
    const crm = await live(pullWorldOn(host, named('crm')))
    const sales = pullWorldOn(host, named('sales', 'crm'))
    await rename(sales)
    const names = await tablesNaming(sales, 'sales')
    await rename(sales)
    expect(await tablesNaming(sales, 'sales')).toEqual(names)
    const last = pullWorldOn(host, named('deals', 'sales'))
    await rename(last)
    expect(await tablesNaming(last, 'deals')).toEqual(names)
    const { objects } = await last.read(crm.reader)
    expect(objects).toMatchObject([{ wholeFor: null, added: 0 }])
    expect(await versions(last)).toEqual(lived)
  })

  it('keeps the erased out under every name, whoever brings news of them', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    const crm = await live(former)
    await former.erase({ value: 'two' })
    await former.erase({ object: 'deals', id: '77' })
    const sales = pullWorldOn(host, named('sales', 'crm'))
    await rename(sales)
    await sales.erase({ object: 'deals', id: '3' })
    const last = pullWorldOn(host, named('last', 'sales'))
    await rename(last)
    const told = ['2', '3', '77', '78'].map((key) => ({
      object: 'deals',
      key: Number(key),
      op: 'update',
      event_at: march('05T00:00:00'),
      fields: { title: `back ${key}` },
    }))
    await last.replay(told)
    crm.now = march('06T00:00:00')
    const { objects } = await last.read(crm.reader, { kind: 'reconcile' })
    expect(objects).toMatchObject([{ erased: 2 }])
    const ids = 'select distinct cast(id as varchar) from crm.deal_history order by 1'
    expect(await last.query(ids)).toEqual([['1'], ['78']])
  })

  it.each([
    ['former', 'own'],
    ['own', 'former'],
  ] as const)(
    'has the last erasure of either name, where that of its %s one was first, and goes on',
    async (...order) => {
      const host = await hosted()
      const worlds = {
        former: pullWorldOn(host, named('crm')),
        own: pullWorldOn(host, named('sales')),
      }
      const crm = await live(worlds.former)
      for (const [index, one] of order.entries()) {
        worlds[one].clock.pass(index * 60_000)
        await worlds[one].erase({ object: 'deals', id: `${index + 2}` })
      }
      const said = pullWorldOn(host, named('sales', 'crm'))
      await rename(said)
      expect(await said.read(crm.reader)).toMatchObject({ error: null })
    },
  )

  it('keeps the erased out although it gets back a name that it had', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    const crm = await live(former)
    await former.erase({ object: 'deals', id: '2' })
    const sales = pullWorldOn(host, named('sales', 'crm'))
    await rename(sales)
    await sales.erase({ object: 'deals', id: '3' })
    const back = pullWorldOn(host, named('crm', 'sales'))
    await rename(back)
    crm.now = march('06T00:00:00')
    const { objects } = await back.read(crm.reader, { kind: 'reconcile' })
    expect(objects).toMatchObject([{ erased: 2, added: 0 }])
    expect(await back.query('select sync, erased_as from syncline.erased order by 2')).toEqual([
      ['crm', 'crm'],
      ['crm', 'sales'],
    ])
  })

  it('has one tombstone of a record that was erased under each of its names', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    const crm = await live(former)
    await former.erase({ object: 'deals', id: '2' })
    await former.erase({ object: 'deals', id: '3' })
    const sales = pullWorldOn(host, named('sales', 'crm'))
    await rename(sales)
    await sales.erase({ object: 'deals', id: '2' })
    expect(await sales.query('select sync, erased_as from syncline.erased order by 2')).toEqual([
      ['sales', 'crm'],
      ['sales', 'sales'],
    ])
    crm.now = march('06T00:00:00')
    const { objects } = await sales.read(crm.reader, { kind: 'reconcile' })
    expect(objects).toMatchObject([{ erased: 2, added: 0 }])
  })

  it('keeps the erased out that an older version erased, whose table knows of no names', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    const crm = await live(former)
    await former.erase({ object: 'deals', id: '2' })
    await former.execute(
      'alter table syncline.erased drop column erased_as',
      'alter table syncline.syncs drop column object_key',
      'update syncline.format set version = 2',
    )
    const world = pullWorldOn(host, named('sales', 'crm'))
    await rename(world)
    crm.now = march('04T00:00:00')
    const { objects } = await world.read(crm.reader, { kind: 'reconcile' })
    expect(objects).toMatchObject([{ erased: 1 }])
    expect(await world.query('select sync, erased_as from syncline.erased')).toEqual([
      ['sales', 'crm'],
    ])
  })

  it('is looked at under its former name for as long as nothing was moved', async () => {
    const { ledger, warehouse } = await hosted()
    await live(pullWorldOn({ ledger, warehouse }, named('crm')))
    const sync = named('sales', 'crm')
    const look = async (): Promise<unknown> => {
      const life = await explainRecord(warehouse, 'syncline', sync, deals, '1')
      const [lag] = await objectLags(warehouse, 'syncline', sync, [deals])
      const [kept] = await keptColumns(warehouse, 'syncline', sync, [deals])
      return [life.sync, life.versions.length, lag?.position?.since, kept?.isOurs]
    }
    const before = await look()
    expect(before).toEqual(['sales', 2, expect.any(String), true])
    await rename({ ledger, warehouse, sync })
    expect(await look()).toEqual(before)
  })

  it('takes over although it was run unsaid before, which could pull nothing', async () => {
    const host = await hosted()
    const crm = await live(pullWorldOn(host, named('crm')))
    const unsaid = pullWorldOn(host, named('sales'))
    const { error } = await unsaid.read(crm.reader)
    expect(error).toMatchObject({
      code: 'pull.foreign_table',
      message: expect.stringContaining('it is that of the sync crm.') as string,
      remedy: expect.stringContaining('renamed_from: crm') as string,
    })
    const said = pullWorldOn(host, named('sales', 'crm'))
    await rename(said)
    const { objects } = await said.read(crm.reader)
    expect(objects).toMatchObject([{ wholeFor: null, added: 0 }])
    expect(await host.ledger.runs({ sync: 'sales', limit: 9 })).toHaveLength(4)
    expect(await host.ledger.syncs()).toHaveLength(1)
  })

  it('stops who still has the former name, and goes on beside it', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    const crm = await live(former)
    const world = pullWorldOn(host, named('sales', 'crm'))
    await rename(world)
    await world.read(crm.reader)
    const late = await former.read(crm.reader)
    expect(late.error).toMatchObject({
      code: 'pull.foreign_table',
      message: expect.stringContaining('it is that of the sync sales.') as string,
    })
    // At work just now, it keeps nobody from going on; later nothing is left of it.
    const lease = await host.ledger.acquireLease('crm', 'another', 60_000, Date.now())
    await rename(world)
    await host.ledger.releaseLease(lease)
    crm.put('3', march('03T10:00:00'), { title: text('three'), value: integer(30) })
    crm.now = march('04T00:00:00')
    expect((await world.read(crm.reader)).objects).toMatchObject([{ wholeFor: null, added: 1 }])
    await rename(world)
    expect((await host.ledger.syncs()).map(({ sync }) => sync)).toEqual(['sales'])
    expect((await tablesNaming(world, 'crm'))['syncs']).toBe('0')
    expect((await world.read(crm.reader)).objects).toMatchObject([{ wholeFor: null, added: 0 }])
  })

  it.each([
    ['an older copy of the warehouse is put back', `update syncline.syncs set opening = 'older'`],
    ['the warehouse is lost', `drop schema syncline cascade`],
  ])('loses nothing to who asks for the former name, when %s', async (_name, loss) => {
    const host = await hosted()
    const crm = await live(pullWorldOn(host, named('crm')))
    const world = pullWorldOn(host, named('sales', 'crm'))
    await rename(world)
    await world.read(crm.reader)
    const before = await host.ledger.sync('sales')
    expect(before.accountId).not.toBeNull()
    // As a server with old files does, to see whether it is paused.
    await host.ledger.sync('crm')
    await world.execute(loss)
    await rename(world)
    expect(await host.ledger.syncs()).toEqual([before])
  })

  it('waits for who is at work under the former name', async () => {
    const host = await hosted()
    await live(pullWorldOn(host, named('crm')))
    await host.ledger.acquireLease('crm', 'another', 60_000, Date.now())
    const world = pullWorldOn(host, named('sales', 'crm'))
    await expect(rename(world)).rejects.toMatchObject({ code: 'ledger.busy' })
    expect((await tablesNaming(world, 'sales'))['syncs']).toBe('0')
  })

  it.each([
    ['pulled by its new name before', 'sales'],
    ['pulled by who still has the former name', 'crm'],
  ])('takes in an object that was %s and by nobody else', async (_name, puller) => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    const crm = await live(former)
    const world = pullWorldOn(host, named('sales', 'crm'))
    if (puller === 'crm') await rename(world)
    // One that could not be pulled, or was not asked for, until then.
    const other = pullWorldOn(host, named(puller))
    expect((await other.read(crm.reader)).error).toMatchObject({ code: 'pull.foreign_table' })
    await other.execute(
      `insert into syncline.pulled_objects (sync, object, form) values ('${puller}', 'leads', 'table')`,
    )
    await rename(world)
    expect(
      await world.query('select sync, object from syncline.pulled_objects order by object'),
    ).toEqual([
      ['sales', 'deals'],
      ['sales', 'leads'],
    ])
    expect((await host.ledger.syncs()).map(({ sync }) => sync)).toEqual(['sales'])
    expect((await tablesNaming(world, 'crm'))['syncs']).toBe('0')
    const { error, objects } = await world.read(crm.reader)
    expect([error, objects]).toMatchObject([null, [{ wholeFor: null, added: 0 }]])
    expect(await versions(world)).toEqual(lived)
  })

  it('is refused where both names have a history, and nothing is moved', async () => {
    const host = await hosted()
    await live(pullWorldOn(host, named('crm')))
    const other = pullWorldOn(host, dealsPull({ name: 'sales', schema: 'sales' }))
    await live(other)
    const before = await tablesNaming(other, 'sales')
    const world = pullWorldOn(host, dealsPull({ ...other.sync, renamedFrom: 'crm' }))
    await expect(rename(world)).rejects.toMatchObject({ code: 'ledger.sync_exists' })
    expect(await tablesNaming(other, 'sales')).toEqual(before)
    expect((await host.ledger.syncs()).map(({ sync }) => sync)).toEqual(['crm', 'sales'])
  })

  it('is refused where the names were of two accounts', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    await live(former)
    await host.ledger.sync('sales')
    const lease = await host.ledger.acquireLease('sales', 'another', 60_000, Date.now())
    await host.ledger.bindAccount(lease, 'elsewhere')
    await host.ledger.releaseLease(lease)
    await former.execute(
      `insert into syncline.pulled_objects (sync, object, form) values ('sales', 'leads', 'table')`,
    )
    const world = pullWorldOn(host, named('sales', 'crm'))
    await expect(rename(world)).rejects.toMatchObject({
      code: 'ledger.other_account',
      message: expect.stringContaining('did of elsewhere.') as string,
    })
    expect((await tablesNaming(world, 'crm'))['syncs']).toBe('1')
  })

  it('is refused where the former name was a push', async () => {
    const host = await hosted()
    await live(pullWorldOn(host, named('crm')))
    const world = pullWorldOn(host, named('sales', 'contacts'))
    await host.ledger.sync('contacts')
    await world.execute('create table syncline.contacts__baseline (key text)')
    await expect(rename(world)).rejects.toMatchObject({ code: 'state.other_direction' })
    // What is left of a push that had the name long ago is in nobody's way.
    await world.execute('create table syncline.crm__baseline (key text)')
    await rename(pullWorldOn(host, named('sales', 'crm')))
  })

  it('leaves no scratch table behind', async () => {
    const host = await hosted()
    const former = pullWorldOn(host, named('crm'))
    await live(former)
    await former.execute('create table syncline.crm__deals__1__read as select 1 as a')
    const world = pullWorldOn(host, named('sales', 'crm'))
    await rename(world)
    const left = await world.query(
      `select table_name from information_schema.tables where table_name like 'crm__deals%'`,
    )
    expect(left).toEqual([])
  })

  it('of a lost state is moved once a person vouched for it', async () => {
    const host = await hosted()
    const crm = await live(pullWorldOn(host, named('crm')))
    const other = await createHost()
    onTestFinished(() => other.close())
    const places = { ledger: other.ledger, warehouse: host.warehouse }
    const world = pullWorldOn(places, named('sales', 'crm'))
    await expect(rename(world)).rejects.toMatchObject({ code: 'state.diverged' })
    expect((await tablesNaming(world, 'sales'))['syncs']).toBe('0')
    await rename(world, undefined, { isVouched: true })
    expect((await tablesNaming(world, 'sales'))['syncs']).toBe('1')
    const unjoined = world.read(crm.reader)
    await expect(unjoined).rejects.toMatchObject({ code: 'state.diverged' })
  })
})

describe('a rename that is killed', () => {
  it('at any edge, is ended by the next one', async () => {
    const host = await createPlainHost()
    const placed = (at: number): PullSync => {
      const [former, name] = [`was${at}`, `is${at}`]
      return dealsPull({ name, schema: name, renamedFrom: former })
    }
    const begun = async (
      at: number,
    ): Promise<{ readonly crm: ScriptedCrm; readonly world: World }> => {
      const sync = placed(at)
      const crm = await live(pullWorldOn(host, { ...sync, name: sync.renamedFrom ?? '' }))
      return { crm, world: pullWorldOn(host, sync) }
    }
    const recorded = new CrashingProcess(null)
    await rename((await begun(0)).world, recorded.wrapStores)
    const deaths = deathsAt(recorded.edges, false)
    expect(deaths.length).toBeGreaterThan(5)
    for (const at of deaths) {
      const { crm, world } = await begun(at)
      const former = world.sync.renamedFrom ?? ''
      const dying = new CrashingProcess(at)
      // Who dies as it lets a lease go is the only one to know.
      const end = await rename(world, dying.wrapStores).catch((error: unknown) => error)
      expect([dying.dead, end ?? new Crash('')]).toEqual([true, expect.any(Crash)])
      // Who has the former name in its files comes in between, every other time.
      if (at % 2 === 0) {
        const late = pullWorldOn(host, { ...world.sync, name: former, renamedFrom: null })
        await late.read(crm.reader)
      }
      await rename(world)
      const { error, objects } = await world.read(crm.reader)
      expect([at, error, objects[0]?.added]).toEqual([at, null, 0])
      expect([at, await versions(world)]).toEqual([at, lived])
      expect([at, (await tablesNaming(world, former))['pulled_objects']]).toEqual([at, '0'])
      expect((await host.ledger.syncs()).map(({ sync }) => sync)).not.toContain(former)
    }
    await host.close()
  })
})
