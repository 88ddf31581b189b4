import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

/** Companies by domain: a field that HubSpot lets two records share. */
const companies = contactSync({
  name: 'companies',
  object: 'companies',
  model: { kind: 'table', schema: null, table: 'accounts' },
  match: { field: 'domain', column: 'domain' },
  fields: [field('name', 'name')],
})

const synclineKey = {
  name: 'syncline_key',
  label: 'Syncline key',
  type: 'string',
  fieldType: 'text',
  groupName: 'g',
  hasUniqueValue: true,
} as const

beforeEach(async () => {
  world = await createWorld({ searchLagMs: 5_000 })
  await world.sql(
    'create table accounts (id bigint, domain varchar, name varchar)',
    `insert into accounts values (1, 'one.com', 'One'), (2, 'two.com', 'Two'), (3, 'three.com', 'Three')`,
  )
})

afterEach(() => world.close())

function names(): readonly string[] {
  const records = world.hubspot.dump().state.records?.['0-2'] ?? []
  return records
    .map((record) => record.properties['name'] ?? '')
    .toSorted((a, b) => a.localeCompare(b))
}

describe('a match field that is not unique', () => {
  it('may not create without a unique field to be found by', async () => {
    await expect(world.run(companies)).rejects.toMatchObject({
      code: 'push.no_unique_field',
      message: expect.stringContaining('syncline_key'),
    })
  })

  it('adopts what it finds, rejects several hits, and creates the rest with a key of its own', async () => {
    world.hubspot.seed({
      properties: { companies: [synclineKey] },
      records: {
        companies: [
          { id: '501', properties: { domain: 'one.com', name: 'Old one' } },
          { id: '502', properties: { domain: 'two.com', name: 'Two a' } },
          { id: '503', properties: { domain: 'two.com', name: 'Two b' } },
        ],
      },
    })
    world.clock.pass(60_000)
    const report = await world.run(companies)
    expect(report).toMatchObject({
      planned: { creates: 1, updates: 1 },
      outcomes: { delivered: 2, rejected: 1 },
      reasons: { 'rejected match.ambiguous': 1 },
    })
    expect(names()).toEqual(['One', 'Three', 'Two a', 'Two b'])
    const created = world.hubspot.dump().state.records?.['0-2']?.at(-1)
    expect(created?.properties['syncline_key']).toBe('companies:3')
    world.callsSince()
    expect((await world.run(companies)).outcomes).toMatchObject({ unchanged: 2, rejected: 1 })
    expect(world.callsSince()).toBe(0)
  })

  it('finds an unanswered create by its key although the search lags', async () => {
    world.hubspot.seed({ properties: { companies: [synclineKey] } })
    let lost = 0
    const losesAnswers = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        create: async (inputs, options) => {
          const results = await base.crm.create(inputs, options)
          if (lost++ > 0) return results
          throw new RequestFailure({ kind: 'unknown', message: 'the answer was lost' })
        },
      },
    })
    const report = await world.run(companies, {}, losesAnswers)
    expect(report.outcomes).toMatchObject({ delivered: 3 })
    expect(names()).toEqual(['One', 'Three', 'Two'])
  })
})
