/** What people edit between the plan's look at a record and the write to it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Collaborators } from '../../src/engine/context.ts'
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', null)`,
  )
})

afterEach(() => world.close())

const citySync = (policy: Partial<FieldMapping>): PushSync =>
  contactSync({
    fields: [field('firstname', 'first_name'), field('city', 'city', policy)],
  })

const conditional = (write: FieldMapping['write']): PushSync => citySync({ write })

function records(): Readonly<Record<string, Readonly<Record<string, string | null>>>> {
  const all = world.hubspot.dump().state.records?.['0-1'] ?? []
  return Object.fromEntries(
    all.map(({ properties }) => [
      properties['email'] ?? '',
      { city: properties['city'] ?? null, firstname: properties['firstname'] ?? null },
    ]),
  )
}

/** Somebody types a city into both records after `ms`, when the plan is made and nothing is sent yet. */
function edited(ms: number) {
  let isDone = false
  return (base: Collaborators): Collaborators => ({
    ...base,
    ledger: new Proxy(base.ledger, {
      get: (ledger, name) => {
        const value: unknown = Reflect.get(ledger, name)
        if (name !== 'recordSending' || typeof value !== 'function') return value
        return (...given: unknown[]): unknown => {
          if (!isDone) type(ms)
          isDone = true
          return Reflect.apply(value, ledger, given)
        }
      },
    }),
  })
}

function type(ms: number): void {
  world.clock.pass(ms)
  for (const { id } of world.hubspot.dump().state.records?.['0-1'] ?? []) {
    const properties = { city: 'Typed' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: id ?? '', properties })
  }
}

describe('an edit that a person makes a minute after the plan looked', () => {
  it.each([
    // Under if_empty the record that had a city was never to be touched there.
    ['if_empty', { delivered: 1, deferred: 1 }],
    ['if_unchanged', { delivered: 0, deferred: 2 }],
  ] as const)('stays under %s: its row waits for the next plan', async (write, outcomes) => {
    const sync = conditional(write)
    await world.run(sync)
    await world.sql(
      `update customers set first_name = upper(first_name), city = case id when 1 then 'Oslo' else 'Bonn' end`,
    )
    const report = await world.run(sync, {}, edited(60_000))
    expect(report.outcomes).toMatchObject(outcomes)
    expect(report.reasons).toMatchObject({ 'deferred record.changed': outcomes.deferred })
    expect(Object.values(records()).map(({ city }) => city)).toEqual(['Typed', 'Typed'])
    await world.run(sync)
    expect(records()).toEqual({
      'a@x.com': { city: 'Typed', firstname: 'ANN' },
      'b@x.com': { city: 'Typed', firstname: 'BOB' },
    })
  })

  it.each(['theirs', 'ask'] as const)('stays under conflict: %s', async (conflict) => {
    const sync = citySync({ conflict })
    await world.run(sync)
    await world.sql(
      `update customers set first_name = upper(first_name), city = 'Oslo' where id = 1`,
      `update customers set first_name = 'Bo' where id = 2`,
    )
    const report = await world.run(sync, {}, edited(60_000))
    // The other row's city was not to be written.
    expect(report.outcomes).toMatchObject({ delivered: 1, deferred: 1 })
    expect(report.reasons).toMatchObject({ 'deferred record.changed': 1 })
    await world.run(sync)
    expect(records()).toEqual({
      'a@x.com': { city: 'Typed', firstname: 'ANN' },
      'b@x.com': { city: 'Typed', firstname: 'Bo' },
    })
  })

  it('is written over where nothing protects it', async () => {
    const sync = conditional('always')
    await world.run(sync)
    await world.sql(`update customers set city = 'Oslo'`)
    expect((await world.run(sync, {}, edited(60_000))).outcomes.delivered).toBe(2)
    expect(Object.values(records()).map(({ city }) => city)).toEqual(['Oslo', 'Oslo'])
  })
})

it('a look of some seconds ago is not repeated, one of a minute ago is', async () => {
  const sync = conditional('if_unchanged')
  await world.run(sync)
  const reads = async (ms: number, city: string): Promise<number> => {
    await world.sql(`update customers set city = '${city}'`)
    world.callsSince()
    let left = ms
    const passing = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        readById: async (ids, options) => {
          const read = await base.crm.readById(ids, options)
          world.clock.pass(left)
          left = 0
          return read
        },
      },
    })
    expect((await world.run(sync, {}, passing)).outcomes.delivered).toBe(2)
    return world.callsSince()
  }
  const atOnce = await reads(1_000, 'Oslo')
  expect(await reads(60_000, 'Bonn')).toBe(atOnce + 1)
})
