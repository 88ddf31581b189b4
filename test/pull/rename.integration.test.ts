/** A pull under another name goes on with all that it had under the one before. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { explainRecord } from '../../src/engine/pull/history/explain-record.ts'
import { keptColumns } from '../../src/engine/pull/history/kept-columns.ts'
import { objectLags } from '../../src/engine/pull/history/object-lag.ts'
import type { PullSync } from '../../src/model/sync.ts'
import { createPostgresHost } from '../support/postgres-host.ts'
import { createHost, type Host } from '../support/host.ts'
import { dealsPull, pullWorldOn } from './pull-world.ts'
import { live, lived, rename, tablesNaming, versions } from './renamed-world.ts'
import { deals, integer, march, text } from './scripted-crm.ts'

const named = (name: string, renamedFrom: string | null = null): PullSync =>
  dealsPull({ name, renamedFrom })

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
