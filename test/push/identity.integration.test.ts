import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import { applyPlan } from '../../src/engine/push/apply.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { retry } from '../../src/engine/push/push.ts'
import { recoverPush } from '../support/recover-push.ts'
import { renamePushTo } from '../support/rename-push.ts'
import type { PushSync } from '../../src/model/sync.ts'
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

  it('leaves a record alone that has its key and another domain: it may be another project’s', async () => {
    const stranger = { domain: 'stranger.com', name: 'Stranger', syncline_key: 'companies:1' }
    world.hubspot.seed({
      properties: { companies: [synclineKey] },
      records: { companies: [{ id: '501', properties: stranger }] },
    })
    world.clock.pass(60_000)
    expect(await world.run(companies)).toMatchObject({
      outcomes: { delivered: 2, rejected: 1 },
      reasons: { 'rejected record.foreign': 1 },
    })
    expect(names()).toEqual(['Stranger', 'Three', 'Two'])
  })

  it('writes over no record of another project’s that has its key, though nobody looks first', async () => {
    const stranger = { domain: 'stranger.com', name: 'Stranger', syncline_key: 'companies:1' }
    const known = { domain: 'two.com', name: 'Old two', syncline_key: 'companies:2' }
    world.hubspot.seed({
      properties: { companies: [synclineKey] },
      records: {
        companies: [
          { id: '501', properties: stranger },
          { id: '502', properties: known },
        ],
      },
    })
    const unread = { ...companies, readBefore: false }
    expect(await world.run(unread)).toMatchObject({
      outcomes: { delivered: 2, rejected: 1 },
      reasons: { 'rejected record.foreign': 1 },
    })
    expect(names()).toEqual(['Stranger', 'Three', 'Two'])
    expect((await world.run(unread)).outcomes).toMatchObject({ unchanged: 2, rejected: 1 })
  })

  it('knows a record by its key whose domain somebody removed', async () => {
    world.hubspot.seed({
      properties: { companies: [synclineKey] },
      records: { companies: [{ id: '501', properties: { syncline_key: 'companies:1' } }] },
    })
    world.clock.pass(60_000)
    expect((await world.run(companies)).outcomes).toMatchObject({ delivered: 3, rejected: 0 })
    expect(names()).toEqual(['One', 'Three', 'Two'])
  })

  describe.each([true, false])('whose record was deleted, looking before: %s', (readBefore) => {
    const sync = { ...companies, readBefore, ifDeleted: 'recreate' as const }
    const live = (): readonly string[] =>
      (world.hubspot.dump().state.records?.['0-2'] ?? [])
        .filter(({ archivedAt = null }) => archivedAt === null)
        .map(({ id, properties }) => `${id} ${properties['domain']} ${properties['name']}`)

    async function deleted(mode: PushSync['mode']): Promise<string> {
      world.hubspot.seed({ properties: { companies: [synclineKey] } })
      await world.run(sync)
      const [first = ''] = live()
      const [id = ''] = first.split(' ')
      world.hubspot.edit({ kind: 'archive', object: 'companies', id })
      await world.sql(`update accounts set name = 'New' where id = 1`)
      // Without a look only a write tells.
      if (!readBefore) await world.run({ ...sync, mode })
      return id
    }

    const theirs = (id: string) => ({ id, properties: { domain: 'one.com', name: 'Theirs' } })

    it('goes on with the one that has the match value by now', async () => {
      await deleted('upsert')
      world.hubspot.seed({ records: { companies: [theirs('901')] } })
      world.clock.pass(60_000)
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, unchanged: 2 })
      expect(live().filter((each) => each.includes('one.com'))).toEqual(['901 one.com New'])
      // Somebody else made it.
      await world.sql('delete from accounts where id = 1')
      await world.run({ ...sync, removedRows: 'delete' })
      expect(live()).toContain('901 one.com New')
    })

    it('is rejected where several have it', async () => {
      await deleted('upsert')
      world.hubspot.seed({ records: { companies: [theirs('901'), theirs('902')] } })
      world.clock.pass(60_000)
      expect((await world.run(sync)).reasons).toEqual({ 'rejected match.ambiguous': 1 })
      expect(live()).toHaveLength(4)
    })

    it('is made again where none has it, though a search still finds the old one', async () => {
      const id = await deleted('upsert')
      await world.run(sync)
      const made = live().filter((each) => each.endsWith('one.com New'))
      expect(made).toHaveLength(1)
      expect(made[0]).not.toContain(`${id} `)
      world.callsSince()
      expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 3 })
      expect(world.callsSince()).toBe(0)
    })

    it('is the same one where it was restored', async () => {
      const id = await deleted('upsert')
      world.hubspot.edit({ kind: 'restore', object: 'companies', id })
      await world.run(sync)
      expect(live()).toContain(`${id} one.com New`)
      expect(live()).toHaveLength(3)
    })

    it('goes on with it under mode update, too', async () => {
      await deleted('update')
      world.hubspot.seed({ records: { companies: [theirs('901')] } })
      world.clock.pass(60_000)
      await world.run({ ...sync, mode: 'update' })
      expect(live().filter((each) => each.includes('one.com'))).toEqual(['901 one.com New'])
    })
  })

  describe('after the sync was renamed', () => {
    const renamed = { ...companies, name: 'accounts', renamedFrom: 'companies' }
    const stored = (): number => world.hubspot.dump().state.records?.['0-2']?.length ?? 0

    function loseDomains(): void {
      for (const { id = '' } of world.hubspot.dump().state.records?.['0-2'] ?? []) {
        world.hubspot.edit({ kind: 'update', object: 'companies', id, properties: { domain: '' } })
      }
      world.clock.pass(60_000)
    }

    /** Records of which nobody knows any more that they were created: by no id, and not by the domain. */
    async function forget(sync: string): Promise<void> {
      await world.sql(`delete from ${world.workingSchema}.${sync}__baseline`)
      await world.sql(`update accounts set domain = 'moved-' || domain, name = name || '!'`)
      loseDomains()
    }

    beforeEach(async () => {
      world.hubspot.seed({ properties: { companies: [synclineKey] } })
      await world.run(companies)
      await renamePushTo(world, renamed)
    })

    it('knows its records by the key that it gave them before', async () => {
      await forget('accounts')
      expect(await world.run(renamed)).toMatchObject({ planned: { creates: 0, updates: 3 } })
      // A further name changes nothing, nor does the option that has done its work.
      await renamePushTo(world, { ...renamed, name: 'firms', renamedFrom: 'accounts' })
      await forget('firms')
      const firms = { ...renamed, name: 'firms', renamedFrom: null }
      expect(await world.run(firms)).toMatchObject({ planned: { creates: 0, updates: 3 } })
      expect(stored()).toBe(3)
    })

    it('knows them in a warehouse that knows nothing of it, for as long as its file says the name', async () => {
      await world.sql(`drop schema ${world.workingSchema} cascade`)
      loseDomains()
      const again = { ...renamed, name: 'again' }
      expect(await world.run(again)).toMatchObject({ planned: { creates: 0, updates: 3 } })
    })

    it('knows them in a lost warehouse by what the state remembers, when its file no longer says the name', async () => {
      const accounts = { ...renamed, renamedFrom: null }
      await world.run(accounts)
      await world.sql(`drop schema ${world.workingSchema} cascade`)
      loseDomains()
      // Somebody reuses the name meanwhile: these records are not theirs.
      await world.sql(`update accounts set domain = 'other-' || domain`)
      expect(await world.run(companies)).toMatchObject({ planned: { creates: 3 } })
      await world.sql(`update accounts set domain = 'moved-' || domain`)
      await expect(world.run(accounts)).rejects.toMatchObject({ code: 'state.diverged' })
      await world.push(recoverPush, accounts)
      expect(await world.run(accounts)).toMatchObject({ planned: { creates: 0, updates: 3 } })
      expect(stored()).toBe(6)
    })

    it('shares no key with another sync that gets its former name', async () => {
      await world.sql(`update accounts set domain = 'other-' || domain`)
      const other = await world.run(companies)
      expect(other).toMatchObject({ planned: { creates: 3 }, outcomes: { delivered: 3 } })
      expect(stored()).toBe(6)
    })
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

  describe('whose create is refused for another project’s record, and nobody gets the answer', () => {
    const country = { ...synclineKey, name: 'country_code', hasUniqueValue: false }
    const located = {
      ...companies,
      fields: [...companies.fields, field('country_code', 'country')],
    }
    const stranger = {
      domain: 'stranger.com',
      name: 'Stranger',
      country_code: 'de',
      syncline_key: 'companies:1',
    }

    /** The stranger is made after the look, so that the create meets it. */
    const meetsStranger =
      (after: () => void) =>
      (base: Collaborators): Collaborators => ({
        ...base,
        crm: {
          ...base.crm,
          create: async (inputs, options) => {
            const seen = world.hubspot.dump().state.records?.['0-2'] ?? []
            if (!seen.some(({ id }) => id === '501')) {
              world.hubspot.seed({ records: { companies: [{ id: '501', properties: stranger }] } })
            }
            const results = await base.crm.create(inputs, options)
            after()
            return results
          },
        },
      })

    beforeEach(async () => {
      world.hubspot.seed({ properties: { companies: [synclineKey, country] } })
      await world.sql(
        `alter table accounts add column country varchar default 'de'`,
        'delete from accounts where id > 1',
      )
    })

    async function expectUntouched(): Promise<void> {
      world.clock.pass(60_000)
      const report = await world.run(located)
      expect(report.reasons).toEqual({ 'rejected record.foreign': 1 })
      const [record] = world.hubspot.dump().state.records?.['0-2'] ?? []
      expect(record?.properties).toMatchObject(stranger)
      expect(names()).toEqual(['Stranger'])
    }

    it('leaves that record alone', async () => {
      world.hubspot.planFault({ kind: 'drop_after', operation: 'batch_create' })
      const report = await world.run(
        located,
        {},
        meetsStranger(() => undefined),
      )
      expect(report.reasons).toEqual({ 'rejected record.foreign': 1 })
      await expectUntouched()
    })

    it('leaves that record alone after a crash, too', async () => {
      const dies = meetsStranger(() => {
        throw new Error('killed')
      })
      await expect(world.run(located, {}, dies)).rejects.toThrow('killed')
      await expectUntouched()
    })
  })

  it('refuses to apply a plan that would double what somebody made since', async () => {
    world.hubspot.seed({
      properties: { companies: [synclineKey] },
      records: { companies: [{ id: '501', properties: { domain: 'one.com', name: 'One' } }] },
    })
    world.clock.pass(60_000)
    await world.run(companies, { selection: { onlyKey: '1', limit: null } })
    // Its domain goes to another key: the record that has it now is no news.
    await world.sql(
      `update accounts set domain = 'uno.com' where id = 1`,
      `insert into accounts values (4, 'one.com', 'Four')`,
    )
    const stale = await world.plan(companies)
    const properties = { domain: 'two.com', name: 'Typed' }
    world.hubspot.edit({ kind: 'create', object: 'companies', properties })
    world.clock.pass(60_000)
    const apply = (runId: string) => world.push(applyPlan, companies, { runId, kind: 'apply' })
    await expect(apply(stale.runId)).rejects.toMatchObject({
      code: 'push.world_moved',
      message: expect.stringContaining('appeared for key 2'),
    })
    const fresh = await world.plan(companies)
    expect(fresh.planned).toMatchObject({ creates: 2, updates: 2 })
    expect((await apply(fresh.runId)).outcomes).toMatchObject({ delivered: 4 })
    expect(names()).toEqual(['Four', 'One', 'Three', 'Two'])
  })

  it('keeps a create in doubt for a person, where the field that it carried is gone', async () => {
    world.hubspot.seed({ properties: { companies: [synclineKey] } })
    const dies = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        create: async (inputs, options) => {
          await base.crm.create(inputs, options)
          throw new Error('killed')
        },
      },
    })
    await expect(world.run(companies, {}, dies)).rejects.toThrow('killed')
    expect(names()).toHaveLength(3)
    const without = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        describe: async (object) => {
          const schema = await base.crm.describe(object)
          const fields = new Map(schema.fields)
          fields.delete('syncline_key')
          return { ...schema, fields }
        },
      },
    })
    const report = await world.run(companies, {}, without)
    expect(report.reasons).toEqual({ 'deferred in_doubt': 3 })
    // The field is back, and nobody knows its old values: a change alone makes no second record.
    await world.sql(`update accounts set name = 'New one' where id = 1`)
    expect((await world.run(companies)).reasons).toEqual({ 'deferred in_doubt': 3 })
    expect(names()).toEqual(['One', 'Three', 'Two'])
    world.clock.pass(60_000)
    const retried = await world.push(retry, companies, { kind: 'retry' })
    expect(retried.planned).toMatchObject({ creates: 0, updates: 1 })
    expect(names()).toEqual(['New one', 'Three', 'Two'])
  })
})

