/** Writes whose answers were lost, of records that people change before anybody asks what became of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { companiesOf, createDealWorld, dealSync } from '../support/deals.ts'
import { contactSync, createWorld, field, type World, type Wrap } from '../support/world.ts'

let world: World

const noAnswer = new RequestFailure({ kind: 'unknown', reason: 'test', message: 'no answer' })
/** How a request is lost: nobody answers, or who sent it dies. */
const losses = [
  { how: 'no answer', failure: noAnswer },
  { how: 'a kill', failure: new Crash('crm.update after') },
]
const conflicts = ['ours', 'theirs', 'ask'] as const
const lossesByConflict = losses.flatMap((loss) =>
  conflicts.map((conflict) => ({ ...loss, conflict })),
)
const lossesByFate = lossesByConflict.flatMap((loss) =>
  [true, false].map((isMade) => ({ ...loss, isMade })),
)
const guards = { ...contactSync().guards, maxClears: { rows: 9 }, maxDeletes: { rows: 9 } }

function citySync(
  conflict: FieldMapping['conflict'],
  { write = 'always', ...more }: Partial<PushSync> & Partial<Pick<FieldMapping, 'write'>> = {},
): PushSync {
  const city = field('city', 'city', { conflict, write })
  return contactSync({ guards, fields: [field('firstname', 'first_name'), city], ...more })
}

interface Loss {
  readonly failure: Error
  readonly isMade?: boolean
}

/** The write is made, or not; then people act, and whoever sent it hears nothing, or dies. */
function loses({ failure, isMade = true }: Loss, meanwhile: () => void = typeName): Wrap {
  return (base) => {
    const update: typeof base.crm.update = async (...given) => {
      if (isMade) await base.crm.update(...given)
      meanwhile()
      throw failure
    }
    const create: typeof base.crm.create = async (...given) => {
      if (isMade) await base.crm.create(...given)
      meanwhile()
      throw failure
    }
    return { ...base, crm: { ...base.crm, create, update } }
  }
}

async function runLosing(sync: PushSync, wrap: Wrap): Promise<void> {
  await world.run(sync, {}, wrap).catch(() => null)
}

async function runTwice(sync: PushSync): Promise<void> {
  for (let run = 1; run <= 2; run++) await world.run(sync)
}

function records() {
  return (world.hubspot.dump().state.records?.['0-1'] ?? []).filter(
    ({ archivedAt }) => (archivedAt ?? null) === null,
  )
}

/** The only record's email, name and city; an empty one is null. */
function contact(): Readonly<Record<string, string | null>> {
  const [{ properties } = { properties: {} }, another] = records()
  expect(another).toBeUndefined()
  const names = ['email', 'firstname', 'city']
  return Object.fromEntries(names.map((name) => [name, properties[name] || null]))
}

function type(properties: Record<string, string>): void {
  const [{ id = '' } = {}] = records()
  world.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
}

function mergeInto900(other: string): void {
  world.hubspot.edit({ kind: 'merge', object: 'contacts', primary: '900', other })
}

function typeName(): void {
  type({ firstname: 'Typed' })
}

