/** Updates whose answers were lost, of records that people change before anybody asks what became of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import { Crash } from '../support/crashing.ts'
import { contactSync, createWorld, field, type World, type Wrap } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome')`,
  )
})

afterEach(() => world.close())

const noAnswer = new RequestFailure({ kind: 'unknown', reason: 'test', message: 'no answer' })

type Conflict = FieldMapping['conflict']

const citySync = (conflict: Conflict, readBefore = true): PushSync =>
  contactSync({
    readBefore,
    fields: [field('firstname', 'first_name'), field('city', 'city', { conflict })],
  })

/** The update is made, or not; then people act, and whoever sent it hears nothing, or dies. */
function losesUpdate(isMade: boolean, meanwhile: () => void, failure: Error = noAnswer): Wrap {
  return (base) => {
    const update: typeof base.crm.update = async (...given) => {
      if (isMade) await base.crm.update(...given)
      meanwhile()
      throw failure
    }
    return { ...base, crm: { ...base.crm, update } }
  }
}

function records() {
  return (world.hubspot.dump().state.records?.['0-1'] ?? []).filter(
    ({ archivedAt }) => (archivedAt ?? null) === null,
  )
}

function contact(): Readonly<Record<string, string | null | undefined>> {
  const [{ properties } = { properties: {} }, another] = records()
  expect(another).toBeUndefined()
  return { city: properties['city'], firstname: properties['firstname'] }
}

function type(properties: Record<string, string>): void {
  const [{ id = '' } = {}] = records()
  world.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
}

const fates = [
  ['no answer', noAnswer],
  ['a kill', new Crash('crm.update after')],
] as const
const conflicts = ['ours', 'theirs', 'ask'] as const
const cases = fates.flatMap(([how, failure]) =>
  conflicts.flatMap((conflict) =>
    [true, false].map((readBefore) => ({ how, failure, conflict, readBefore })),
  ),
)

describe('an update that was made, of a record of which a person edits another field', () => {
  beforeEach(async () => {
    await world.run(citySync('ours'))
    await world.sql(`update customers set first_name = 'Eve', city = 'Oslo'`)
  })

  it.each(cases)(
    'is ours to write over: $how, conflict $conflict, read_before $readBefore',
    async ({ failure, conflict, readBefore }) => {
      const sync = citySync(conflict, readBefore)
      const edited = losesUpdate(true, () => type({ firstname: 'Typed' }), failure)
      await world.run(sync, {}, edited).catch(() => null)
      await world.sql(`update customers set city = 'Bonn'`)
      await world.run(sync)
      expect(contact()).toEqual({ city: 'Bonn', firstname: 'Eve' })
    },
  )

  it.each(cases)(
    'is taken back with the model: $how, conflict $conflict, read_before $readBefore',
    async ({ failure, conflict, readBefore }) => {
      const sync = citySync(conflict, readBefore)
      const edited = losesUpdate(true, () => type({ firstname: 'Typed' }), failure)
      await world.run(sync, {}, edited).catch(() => null)
      await world.sql(`update customers set first_name = 'Ann', city = 'Rome'`)
      for (let run = 1; run <= 2; run++) await world.run(sync)
      expect(contact()).toEqual({ city: 'Rome', firstname: 'Ann' })
      world.callsSince()
      await world.run(sync)
      expect(world.callsSince()).toBe(0)
    },
  )
})

describe('an update of a record that people merge into another', () => {
  it.each(
    fates.flatMap(([how, failure]) =>
      conflicts.flatMap((conflict) =>
        [true, false].map((isMade) => ({ how, failure, conflict, isMade })),
      ),
    ),
  )(
    'reaches the survivor: $how, conflict $conflict, made $isMade',
    async ({ failure, conflict, isMade }) => {
      const sync = citySync(conflict)
      await world.run(sync)
      const properties = { firstname: 'Ann', city: 'Rome' }
      world.hubspot.seed({ records: { contacts: [{ id: '900', properties }] } })
      const merged = losesUpdate(
        isMade,
        () => {
          const other = records().find(({ id }) => id !== '900')?.id ?? ''
          world.hubspot.edit({ kind: 'merge', object: 'contacts', primary: '900', other })
        },
        failure,
      )
      await world.sql(`update customers set first_name = 'Eve', city = 'Oslo'`)
      await world.run(sync, {}, merged).catch(() => null)
      for (let run = 1; run <= 2; run++) await world.run(sync)
      expect(contact()).toEqual({ city: 'Oslo', firstname: 'Eve' })
    },
  )
})
