import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import { applyPlan } from '../../src/engine/push/apply.ts'
import { retry } from '../../src/engine/push/push.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { CrashingProcess } from '../support/crashing.ts'
import { companiesOf, createDealWorld, dealSync } from '../support/deals.ts'
import { contactSync, type World, type Wrap } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createDealWorld()
  world.hubspot.seed({
    records: { companies: [{ id: '503', properties: { name: 'Core', account_key: 'core' } }] },
  })
})

afterEach(() => world.close())

/** What nobody hears of: the link is written, or gone. */
const unanswered: Wrap = (base) => {
  const { associations } = base.crm
  if (associations === null) throw new Error('HubSpot has associations')
  const lost = new RequestFailure({ kind: 'unknown', reason: 'test', message: 'no answer' })
  const deaf = {
    ...associations,
    add: async (...given: Parameters<typeof associations.add>) => {
      await associations.add(...given)
      throw lost
    },
  }
  return { ...base, crm: { ...base.crm, associations: deaf } }
}

/** The CRM refuses each link by itself. */
const refusing: Wrap = (base) => {
  const { associations } = base.crm
  if (associations === null) throw new Error('HubSpot has associations')
  const refused = { status: 'rejected', reason: 'TEST', message: 'no' } as const
  const add: typeof associations.add = (pairs) => Promise.resolve(pairs.map(() => refused))
  return { ...base, crm: { ...base.crm, associations: { ...associations, add } } }
}

const deaths = [
  'associations.remove before',
  'associations.remove after',
  'associations.add before',
  'associations.add after',
  'ledger.recordConcluded before',
]

/** Runs the sync until it dies at the edge, or hears no answer. */
async function disturb(sync: PushSync, how: string): Promise<void> {
  if (how === 'no answer') {
    await world.run(sync, {}, unanswered)
    return
  }
  const process = new CrashingProcess(how)
  await expect(world.run(sync, {}, process.wrap)).rejects.toThrow(`died at ${how}`)
}

/** What the model makes of the deal then, and where it is linked at the end. */
const next: Readonly<Record<string, readonly [sql: string, links: readonly string[]]>> = {
  'goes on to a third': [`update opportunities set account = 'core' where id = 'd1'`, ['503']],
  'goes back to the first': [`update opportunities set account = 'acme' where id = 'd1'`, ['501']],
  'goes to none': [`update opportunities set account = null where id = 'd1'`, []],
  'loses the row': [`delete from opportunities where id = 'd1'`, []],
  stays: ['select 1', ['502']],
}

const cases = [...deaths, 'no answer'].flatMap((how) =>
  Object.keys(next).flatMap((what) =>
    [true, false].map((readBefore) => ({ how, what, readBefore })),
  ),
)

function linkSync(readBefore: boolean): PushSync {
  const guards = { ...contactSync().guards, maxClears: { rows: 10 } }
  return dealSync({ readBefore, removedRows: 'clear', guards })
}

function dealId(key: string): string {
  const deals = world.hubspot.dump().state.records?.['0-3'] ?? []
  return deals.find(({ properties }) => properties['deal_key'] === key)?.id ?? ''
}

function editDeal(properties: Record<string, string>): void {
  world.hubspot.edit({ kind: 'update', object: 'deals', id: dealId('d1'), properties })
}

/** Runs what is left to do; gives the links of d1, and what is left to do then. */
async function settle(sync: PushSync): Promise<unknown> {
  await world.run(sync)
  const { d1 = [], ...others } = companiesOf(world)
  world.callsSince()
  const { outcomes } = await world.run(sync)
  const known = await world.query('select crm_values from syncline.deals__baseline')
  const hasDoubts = JSON.stringify(known).includes('in doubt')
  return { d1, others, again: outcomes.delivered, calls: world.callsSince(), hasDoubts }
}

/** Linked so, and nothing to be done any more. */
function linked(links: readonly string[]): unknown {
  return { d1: links, others: { d2: ['502'] }, again: 0, calls: 0, hasDoubts: false }
}