describe('a contact', () => {
  beforeEach(async () => {
    world = await createWorld()
    await world.sql(
      'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
      `insert into customers values (1, 'a@x.com', 'Ann', 'Rome')`,
    )
  })
  afterEach(() => world.close())

  describe('that was updated, and of which a person edited another field', () => {
    const cases = lossesByConflict.flatMap((loss) =>
      [true, false].map((readBefore) => ({ ...loss, readBefore })),
    )

    it.each(cases)(
      'is ours to write over: $how, conflict $conflict, read_before $readBefore',
      async ({ failure, conflict, readBefore }) => {
        const sync = citySync(conflict, { readBefore })
        await world.run(sync)
        await world.sql(`update customers set first_name = 'Eve', city = 'Oslo'`)
        await runLosing(sync, loses({ failure }))
        await world.sql(`update customers set city = 'Bonn'`)
        await world.run(sync)
        expect(contact()).toMatchObject({ city: 'Bonn', firstname: 'Eve' })
      },
    )

    it.each(cases)(
      'is taken back with the model: $how, conflict $conflict, read_before $readBefore',
      async ({ failure, conflict, readBefore }) => {
        const sync = citySync(conflict, { readBefore })
        await world.run(sync)
        await world.sql(`update customers set first_name = 'Eve', city = 'Oslo'`)
        await runLosing(sync, loses({ failure }))
        await world.sql(`update customers set first_name = 'Ann', city = 'Rome'`)
        await runTwice(sync)
        expect(contact()).toMatchObject({ city: 'Rome', firstname: 'Ann' })
        world.callsSince()
        await world.run(sync)
        expect(world.callsSince()).toBe(0)
      },
    )

    it.each(lossesByFate)(
      'is emptied with the model: $how, conflict $conflict, made $isMade',
      async ({ conflict, ...loss }) => {
        const sync = citySync(conflict)
        await world.run(sync)
        await world.sql(`update customers set first_name = 'Eve', city = 'Oslo'`)
        await runLosing(sync, loses(loss))
        await world.sql('update customers set city = null')
        await runTwice(sync)
        expect(contact()).toMatchObject({ city: null, firstname: 'Eve' })
      },
    )

    it.each(lossesByFate)(
      'is emptied by a null that was lost: $how, conflict $conflict, made $isMade',
      async ({ conflict, ...loss }) => {
        const sync = citySync(conflict)
        await world.run(sync)
        await world.sql(`update customers set first_name = 'Eve', city = null`)
        await runLosing(sync, loses(loss))
        await runTwice(sync)
        expect(contact()).toMatchObject({ city: null, firstname: 'Eve' })
      },
    )

    it.each(lossesByFate)(
      'is cleared with its row: $how, conflict $conflict, made $isMade',
      async ({ conflict, ...loss }) => {
        await world.sql(`insert into customers values (2, null, null, null)`)
        const sync = citySync(conflict, { removedRows: 'clear' })
        await world.run(sync)
        await world.sql(`update customers set first_name = 'Eve', city = 'Oslo' where id = 1`)
        await runLosing(sync, loses(loss))
        await world.sql('delete from customers where id = 1')
        await runTwice(sync)
        expect(contact()).toMatchObject({ city: null, firstname: null })
      },
    )

    it.each(lossesByFate)(
      'is cleared by a clear that was lost: $how, conflict $conflict, made $isMade',
      async ({ conflict, ...loss }) => {
        await world.sql(`insert into customers values (2, null, null, null)`)
        const sync = citySync(conflict, { removedRows: 'clear' })
        await world.run(sync)
        await world.sql('delete from customers where id = 1')
        await runLosing(sync, loses(loss))
        await runTwice(sync)
        expect(contact()).toMatchObject({ city: null, firstname: null })
      },
    )
  })

  it.each(losses)('that was cleared and came back is cleared again: $how', async (loss) => {
    await world.sql(`insert into customers values (2, null, null, null)`)
    const sync = citySync('ours', { removedRows: 'clear' })
    await world.run(sync)
    await world.sql('delete from customers where id = 1')
    await world.run(sync)
    await world.sql(`insert into customers values (1, 'a@x.com', 'Eve', 'Oslo')`)
    await runLosing(sync, loses(loss))
    await world.sql('delete from customers where id = 1')
    await runTwice(sync)
    expect(contact()).toMatchObject({ city: null, firstname: null })
  })

  it.each(losses)('that people deleted and restored goes with its row: $how', async (loss) => {
    await world.sql(`insert into customers values (2, null, null, null)`)
    const sync = citySync('ours', { removedRows: 'archive' })
    await world.run(sync)
    const [{ id = '' } = {}] = records()
    world.hubspot.edit({ kind: 'archive', object: 'contacts', id })
    await world.sql(`update customers set city = 'Bern' where id = 1`)
    await world.run(sync)
    world.hubspot.edit({ kind: 'restore', object: 'contacts', id })
    await world.sql(`update customers set first_name = 'Eve', city = 'Oslo' where id = 1`)
    await runLosing(sync, loses(loss))
    await world.sql('delete from customers where id = 1')
    await runTwice(sync)
    expect(records()).toEqual([])
  })

  describe('whose match value was to change', () => {
    const cases = losses.flatMap((loss) => [true, false].map((isMade) => ({ ...loss, isMade })))
    beforeEach(async () => {
      await world.run(citySync('ours'))
      await world.sql(`update customers set first_name = 'Eve', email = 'b@x.com'`)
      await runLosing(citySync('ours'), loses({ failure: noAnswer }))
      await world.run(citySync('ours'))
      await world.sql(`update customers set first_name = 'Joe', email = 'c@x.com'`)
    })

    it.each(cases)('gets it: $how, made $isMade', async (loss) => {
      await runLosing(citySync('ours'), loses(loss))
      await runTwice(citySync('ours'))
      expect(contact()).toMatchObject({ email: 'c@x.com', firstname: 'Joe' })
    })

    it.each(cases)('gives it back to another row: $how, made $isMade', async (loss) => {
      await runLosing(citySync('ours'), loses(loss))
      await world.sql(
        `update customers set email = 'b@x.com'`,
        `insert into customers values (2, 'c@x.com', 'Bob', 'Bonn')`,
      )
      await runTwice(citySync('ours'))
      const found = records().map(
        ({ properties }) => `${properties['email']} ${properties['firstname']}`,
      )
      expect(found.toSorted()).toEqual(['b@x.com Joe', 'c@x.com Bob'])
    })

    it.each(cases)('gets it after a merge: $how, made $isMade', async (loss) => {
      world.hubspot.seed({ records: { contacts: [{ id: '900', properties: {} }] } })
      const other = records().find(({ id }) => id !== '900')?.id ?? ''
      const merge = (): void => mergeInto900(other)
      await runLosing(citySync('ours'), loses(loss, merge))
      await runTwice(citySync('ours'))
      expect(contact()).toMatchObject({ email: 'c@x.com', firstname: 'Joe' })
    })
  })

  describe('that was found for a new row', () => {
    beforeEach(() => {
      const properties = { email: 'a@x.com', city: '' }
      world.hubspot.seed({ records: { contacts: [{ id: '900', properties }] } })
    })

    it.each(
      losses.flatMap((loss) =>
        (['upsert', 'update'] as const).flatMap((mode) =>
          [true, false].map((isMade) => ({ ...loss, mode, isMade })),
        ),
      ),
    )('stays the row’s: $how, mode $mode, made $isMade', async ({ mode, ...loss }) => {
      const sync = citySync('ours', { mode })
      await runLosing(sync, loses(loss))
      await world.sql(`update customers set email = 'new@x.com'`)
      await runTwice(sync)
      expect(contact()).toEqual({ email: 'new@x.com', firstname: 'Ann', city: 'Rome' })
    })

    it.each(losses)('holds what is ours to change: $how', async (loss) => {
      const sync = citySync('ours', { write: 'if_unchanged' })
      await runLosing(sync, loses(loss))
      await world.sql(`update customers set city = 'Bonn'`)
      await runTwice(sync)
      expect(contact()).toMatchObject({ city: 'Bonn' })
      await world.sql('update customers set city = null')
      await world.run(sync)
      expect(contact()).toMatchObject({ city: null })
    })
  })

  describe('keeps what a person made of a field that nothing was confirmed of', () => {
    const cases = losses.flatMap((loss) =>
      (['theirs', 'ask'] as const).map((conflict) => ({ ...loss, conflict })),
    )
    const typeCity = (): void => type({ city: 'Typed' })

    it.each(cases)('as it was found: $how, conflict $conflict', async ({ conflict, ...loss }) => {
      const properties = { email: 'a@x.com', city: 'Old' }
      world.hubspot.seed({ records: { contacts: [{ id: '900', properties }] } })
      await runLosing(citySync(conflict), loses(loss, typeCity))
      await runTwice(citySync(conflict))
      expect(contact()).toMatchObject({ city: 'Typed', firstname: 'Ann' })
    })

    it.each(cases)('as it is new: $how, conflict $conflict', async ({ conflict, ...loss }) => {
      await world.run(contactSync({ fields: [field('firstname', 'first_name')] }))
      await runLosing(citySync(conflict), loses(loss, typeCity))
      await runTwice(citySync(conflict))
      expect(contact()).toMatchObject({ city: 'Typed', firstname: 'Ann' })
    })

    it.each(cases)('as it was null: $how, conflict $conflict', async ({ conflict, ...loss }) => {
      await world.sql('update customers set city = null')
      await world.run(citySync(conflict))
      await world.sql(`update customers set city = 'Rome'`)
      await runLosing(citySync(conflict), loses(loss, typeCity))
      await runTwice(citySync(conflict))
      expect(contact()).toMatchObject({ city: 'Typed', firstname: 'Ann' })
    })
  })

  it.each(losses.flatMap((loss) => [true, false].map((isMade) => ({ ...loss, isMade }))))(
    'keeps what a person typed while a field was not mapped: $how, made $isMade',
    async (loss) => {
      const unmapped = contactSync({ fields: [field('firstname', 'first_name')] })
      await world.run(citySync('theirs'))
      await world.sql(`update customers set first_name = 'Eve', city = 'Oslo'`)
      await runLosing(citySync('theirs'), loses(loss))
      await runTwice(unmapped)
      type({ city: 'Typed' })
      await world.sql('update customers set city = null')
      await world.run(unmapped)
      await world.run(citySync('ours'))
      expect(contact()).toMatchObject({ city: 'Typed', firstname: 'Eve' })
    },
  )

  it.each(lossesByConflict)(
    'that was created keeps what a person made of it: $how, conflict $conflict',
    async ({ conflict, ...loss }) => {
      const sync = citySync(conflict)
      await runLosing(
        sync,
        loses(loss, () => type({ city: 'Typed' })),
      )
      await world.run(sync)
      await world.sql(`update customers set city = 'Bonn'`)
      await world.run(sync)
      expect(contact()).toMatchObject({ city: conflict === 'ours' ? 'Bonn' : 'Typed' })
    },
  )

  it.each(lossesByFate.flatMap((loss) => ['Oslo', null].map((city) => ({ ...loss, city }))))(
    'that people merged into another: $how, conflict $conflict, made $isMade, city $city',
    async ({ conflict, city, ...loss }) => {
      const sync = citySync(conflict)
      await world.run(sync)
      const properties = { firstname: 'Ann', city: 'Rome' }
      world.hubspot.seed({ records: { contacts: [{ id: '900', properties }] } })
      const other = records().find(({ id }) => id !== '900')?.id ?? ''
      const merge = (): void => mergeInto900(other)
      const value = city === null ? 'null' : `'${city}'`
      await world.sql(`update customers set first_name = 'Eve', city = ${value}`)
      await runLosing(sync, loses(loss, merge))
      await runTwice(sync)
      expect(contact()).toMatchObject({ city, firstname: 'Eve' })
    },
  )
})

