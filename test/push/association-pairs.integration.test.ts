/** Several associations of one row, to the same object: each changes and goes for itself. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AssociationMapping, PushSync } from '../../src/model/sync.ts'
import { verify } from '../../src/engine/push/verify.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

const unique = { type: 'string', fieldType: 'text', groupName: 'g', hasUniqueValue: true } as const
const reseller = { category: 'USER_DEFINED', label: 'Reseller', name: 'reseller' } as const

/** What the type ids of a deal's association with a company mean. */
const names: Readonly<Record<number, string>> = { 341: 'plain', 5: 'primary', 1001: 'reseller' }
const companies: Readonly<Record<string, string>> = { 501: 'acme', 502: 'bolt', 503: 'core' }

function to(column: string, label: string | null): AssociationMapping {
  const match = { field: 'account_key', column }
  return { to: 'companies', match, label, ifMissing: 'defer' }
}

/** Each deal has an account, and is sold through a partner. */
function dealSync(
  associations: readonly AssociationMapping[],
  changes: Partial<PushSync> = {},
): PushSync {
  return contactSync({
    name: 'deals',
    object: 'deals',
    model: { kind: 'table', schema: null, table: 'opportunities' },
    match: { field: 'deal_key', column: 'id' },
    fields: [field('dealname', 'name'), field('dealstage', 'stage')],
    associations,
    ...changes,
  })
}

beforeEach(async () => {
  const ends = { from: '0-3', to: '0-2', typeId: 1001, inverseId: 1002 }
  const back = { from: '0-2', to: '0-3', typeId: 1002, inverseId: 1001 }
  world = await createWorld({
    state: {
      properties: {
        companies: [{ ...unique, name: 'account_key', label: 'Account key' }],
        deals: [{ ...unique, name: 'deal_key', label: 'Deal key' }],
      },
      associationTypes: [ends, back].map((each) => ({ ...each, ...reseller, single: false })),
      records: {
        companies: Object.entries(companies).map(([id, name]) => ({
          id,
          properties: { name, account_key: name },
        })),
      },
    },
  })
  await world.sql(
    'create table opportunities (id varchar, name varchar, stage varchar, account varchar, partner varchar)',
    `insert into opportunities values ('d1', 'One', 'appointmentscheduled', 'acme', 'bolt'), ('d2', 'Two', 'appointmentscheduled', 'acme', 'acme')`,
  )
})

afterEach(() => world.close())

function idOf(deal: string): string {
  const found = (world.hubspot.dump().state.records?.['0-3'] ?? []).find(
    ({ properties }) => properties['deal_key'] === deal,
  )
  return found?.id ?? ''
}

/** Company → kinds of its association with the deal. */
function links(deal: string): Readonly<Record<string, readonly string[]>> {
  const id = idOf(deal)
  const found = (world.hubspot.dump().state.associations ?? []).filter(
    ({ from, to: other }) => from.object === '0-3' && from.id === id && other.object === '0-2',
  )
  return Object.fromEntries(
    found.map(({ to: company, typeIds }) => [
      companies[company.id] ?? company.id,
      (typeIds ?? []).map((typeId) => names[typeId] ?? String(typeId)).toSorted(),
    ]),
  )
}

async function nothingLeftToDo(sync: PushSync, rows: number): Promise<void> {
  world.callsSince()
  expect((await world.run(sync)).outcomes.unchanged).toBe(rows)
  expect(world.callsSince()).toBe(0)
}