describe('a link that may have been written', () => {
  it.each(cases)(
    'is found when the model $what: $how, looks first: $readBefore',
    async ({ how, what, readBefore }) => {
      const sync = linkSync(readBefore)
      await world.run(sync)
      await world.sql(
        `update opportunities set account = 'bolt', stage = 'closedwon' where id = 'd1'`,
      )
      await disturb(sync, how)
      const [sql, links] = next[what] ?? ['', []]
      await world.sql(sql)
      expect(await settle(sync)).toEqual(linked(links))
    },
  )

  it.each(
    Object.keys(next).flatMap((what) =>
      [true, false].flatMap((readBefore) =>
        (['upsert', 'insert'] as const).map((mode) => ({ what, readBefore, mode })),
      ),
    ),
  )(
    'to a new record is found when the model $what: looks first: $readBefore, $mode',
    async ({ what, readBefore, mode }) => {
      // Whether an upsert made the record, nobody can tell, and one that was there is not emptied.
      const sync = { ...linkSync(readBefore), mode, deleteAdopted: true }
      await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
      await disturb(sync, 'associations.add after')
      const [sql, links] = next[what] ?? ['', []]
      await world.sql(sql)
      expect(await settle(sync)).toEqual(linked(links))
    },
  )

  it.each(
    Object.keys(next).flatMap((what) => [true, false].map((readBefore) => ({ what, readBefore }))),
  )(
    'is found when the association was withheld before, a person edits the record, and the model $what: looks first: $readBefore',
    async ({ what, readBefore }) => {
      const sync = linkSync(readBefore)
      await world.sql(`update opportunities set account = null where id = 'd1'`)
      await world.run(sync)
      await world.sql(`update opportunities set account = 'bolt', name = 'Uno' where id = 'd1'`)
      await disturb(sync, 'associations.add after')
      editDeal({ dealname: 'Typed' })
      const [sql, links] = next[what] ?? ['', []]
      await world.sql(sql)
      expect(await settle(sync)).toEqual(linked(links))
    },
  )

  it.each(['goes on to a third', 'goes to none'])(
    'to the survivor of a merge is found though a person edits it, when the model %s',
    async (what) => {
      const sync = linkSync(true)
      await world.run(sync)
      world.hubspot.seed({ records: { deals: [{ id: '900', properties: { dealname: 'Other' } }] } })
      world.hubspot.edit({ kind: 'merge', object: 'deals', primary: '900', other: dealId('d1') })
      await world.sql(`update opportunities set account = 'bolt', name = 'Uno' where id = 'd1'`)
      await disturb(sync, 'associations.add after')
      world.hubspot.edit({
        kind: 'update',
        object: 'deals',
        id: '900',
        properties: { dealname: 'T' },
      })
      const [sql, links] = next[what] ?? ['', []]
      await world.sql(sql)
      expect(await settle(sync)).toEqual(linked(links))
    },
  )

  it.each([true, false])(
    'stays where its parent is missing: looks first: %s',
    async (readBefore) => {
      const [association] = linkSync(readBefore).associations
      if (association === undefined) throw new Error('deals have companies')
      const sync = {
        ...linkSync(readBefore),
        associations: [{ ...association, ifMissing: 'skip' as const }],
      }
      await disturb(sync, 'associations.add after')
      await world.sql(`update opportunities set account = 'nobody' where id = 'd1'`)
      await world.run(sync)
      expect(companiesOf(world)).toEqual({ d1: ['501'], d2: ['502'] })
      world.callsSince()
      await world.run(sync)
      expect(world.callsSince()).toBe(0)
      // It is ours to take away all the same.
      await world.sql(`update opportunities set account = null where id = 'd1'`)
      expect(await settle(sync)).toEqual(linked([]))
    },
  )

  it('that a record was created without is not given to it when it is mapped later', async () => {
    const sync = { ...linkSync(true), mode: 'insert' as const }
    await world.run({ ...sync, associations: [] })
    await world.run(sync)
    expect(companiesOf(world)).toEqual({})
    await world.push(retry, sync, { selection: { onlyKey: 'd1', limit: null } })
    expect(companiesOf(world)).toEqual({})
  })

  it('is not ours where the CRM refused it and a person made it since', async () => {
    const sync = linkSync(true)
    await world.sql(`update opportunities set account = null where id = 'd1'`)
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    await world.run(sync, {}, refusing)
    const kind = { from: 'deals', to: 'companies', label: null }
    const pair = { fromId: dealId('d1'), toId: '502' }
    await world.push(async ({ crm }) => crm.associations?.add([pair], kind), sync)
    await world.sql(`update opportunities set account = null where id = 'd1'`)
    expect(await settle(sync)).toEqual(linked(['502']))
  })

  it.each(
    ['associations.add before', 'associations.add after', 'no answer'].flatMap((how) =>
      [true, false].map((readBefore) => ({ how, readBefore })),
    ),
  )('to a record that is only created is made up for: %j', async ({ how, readBefore }) => {
    const sync = { ...linkSync(readBefore), mode: 'insert' as const }
    await disturb(sync, how)
    await world.run(sync)
    expect(companiesOf(world)).toEqual({ d1: ['501'], d2: ['502'] })
    await world.sql(`update opportunities set account = 'core'`)
    await world.run(sync)
    expect(companiesOf(world)).toEqual({ d1: ['501'], d2: ['502'] })
  })

  it('is found after several deaths', async () => {
    const sync = linkSync(false)
    await world.run(sync)
    for (const account of ['bolt', 'core']) {
      await world.sql(`update opportunities set account = '${account}' where id = 'd1'`)
      await disturb(sync, 'associations.add after')
    }
    const [found] = await world.query(
      "select crm_values from syncline.deals__baseline where key = 'd1'",
    )
    expect(JSON.parse(String(found?.[0]))).toMatchObject({
      'association.companies (in doubt)': '502',
    })
    await world.sql(`update opportunities set account = null where id = 'd1'`)
    expect(await settle(sync)).toEqual(linked([]))
  })

  it('is found though a person changed the record meanwhile', async () => {
    const sync = linkSync(true)
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt', name = 'Uno' where id = 'd1'`)
    await disturb(sync, 'associations.add after')
    editDeal({ dealname: 'Typed' })
    await world.sql(`update opportunities set account = 'core' where id = 'd1'`)
    expect(await settle(sync)).toEqual(linked(['503']))
  })
})