describe('a match value that the CRM looks up for nobody', () => {
  it('rejects its own row, and the others are delivered', async () => {
    world.hubspot.seed({ properties: { companies: [synclineKey] } })
    await world.sql(`insert into accounts values (4, repeat('long.', 700), 'Long')`)
    const report = await world.run(companies)
    expect(report).toMatchObject({
      outcomes: { delivered: 3, rejected: 1 },
      reasons: { 'rejected lookup.too_long': 1 },
    })
    expect(names()).toEqual(['One', 'Three', 'Two'])
    world.callsSince()
    expect((await world.run(companies)).heldRejected).toBe(1)
    expect(world.callsSince()).toBe(0)
  })

  it('rejects its own row where it is to find a target', async () => {
    world.hubspot.seed({
      properties: { companies: [{ ...synclineKey, name: 'account_key' }] },
      records: { companies: [{ id: '501', properties: { account_key: 'one.com' } }] },
    })
    await world.sql(
      `create table people as select id, 'p' || id || '@x.com' as email, domain from accounts`,
    )
    const people = contactSync({
      model: { kind: 'table', schema: null, table: 'people' },
      fields: [],
      associations: [
        {
          to: 'companies',
          match: { field: 'account_key', column: 'domain' },
          label: null,
          ifMissing: 'defer',
        },
      ],
    })
    const tooLong = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        readByValue: async (name, values, options) => {
          if (!values.includes('two.com')) return base.crm.readByValue(name, values, options)
          throw new RequestFailure({ kind: 'poisoned', reason: 'lookup.too_long', message: 'long' })
        },
      },
    })
    const report = await world.run(people, {}, tooLong)
    expect(report.outcomes).toMatchObject({ delivered: 1, rejected: 1, deferred: 1 })
    expect(report.reasons).toEqual({ 'rejected lookup.too_long': 1, 'deferred dependency': 1 })
  })

  it('rejects its own row where more records share it than can be listed', async () => {
    world.hubspot.seed({ properties: { companies: [synclineKey] } })
    const tooMany = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        search: async (name, values, options) => {
          if (!values.includes('two.com')) return base.crm.search(name, values, options)
          throw new RequestFailure({ kind: 'poisoned', reason: 'search.too_many', message: 'many' })
        },
      },
    })
    const report = await world.run(companies, {}, tooMany)
    expect(report.outcomes).toMatchObject({ delivered: 2, rejected: 1 })
    expect(report.reasons).toEqual({ 'rejected search.too_many': 1 })
    world.clock.pass(60_000)
    expect((await world.run(companies)).outcomes).toMatchObject({ delivered: 1, unchanged: 2 })
  })
})