describe('an association and a labelled one to the same object', () => {
  const sync = dealSync([to('account', null), to('partner', 'Reseller')])

  it('are both written, to two companies or to the same', async () => {
    expect((await world.run(sync)).outcomes.delivered).toBe(2)
    expect(links('d1')).toEqual({ acme: ['plain'], bolt: ['plain', 'reseller'] })
    expect(links('d2')).toEqual({ acme: ['plain', 'reseller'] })
    await nothingLeftToDo(sync, 2)
  })

  it('change one by one: the plain one leaves the label alone', async () => {
    await world.run(sync)
    await world.sql(`update opportunities set account = 'core'`)
    expect((await world.run(sync)).outcomes.delivered).toBe(2)
    expect(links('d1')).toEqual({ bolt: ['plain', 'reseller'], core: ['plain'] })
    expect(links('d2')).toEqual({ acme: ['plain', 'reseller'], core: ['plain'] })
    await nothingLeftToDo(sync, 2)
  })

  it('change one by one: the label leaves the plain one alone', async () => {
    await world.run(sync)
    await world.sql(`update opportunities set partner = 'core' where id = 'd2'`)
    await world.run(sync)
    expect(links('d2')).toEqual({ acme: ['plain'], core: ['plain', 'reseller'] })
    await nothingLeftToDo(sync, 2)
  })

  it('move together from one company to another', async () => {
    await world.run(sync)
    await world.sql(`update opportunities set account = 'core', partner = 'core' where id = 'd2'`)
    await world.run(sync)
    expect(links('d2')).toEqual({ core: ['plain', 'reseller'] })
    await nothingLeftToDo(sync, 2)
  })

  it('go one by one when their columns become null', async () => {
    await world.run(sync)
    await world.sql(`update opportunities set partner = null where id = 'd2'`)
    await world.run(sync)
    expect(links('d2')).toEqual({ acme: ['plain'] })
    await world.sql(`update opportunities set account = null`)
    await world.run(sync)
    expect(links('d2')).toEqual({})
    expect(links('d1')).toEqual({ bolt: ['plain', 'reseller'] })
    await nothingLeftToDo(sync, 2)
  })

  it('swap their companies', async () => {
    await world.run(sync)
    await world.sql(`update opportunities set account = partner, partner = account`)
    await world.run(sync)
    expect(links('d1')).toEqual({ acme: ['plain', 'reseller'], bolt: ['plain'] })
    await nothingLeftToDo(sync, 2)
  })
})

describe('an association and the primary one to the same object', () => {
  const sync = dealSync([to('account', null), to('partner', 'primary')])

  it('do not take each other along when the plain one leaves the primary company', async () => {
    await world.run(sync)
    await world.sql(`update opportunities set account = 'core' where id = 'd2'`)
    await world.run(sync)
    expect(links('d2')).toEqual({ acme: ['plain', 'primary'], core: ['plain'] })
    await nothingLeftToDo(sync, 2)
  })

  it('swap their companies, in either order of the mapping', async () => {
    const turned = dealSync([to('partner', 'primary'), to('account', null)])
    for (const each of [sync, turned]) {
      await world.run(each)
      await world.sql(`update opportunities set account = partner, partner = account`)
      await world.run(each)
      const [account, partner] = each === sync ? ['bolt', 'acme'] : ['acme', 'bolt']
      expect(links('d1')).toMatchObject({ [partner]: ['plain', 'primary'] })
      expect(links('d1')).toHaveProperty(account)
    }
  })
})

describe('two labels to the same object', () => {
  const sync = dealSync([to('account', 'primary'), to('partner', 'reseller')])

  it('on one company change and go for themselves', async () => {
    await world.run(sync)
    expect(links('d2')).toEqual({ acme: ['plain', 'primary', 'reseller'] })
    await world.sql(`update opportunities set account = 'core' where id = 'd2'`)
    await world.run(sync)
    expect(links('d2')).toEqual({ acme: ['plain', 'reseller'], core: ['plain', 'primary'] })
    await world.sql(`update opportunities set partner = null where id = 'd2'`)
    await world.run(sync)
    expect(links('d2')).toMatchObject({ core: ['plain', 'primary'] })
    expect(links('d2')['acme'] ?? []).not.toContain('reseller')
    await nothingLeftToDo(sync, 2)
  })
})

describe('an association whose new company somebody added already', () => {
  it('leaves the old one all the same', async () => {
    const sync = dealSync([to('account', null)])
    await world.run(sync)
    world.hubspot.seed({
      associations: [
        { from: { object: '0-3', id: idOf('d1') }, to: { object: '0-2', id: '502' } },
        { from: { object: '0-3', id: idOf('d1') }, to: { object: '0-2', id: '503' } },
      ],
    })
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    await world.run(sync)
    expect(Object.keys(links('d1'))).toEqual(['bolt', 'core'])
  })
})