describe('a deal with a company', () => {
  beforeEach(async () => {
    world = await createDealWorld()
    await world.sql(
      'alter table opportunities add column note varchar',
      `update opportunities set note = 'Text'`,
    )
  })
  afterEach(() => world.close())

  it.each(
    conflicts.flatMap((conflict) =>
      ['crm.update before', 'crm.update after'].map((edge) => ({ conflict, edge })),
    ),
  )(
    'that changes is cleared with its row: killed at $edge, conflict $conflict',
    async ({ conflict, edge }) => {
      const note = field('description', 'note', { conflict })
      const fields = [field('dealname', 'name'), field('dealstage', 'stage'), note]
      const sync = dealSync({ guards, removedRows: 'clear', fields })
      await world.run(sync)
      await world.sql(
        `update opportunities set note = 'Other', account = 'bolt', name = 'New' where id = 'd1'`,
      )
      const dying = new CrashingProcess(edge)
      await expect(world.run(sync, {}, dying.wrap)).rejects.toThrow(`died at ${edge}`)
      await world.sql(`delete from opportunities where id = 'd1'`)
      await runTwice(sync)
      const deals = world.hubspot.dump().state.records?.['0-3'] ?? []
      const deal = deals.find(({ properties }) => properties['deal_key'] === 'd1')
      expect(deal?.properties['description'] || null).toBeNull()
    },
  )

  it.each(
    losses.flatMap((loss) =>
      [true, false].flatMap((isMade) =>
        (['bolt', null] as const).map((account) => ({ ...loss, isMade, account })),
      ),
    ),
  )('gets another, or none: $how, made $isMade, $account', async ({ account, ...loss }) => {
    const sync = dealSync({ guards })
    await world.run(sync)
    const value = account === null ? 'null' : `'${account}'`
    await world.sql(
      `update opportunities set account = ${value}, name = 'New', stage = 'closedwon' where id = 'd1'`,
    )
    const edited = loses(loss, () => {
      const deals = world.hubspot.dump().state.records?.['0-3'] ?? []
      const id = deals.find(({ properties }) => properties['deal_key'] === 'd1')?.id ?? ''
      const properties = { dealname: 'Typed' }
      world.hubspot.edit({ kind: 'update', object: 'deals', id, properties })
    })
    await runLosing(sync, edited)
    await runTwice(sync)
    expect(companiesOf(world)['d1'] ?? []).toEqual(account === null ? [] : ['502'])
    world.callsSince()
    await world.run(sync)
    expect(world.callsSince()).toBe(0)
  })
})
