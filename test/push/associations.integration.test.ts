import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AssociationKind,
  type Associations,
  RequestFailure,
} from '../../src/connector/connector.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { companiesOf, createDealWorld, dealSync } from '../support/deals.ts'
import { contactSync, field, type World, type Wrap } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createDealWorld()
})

afterEach(() => world.close())

const companies = (): Record<string, readonly string[]> => companiesOf(world)

describe('an association', () => {
  const lost = [
    'server_error_after',
    'drop_before',
    'drop_after',
    'apply_late',
    'empty_body',
  ] as const

  it.each(lost)('is written where the answer about its new record was lost: %s', async (kind) => {
    world.hubspot.planFault({ kind, operation: 'batch_create' })
    expect((await world.run(dealSync())).outcomes.delivered).toBe(2)
    expect(world.hubspot.faultEvents()).toHaveLength(1)
    expect(companies()).toEqual({ d1: ['501'], d2: ['502'] })
    expect((await world.run(dealSync())).outcomes.unchanged).toBe(2)
  })

  it.each(lost)('moves where the answer about its record’s update was lost: %s', async (kind) => {
    await world.run(dealSync())
    await world.sql(
      "update opportunities set account = 'bolt', name = 'Uno' where id = 'd1'",
      "update opportunities set account = 'acme' where id = 'd2'",
    )
    world.hubspot.planFault({ kind, operation: 'batch_update' })
    expect((await world.run(dealSync())).outcomes.delivered).toBe(2)
    expect(world.hubspot.faultEvents()).toHaveLength(1)
    expect(companies()).toEqual({ d1: ['502'], d2: ['501'] })
    expect((await world.run(dealSync())).outcomes.unchanged).toBe(2)
  })

  it('is written with the record and then never again', async () => {
    const report = await world.run(dealSync())
    expect(report.outcomes).toMatchObject({ delivered: 2, deferred: 0, rejected: 0 })
    expect(companies()).toEqual({ d1: ['501'], d2: ['502'] })
    world.callsSince()
    expect((await world.run(dealSync())).outcomes.unchanged).toBe(2)
    expect(world.callsSince()).toBe(0)
  })

  it('moves when its column changes: the old one goes', async () => {
    await world.run(dealSync())
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    const report = await world.run(dealSync())
    expect(report.planned.updates).toBe(1)
    expect(companies()).toEqual({ d1: ['502'], d2: ['502'] })
  })

  it('goes when its column becomes null', async () => {
    await world.run(dealSync())
    await world.sql(`update opportunities set account = null where id = 'd1'`)
    await world.run(dealSync())
    expect(companies()).toEqual({ d2: ['502'] })
  })

  it('is not sent when the wait for the budget used up the lease, but after the next renewal', async () => {
    await world.run(dealSync())
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    const late: string[] = []
    const report = await world.run(dealSync(), {}, (base) => {
      const { associations } = base.crm
      if (associations === null) throw new Error('HubSpot has associations')
      /** The first request of each kind waits an hour for its turn. */
      const slowly = (what: string, kind: AssociationKind): AssociationKind => ({
        ...kind,
        beforeSend: () => {
          if (!late.some((one) => one.startsWith(what))) world.clock.pass(3_600_000)
          try {
            kind.beforeSend?.()
          } catch (error) {
            late.push(`${what}: ${error instanceof RequestFailure ? error.reason : 'another'}`)
            throw error
          }
        },
      })
      const slow: Associations = {
        ...associations,
        add: (pairs, kind) => associations.add(pairs, slowly('add', kind)),
        remove: (pairs, kind) => associations.remove(pairs, slowly('remove', kind)),
      }
      return { ...base, crm: { ...base.crm, associations: slow } }
    })
    expect(late).toEqual(['remove: lease', 'add: lease'])
    expect(report.outcomes).toMatchObject({ delivered: 1, deferred: 0 })
    expect(companies()).toEqual({ d1: ['502'], d2: ['502'] })
  })

  it('waits for a parent that comes later, and then the row is delivered', async () => {
    await world.sql(`update opportunities set account = 'late' where id = 'd1'`)
    const first = await world.run(dealSync())
    expect(first.reasons).toMatchObject({ 'deferred dependency': 1 })
    expect(companies()).toEqual({ d2: ['502'] })
    world.hubspot.seed({
      records: { companies: [{ id: '503', properties: { account_key: 'late' } }] },
    })
    expect((await world.run(dealSync())).outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
    expect(companies()).toEqual({ d1: ['503'], d2: ['502'] })
  })

  it('is done without, or rejects the row, where the sync says so', async () => {
    await world.sql(`update opportunities set account = 'none'`)
    const [association] = dealSync().associations
    const sync = (ifMissing: 'reject' | 'skip'): PushSync =>
      dealSync({ associations: association === undefined ? [] : [{ ...association, ifMissing }] })
    expect((await world.run(sync('reject'))).reasons).toEqual({ 'rejected lookup.unknown': 2 })
    expect((await world.run({ ...sync('skip'), name: 'others' })).outcomes.delivered).toBe(2)
    expect(companies()).toEqual({})
  })

  it('that is there already costs no write', async () => {
    await world.run(dealSync())
    const again = await world.plan(dealSync({ name: 'same_deals' }))
    expect(again.planned).toMatchObject({ creates: 0, updates: 0, unchanged: 2 })
  })

  it('that failed is due again, the record itself is not sent twice', async () => {
    const wrap =
      (fails: boolean) => (base: Parameters<Parameters<World['run']>[2] & object>[0]) => {
        const { associations } = base.crm
        if (associations === null || !fails) return base
        const rejected = { status: 'rejected', reason: 'test', message: 'not today' } as const
        const broken = {
          ...associations,
          add: async (pairs: readonly unknown[]) => pairs.map(() => rejected),
        }
        return { ...base, crm: { ...base.crm, associations: broken } }
      }
    const first = await world.run(dealSync(), {}, wrap(true))
    expect(first.outcomes).toMatchObject({ delivered: 0, deferred: 2 })
    expect(companies()).toEqual({})
    const creates = world.hubspot.log().filter(({ kind }) => kind === 'create').length
    expect((await world.run(dealSync(), {}, wrap(false))).outcomes.delivered).toBe(2)
    expect(companies()).toEqual({ d1: ['501'], d2: ['502'] })
    expect(world.hubspot.log().filter(({ kind }) => kind === 'create')).toHaveLength(creates)
  })

  it('that could not be taken from the record of a removed row goes with the next run', async () => {
    const guards = { ...contactSync().guards, maxClears: { rows: 10 } }
    const sync = dealSync({ removedRows: 'clear', guards })
    await world.run(sync)
    await world.sql(`delete from opportunities where id = 'd1'`)
    const failure = new RequestFailure({ kind: 'auth', reason: 'test', message: 'not today' })
    const first = await world.run(sync, {}, (base) => {
      const { associations } = base.crm
      if (associations === null) return base
      const broken = { ...associations, remove: () => Promise.reject(failure) }
      return { ...base, crm: { ...base.crm, associations: broken } }
    })
    expect(first.reasons).toEqual({ 'deferred association.test': 1 })
    expect(companies()).toEqual({ d1: ['501'], d2: ['502'] })
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
    expect(companies()).toEqual({ d2: ['502'] })
    world.callsSince()
    expect((await world.run(sync)).outcomes.unchanged).toBe(1)
    expect(world.callsSince()).toBe(0)
  })

  it('that fails for all stops the run, which tells how many records were written', async () => {
    const failure = new RequestFailure({ kind: 'unknown', reason: 'test', message: 'no answer' })
    const unanswered: Wrap = (base) => {
      const { associations } = base.crm
      if (associations === null) return base
      const broken = { ...associations, add: () => Promise.reject(failure) }
      return { ...base, crm: { ...base.crm, associations: broken } }
    }
    const report = await world.run(dealSync(), {}, unanswered)
    expect(report).toMatchObject({ state: 'failed', outcomes: { delivered: 0, deferred: 2 } })
    expect(report.error?.message).toContain(
      '2 records were written so far, and none of their associations; the last was no answer',
    )
    await world.sql(`update opportunities set account = 'acme'`)
    const links = await world.run(dealSync(), {}, unanswered)
    expect(links.error?.message).toContain('nothing was written so far; the last was no answer')
  })

  it.each([
    ['Prmary', '; did you mean Primary? There are: Primary.'],
    ['Decision maker', '. There are: Primary.'],
  ])('under a label that is not there stops the plan: %s', async (label, told) => {
    const associations = dealSync().associations.map((one) => ({ ...one, label }))
    await expect(world.plan(dealSync({ associations }))).rejects.toMatchObject({
      code: 'push.unknown_label',
      kind: 'config',
      message: expect.stringContaining(`from deals to companies have no label "${label}"${told}`),
    })
    expect(world.hubspot.dump().state.records?.['0-3'] ?? []).toEqual([])
  })

  it('finds its label whatever its case and blanks, and asks for labels once', async () => {
    const associations = dealSync().associations.map((one) => ({ ...one, label: ' primary ' }))
    const report = await world.run(dealSync({ associations }))
    expect(report.outcomes).toMatchObject({ delivered: 2 })
    expect(companies()).toEqual({ d1: ['501'], d2: ['502'] })
    expect(world.hubspot.calls()).toMatchObject({ 'label_read 0-3': 1 })
  })

  it('needs a unique field of the other object', async () => {
    const associations = [
      {
        to: 'companies',
        match: { field: 'name', column: 'account' },
        label: null,
        ifMissing: 'defer' as const,
      },
    ]
    await expect(world.run(dealSync({ associations }))).rejects.toMatchObject({
      code: 'push.target_not_unique',
      message: expect.stringContaining('account_key'),
    })
  })
})

describe('a lookup', () => {
  it('gives the id of an owner by email; unknown ones reject the row by name', async () => {
    world.hubspot.seed({ owners: [{ id: '77', email: 'ann@crm.example' }] })
    await world.sql(
      `alter table opportunities add column owner varchar`,
      `update opportunities set owner = case id when 'd1' then 'Ann@crm.example' else 'bob@crm.example' end`,
    )
    const sync = dealSync({
      associations: [],
      fields: [
        field('dealname', 'name'),
        field('dealstage', 'stage'),
        field('hubspot_owner_id', 'owner', { lookup: 'owners.email' }),
      ],
    })
    const report = await world.run(sync)
    expect(report).toMatchObject({
      outcomes: { delivered: 1 },
      reasons: { 'rejected lookup.unknown': 1 },
    })
    const told = await world.query('select message from syncline.failures')
    expect(told.flat()).toEqual([
      'hubspot_owner_id: no owners.email is "bob@crm.example"; there are ann@crm.example',
    ])
    const [deal] = world.hubspot.dump().state.records?.['0-3'] ?? []
    expect(deal?.properties['hubspot_owner_id']).toBe('77')
  })

  it('is tried again by itself, for the owner may be made later; until then no call is made', async () => {
    const sync = dealSync({
      associations: [],
      fields: [
        field('dealname', 'name'),
        field('dealstage', 'stage'),
        field('hubspot_owner_id', 'account', { lookup: 'owners.name' }),
      ],
    })
    world.hubspot.seed({ owners: [{ id: '77', email: 'a@crm.example', firstName: 'Acme' }] })
    expect((await world.run(sync)).reasons).toEqual({ 'rejected lookup.unknown': 1 })
    world.callsSince()
    expect(await world.run(sync)).toMatchObject({ outcomes: { rejected: 1 }, heldRejected: 1 })
    expect(world.callsSince()).toBe(0)
    world.hubspot.seed({ owners: [{ id: '78', email: 'b@crm.example', firstName: 'Bolt' }] })
    world.clock.pass(60_000)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 1 })
  })

  it('gives the id of any record by a unique field', async () => {
    const properties = {
      deals: [
        {
          name: 'company_ref',
          label: 'Company',
          type: 'string',
          fieldType: 'text',
          groupName: 'g',
        } as const,
      ],
    }
    world.hubspot.seed({ properties })
    const sync = dealSync({
      associations: [],
      fields: [
        field('dealname', 'name'),
        field('dealstage', 'stage'),
        field('company_ref', 'account', { lookup: 'companies.account_key' }),
      ],
    })
    await world.run(sync)
    const deals = world.hubspot.dump().state.records?.['0-3'] ?? []
    expect(new Set(deals.map((deal) => deal.properties['company_ref']))).toEqual(
      new Set(['501', '502']),
    )
  })
})