describe('a plan of associations', () => {
  it('is refused where the old one is gone since', async () => {
    const sync = linkSync(true)
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    const { runId } = await world.plan(sync)
    const kind = { from: 'deals', to: 'companies', label: null }
    await world.push(
      async ({ crm }) => crm.associations?.remove([{ fromId: dealId('d1'), toId: '501' }], kind),
      sync,
    )
    await expect(world.push(applyPlan, sync, { runId, kind: 'apply' })).rejects.toMatchObject({
      code: 'push.world_moved',
      message: expect.stringContaining('association.companies of record'),
    })
    expect(await settle(sync)).toEqual(linked(['502']))
  })

  it('is applied where nothing moved', async () => {
    const sync = linkSync(true)
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    const { runId } = await world.plan(sync)
    const report = await world.push(applyPlan, sync, { runId, kind: 'apply' })
    expect(report.outcomes.delivered).toBe(1)
    expect(companiesOf(world)).toEqual({ d1: ['502'], d2: ['502'] })
  })

  it('that was killed says where its rest is', async () => {
    const sync = linkSync(true)
    await world.run(sync)
    await world.sql(`update opportunities set account = 'bolt' where id = 'd1'`)
    const { runId } = await world.plan(sync)
    const process = new CrashingProcess('associations.add after')
    const apply = (wrap?: Wrap) => world.push(applyPlan, sync, { runId, kind: 'apply' }, wrap)
    await expect(apply(process.wrap)).rejects.toThrow('died at')
    await expect(apply()).rejects.toMatchObject({
      message: expect.stringContaining('was interrupted'),
      remedy: expect.stringContaining('Plan again'),
    })
    expect(await settle(sync)).toEqual(linked(['502']))
  })
})
