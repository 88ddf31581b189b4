/** Situations that lost, doubled or overwrote something once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import { adopt } from '../../src/engine/push/push.ts'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { recoverPush } from '../support/recover-push.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'A', 'Rome'), (2, 'b@x.com', 'B', 'Rome')`,
  )
})

afterEach(() => world.close())

function records(): Map<string, { readonly id: string; readonly city: string | null }> {
  const all = world.hubspot.dump().state.records?.['0-1'] ?? []
  return new Map(
    all
      .filter((record) => (record.archivedAt ?? null) === null)
      .map(({ id, properties }) => [
        properties['email'] ?? '',
        { id: id ?? '', city: properties['city'] ?? null },
      ]),
  )
}

const idOf = (email: string): string => records().get(email)?.id ?? ''

describe('a removed row', () => {
  it.each(['delete', 'clear'] as const)(
    'whose record was merged: %s leaves the survivor',
    async (removedRows) => {
      const sync = contactSync({ removedRows })
      await world.run(sync)
      world.hubspot.seed({
        records: { contacts: [{ id: '9001', properties: { email: 'z@x.com', city: 'Theirs' } }] },
      })
      world.hubspot.edit({
        kind: 'merge',
        object: 'contacts',
        primary: '9001',
        other: idOf('a@x.com'),
      })
      const city = records().get('z@x.com')?.city
      await world.sql('delete from customers where id = 1')
      const report = await world.run(sync)
      expect(report.reasons).toMatchObject({ 'skipped record.merged': 1 })
      expect(records().get('z@x.com')?.city).toBe(city)
    },
  )

  it('is not believed for one key while the model has rows without key, or none at all', async () => {
    const base = contactSync({ removedRows: 'delete' })
    const one = { selection: { onlyKey: '1', limit: null } }
    await world.run(base)
    await world.sql('update customers set id = null where id = 1')
    expect((await world.run(base, one)).reasons).toMatchObject({ 'skipped removed.uncertain': 1 })
    await world.sql('delete from customers')
    await expect(world.run(base, one)).rejects.toMatchObject({ code: 'push.empty_model' })
    expect(records().size).toBe(2)
  })
})

describe('another key column of the same type', () => {
  const sync = contactSync({ removedRows: 'delete' })
  const other = contactSync({ removedRows: 'delete', key: 'account_no' })

  beforeEach(async () => {
    await world.sql(
      'alter table customers add column account_no bigint',
      'update customers set account_no = 3 - id',
    )
    await world.run(sync)
  })

  it('stops the run, the plan and the adoption, and nothing is sent', async () => {
    const before = [records(), world.hubspot.log().length]
    const forced = { force: true }
    for (const start of [() => world.run(other, forced), () => world.plan(other)]) {
      await expect(start()).rejects.toMatchObject({
        code: 'push.other_key_column',
        message: expect.stringMatching(/column account_no,.* column id/),
        remedy: expect.stringContaining('state recover'),
      })
    }
    const adopting = world.push(adopt, other, { kind: 'adopt' })
    await expect(adopting).rejects.toMatchObject({ code: 'push.other_key_column' })
    expect([records(), world.hubspot.log().length]).toEqual(before)
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2 })
  })

  it('is accepted by a recovery where it holds the same keys, and nothing goes out again', async () => {
    await world.sql('update customers set account_no = id')
    await expect(world.run(other)).rejects.toMatchObject({ code: 'push.other_key_column' })
    await world.push(recoverPush, other)
    expect((await world.run(other)).outcomes).toMatchObject({ unchanged: 2, delivered: 0 })
    await expect(world.run(sync)).rejects.toMatchObject({ code: 'push.other_key_column' })
  })

  it('is as good as any before there is a record', async () => {
    const fresh = (key: string) => contactSync({ name: 'fresh', key, mode: 'update' })
    await world.sql(`update customers set email = 'nobody' || id || '@x.com'`)
    await world.run(fresh('id'))
    expect((await world.run(fresh('account_no'))).state).toBe('succeeded')
  })
})

describe('a key of another type', () => {
  const retype = (expression: string) =>
    world.sql(
      `create table retyped as select ${expression} as id, email, first_name, city from customers`,
      'drop table customers',
      'alter table retyped rename to customers',
    )

  it('stops the run however often it is tried, before anything is made text', async () => {
    const sync = contactSync({ removedRows: 'delete' })
    await world.run(sync)
    await retype(`'K' || id`)
    for (let tried = 1; tried <= 2; tried += 1) {
      await expect(world.run(sync)).rejects.toMatchObject({ code: 'push.other_keys' })
    }
    expect(records().size).toBe(2)
    await retype(`replace(id, 'K', '')`)
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2, delivered: 0 })
  })

  it('that names none of the records stops the run', async () => {
    const sync = contactSync({ removedRows: 'delete' })
    await world.run(sync)
    await world.sql(
      'create table retyped as select id::decimal(18,2) as id, email, first_name, city from customers',
      'drop table customers',
      'alter table retyped rename to customers',
    )
    await expect(world.run(sync)).rejects.toMatchObject({ code: 'push.other_keys' })
    expect(records().size).toBe(2)
  })
})

describe('a blank match value', () => {
  it('is rejected before anything is sent', async () => {
    await world.sql(`update customers set email = ' ' where id = 1`)
    const report = await world.run(contactSync())
    expect(report.reasons).toEqual({ 'rejected match.null': 1 })
  })
})

describe('syncs whose names look alike', () => {
  it('have baselines of their own', async () => {
    await world.run(contactSync({ name: 'a/b' }))
    await world.sql('delete from customers where id = 1')
    await world.run(contactSync({ name: 'a__b', removedRows: 'delete' }))
    expect(records().size).toBe(2)
  })
})

describe('a record that a person created a moment before our create', () => {
  it('keeps a value that if_unchanged protects, in that run and the next ones', async () => {
    const sync = contactSync({ fields: [field('city', 'city', { write: 'if_unchanged' })] })
    let created = false
    const faster = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        create: async (inputs, options) => {
          if (!created) {
            const properties = { email: 'a@x.com', city: 'Theirs' }
            world.hubspot.edit({ kind: 'create', object: 'contacts', properties })
          }
          created = true
          return base.crm.create(inputs, options)
        },
      },
    })
    await world.run(sync, {}, faster)
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await world.run(sync)
    expect(records().get('a@x.com')?.city).toBe('Theirs')
  })

  it('is adopted, not taken for ours, where the answer to the create was lost', async () => {
    let lost = false
    const faster = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        create: async (inputs, options) => {
          if (lost) return base.crm.create(inputs, options)
          lost = true
          const properties = { email: 'a@x.com', firstname: 'Person', city: 'Rome' }
          world.hubspot.edit({ kind: 'create', object: 'contacts', properties })
          throw new RequestFailure({ kind: 'unknown', message: 'the answer was lost' })
        },
      },
    })
    const sync = contactSync({ removedRows: 'delete' })
    await world.run(sync, {}, faster)
    await world.run(sync)
    const origins = await world.query(
      'select key::varchar, origin from syncline.contacts__baseline order by key',
    )
    expect(origins).toEqual([
      ['1', 'adopted'],
      ['2', 'created'],
    ])
  })
})

describe('a plan', () => {
  it('is refused when the sync does something else with it by now', async () => {
    await world.run(contactSync({ removedRows: 'delete' }))
    await world.sql('delete from customers where id = 1')
    const plan = await world.plan(contactSync({ removedRows: 'delete' }))
    const apply = world.push(applyPlan, contactSync({ removedRows: 'clear' }), {
      runId: plan.runId,
      kind: 'apply',
    })
    await expect(apply).rejects.toMatchObject({ code: 'push.world_moved' })
    expect(records().size).toBe(2)
  })
})

describe('a field that leaves the mapping and comes back', () => {
  it('is considered again', async () => {
    const without = contactSync({ fields: [field('firstname', 'first_name')] })
    await world.run(contactSync())
    await world.run(without)
    await world.sql('update customers set city = null where id = 1')
    await world.run(without)
    await world.run(contactSync())
    expect(records().get('a@x.com')?.city ?? null).toBeNull()
  })
})

describe('a delete', () => {
  it('is confirmed by a read at once, without waiting for what is not under way', async () => {
    const sync = contactSync({ removedRows: 'archive' })
    await world.run(sync)
    await world.sql('delete from customers where id = 1')
    const before = world.clock.now()
    expect((await world.run(sync)).outcomes.delivered).toBe(1)
    expect(world.clock.now() - before).toBeLessThan(5_000)
  })
})