describe('removed_rows: clear', () => {
  const sync = dealSync([to('account', null), to('partner', 'Reseller')], {
    mode: 'update',
    removedRows: 'clear',
    deleteAdopted: true,
    guards: { ...contactSync().guards, maxClears: { rows: 10 } },
    fields: [field('description', 'name')],
  })
  beforeEach(async () => {
    const required = { dealname: 'Deal', dealstage: 'appointmentscheduled' }
    world.hubspot.seed({
      records: {
        deals: [
          { id: '9001', properties: { ...required, deal_key: 'd1' } },
          { id: '9002', properties: { ...required, deal_key: 'd2' } },
        ],
      },
    })
    await world.run(sync)
  })

  it('takes away the associations that this sync gave, and those of others stay', async () => {
    world.hubspot.seed({
      associations: [{ from: { object: '0-3', id: idOf('d1') }, to: { object: '0-2', id: '503' } }],
    })
    await world.sql(`delete from opportunities where id = 'd1'`)
    const report = await world.run(sync)
    expect(report).toMatchObject({ planned: { updates: 1 }, outcomes: { delivered: 1 } })
    expect(Object.keys(links('d1'))).not.toContain('acme')
    expect(Object.values(links('d1')).flat()).not.toContain('reseller')
    expect(links('d1')).toHaveProperty('core')
    expect(links('d2')).toEqual({ acme: ['plain', 'reseller'] })
    await nothingLeftToDo(sync, 1)
  })

  it('gives them back when the row returns', async () => {
    const before = links('d1')
    await world.sql(
      `create table kept as select * from opportunities where id = 'd1'`,
      `delete from opportunities where id = 'd1'`,
    )
    await world.run(sync)
    await world.sql('insert into opportunities select * from kept')
    const report = await world.run(sync)
    expect(report.planned).toMatchObject({ creates: 0, updates: 1 })
    expect(links('d1')).toEqual(before)
    await nothingLeftToDo(sync, 2)
  })

  it('takes them away without a look, too', async () => {
    await world.sql(`delete from opportunities where id = 'd2'`)
    const unread = { ...sync, readBefore: false }
    expect((await world.run(unread)).outcomes.delivered).toBe(1)
    expect(links('d2')).toEqual({})
    await nothingLeftToDo(unread, 1)
  })
})

describe('verify', () => {
  const sync = dealSync([to('account', null), to('partner', 'Reseller')])
  const look = (settle: boolean) =>
    world.push((base, lease) => verify(base, lease, { settle, samples: 10 }), sync)

  it('finds nothing where each association stands, whatever others were added', async () => {
    await world.run(sync)
    world.hubspot.seed({
      associations: [{ from: { object: '0-3', id: idOf('d1') }, to: { object: '0-2', id: '503' } }],
    })
    expect(await look(false)).toMatchObject({ records: 2, drifted: 0 })
  })

  it('tells associations that somebody took away, and settling writes them again', async () => {
    await world.run(sync)
    const { associations } = world.newCrm()
    const taken = (toId: string, label: string | null) =>
      associations?.remove([{ fromId: idOf('d1'), toId }], {
        from: 'deals',
        to: 'companies',
        label,
      })
    await taken('501', null)
    await taken('502', 'Reseller')
    const seen = await look(true)
    expect(seen).toMatchObject({
      drifted: 1,
      byField: { 'association.companies': 1, 'association.companies.Reseller': 1 },
      settled: { ours: 1, theirs: 0 },
    })
    expect(seen.samples).toContainEqual(
      expect.objectContaining({ key: 'd1', kind: 'edited', confirmed: '501', found: null }),
    )
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
    expect(links('d1')).toEqual({ acme: ['plain'], bolt: ['plain', 'reseller'] })
    expect((await look(false)).drifted).toBe(0)
  })
})
