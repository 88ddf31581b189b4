import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import { explain } from '../../src/engine/push/explain.ts'
import { planOnly } from '../../src/engine/push/push.ts'
import { verify } from '../../src/engine/push/verify.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { openTransform } from '../../src/sandbox/open-transform.ts'
import { contactSync, createWorld, field, type World, type Wrap } from '../support/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'A', 'Rome'), (2, 'b@x.com', 'B', 'Rome')`,
  )
})

afterEach(() => world.close())

function idOf(email: string): string {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return records.find((record) => record.properties['email'] === email)?.id ?? ''
}

const accountKey = {
  name: 'account_key',
  type: 'string',
  fieldType: 'text',
  hasUniqueValue: true,
} as const

const linked = (ifMissing: 'defer' | 'skip'): Partial<PushSync> => ({
  associations: [
    {
      to: 'companies',
      match: { field: 'account_key', column: 'first_name' },
      label: null,
      ifMissing,
    },
  ],
})

/** Limits are of no account here. */
const sandboxed: Wrap = (base) => ({
  ...base,
  openTransform: (source) => openTransform(source, { clock: { monotonic: () => 0 } }),
})

const apply = (sync: PushSync, runId: string) =>
  world.push(applyPlan, sync, { runId, kind: 'apply' })

describe('apply', () => {
  it('delivers the reviewed plan, a first one too, and then there is nothing left to do', async () => {
    const plan = await world.plan(contactSync(), { first: false })
    const report = await apply(contactSync(), plan.runId)
    expect(report).toMatchObject({ state: 'succeeded', rows: 2, outcomes: { delivered: 2 } })
    world.callsSince()
    expect((await world.run(contactSync())).outcomes.unchanged).toBe(2)
    expect(world.callsSince()).toBe(0)
    await expect(apply(contactSync(), plan.runId)).rejects.toMatchObject({
      code: 'push.unknown_run',
    })
  })

  it('applies a plan that a guard stopped', async () => {
    const stopped = await world.run(contactSync(), { first: false })
    expect(stopped.state).toBe('stopped')
    expect((await apply(contactSync(), stopped.runId)).outcomes.delivered).toBe(2)
  })

  interface Move {
    readonly what: string
    /** What the refusal says. */
    readonly told: string
    readonly move?: () => Promise<unknown>
    /** What is particular about the sync, when it is planned and when the plan is applied. */
    readonly planned?: Partial<PushSync>
    readonly applied?: Partial<PushSync>
  }

  const tier = (options: readonly string[]) =>
    ({
      name: 'tier',
      type: 'enumeration',
      fieldType: 'select',
      options: options.map((value) => ({
        value,
        label: value,
        description: '',
        displayOrder: 0,
        hidden: false,
      })),
    }) as const
  const tiered = { fields: [field('city', 'city'), field('tier', 'first_name')] }
  const transform = (text: string): Partial<PushSync> => ({
    transform: { file: 'transforms/people.js', text: `export default (row) => (${text})` },
  })
  const moves: readonly Move[] = [
    {
      what: 'a row changed',
      told: 'rows of the model changed',
      move: () => world.sql(`update customers set city = 'Bern' where id = 2`),
    },
    {
      what: 'a row came',
      told: 'rows of the model changed',
      move: () => world.sql(`insert into customers values (3, 'c@x.com', 'C', 'Rome')`),
    },
    {
      what: 'a record was edited',
      told: 'was edited in the CRM',
      move: async () =>
        world.hubspot.edit({
          kind: 'update',
          object: 'contacts',
          id: idOf('a@x.com'),
          properties: { city: 'Mine' },
        }),
    },
    {
      what: 'a record went',
      told: 'is gone',
      move: async () =>
        world.hubspot.edit({ kind: 'archive', object: 'contacts', id: idOf('a@x.com') }),
    },
    {
      what: 'the mapping changed',
      told: 'the mapping changed',
      applied: { fields: [field('firstname', 'first_name')] },
    },
    {
      what: 'the transform was edited',
      told: 'the mapping changed',
      planned: transform('row'),
      applied: transform('{ ...row }'),
    },
    {
      what: 'a field got another option',
      told: 'the CRM’s fields changed',
      planned: tiered,
      applied: tiered,
      move: async () => world.hubspot.seed({ properties: { contacts: [tier(['A', 'B', 'C'])] } }),
    },
    {
      what: 'a field got another type',
      told: 'the CRM’s fields changed',
      move: async () =>
        world.hubspot.seed({ properties: { contacts: [{ ...tier(['Oslo']), name: 'city' }] } }),
    },
    {
      what: 'another run changed the baseline, and left the plan',
      told: 'another run changed the baseline',
      move: () =>
        world.run(contactSync(), {}, (base) => ({
          ...base,
          ledger: { ...base.ledger, runs: () => Promise.resolve([]) },
        })),
    },
    ...Object.entries({
      crm: 'other',
      object: '0-1',
      mode: 'update',
      removedRows: 'clear',
      deleteAdopted: true,
      ifDeleted: 'recreate',
      readBefore: false,
      fields: contactSync().fields.map((mapping) => ({ ...mapping, conflict: 'ask' as const })),
    } as const).map(([option, value]) => ({
      what: `the sync has another ${option}`,
      told: 'the sync’s options changed',
      applied: { [option]: value },
    })),
    {
      what: 'the sync has another key',
      told: 'the sync’s options changed',
      applied: { key: 'number' },
      move: () => world.sql('alter table customers add column number bigint default 7'),
    },
    {
      what: 'the sync matches by nothing',
      told: 'the sync’s options changed',
      planned: { fields: [field('city', 'city'), field('email', 'email')] },
      applied: { fields: [field('city', 'city'), field('email', 'email')], match: null },
    },
    {
      what: 'an association is treated otherwise',
      told: 'the sync’s options changed',
      planned: linked('defer'),
      applied: linked('skip'),
    },
  ]
  for (const { what, told, move, planned, applied } of moves) {
    it(`refuses when ${what} since the plan, and writes nothing`, async () => {
      world.hubspot.seed({
        properties: { contacts: [tier(['A', 'B'])], companies: [accountKey] },
        records: { companies: ['A', 'B'].map((key) => ({ properties: { account_key: key } })) },
      })
      await world.run(contactSync(planned), {}, sandboxed)
      await world.sql(`update customers set city = 'Oslo' where id = 1`)
      const plan = await world.push(planOnly, contactSync(planned), { kind: 'plan' }, sandboxed)
      expect(plan.planned.updates).toBe(1)
      await move?.()
      const before = world.hubspot.log().filter((write) => write.source === 'api').length
      await expect(apply(contactSync(applied), plan.runId)).rejects.toMatchObject({
        code: 'push.world_moved',
        message: expect.stringContaining(told),
      })
      expect(world.hubspot.log().filter((write) => write.source === 'api')).toHaveLength(before)
      expect((await world.run(contactSync(planned), {}, sandboxed)).state).toBe('succeeded')
    })
  }

  it('applies the plan of one key, of some rows, and of an edited mapping as it was made', async () => {
    await world.run(contactSync())
    await world.sql(
      `update customers set city = 'Oslo'`,
      `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from range(3, 9) as t(i)`,
    )
    const ofOne = { selection: { onlyKey: '2', limit: null } }
    const one = await world.plan(contactSync(), ofOne)
    const applied = await apply(contactSync(), one.runId)
    expect(applied).toMatchObject({ rows: 1, planned: one.planned, outcomes: { delivered: 1 } })
    const some = await world.plan(contactSync(), { selection: { onlyKey: null, limit: 4 } })
    expect((await apply(contactSync(), some.runId)).outcomes).toMatchObject({ delivered: 4 })
    const edited = contactSync({ fields: [field('lastname', 'first_name')] })
    const all = await world.plan(edited)
    expect(all.remapped.rows).toBeGreaterThan(0)
    expect((await apply(edited, all.runId)).remapped).toEqual(all.remapped)
  })

  it('refuses a plan that an older version made', async () => {
    const plan = await world.plan(contactSync())
    const older = world.push(applyPlan, contactSync(), { runId: plan.runId }, (base) => ({
      ...base,
      ledger: new Proxy(base.ledger, {
        get: (ledger, name) => {
          const value: unknown = Reflect.get(ledger, name)
          if (typeof value !== 'function') return value
          if (name !== 'run') return value.bind(ledger) as unknown
          return async (id: string) => {
            const record = await ledger.run(id)
            const report = { ...(record?.report as object), calls: undefined }
            return record === null ? null : { ...record, report }
          }
        },
      }),
    }))
    await expect(older).rejects.toMatchObject({ code: 'push.world_moved' })
    expect(world.hubspot.log()).toEqual([])
  })

  it('refuses a plan that a later run made worthless', async () => {
    const plan = await world.plan(contactSync())
    await world.run(contactSync())
    await expect(apply(contactSync(), plan.runId)).rejects.toMatchObject({
      code: 'push.unknown_run',
    })
  })
})

describe('verify', () => {
  const sync = contactSync({
    fields: [
      field('firstname', 'first_name', { conflict: 'ours' }),
      field('city', 'city', { conflict: 'theirs' }),
    ],
  })
  const look = (settle: boolean) =>
    world.push(
      (collaborators, lease) => verify(collaborators, lease, { settle, samples: 10 }),
      sync,
    )

  it('finds nothing after a run', async () => {
    await world.run(sync)
    const seen = await look(false)
    expect(seen).toMatchObject({ records: 2, drifted: 0, byField: {} })
  })

  it('tells edited fields and lost records, and changes nothing unless asked', async () => {
    await world.run(sync)
    world.hubspot.edit({
      kind: 'update',
      object: 'contacts',
      id: idOf('a@x.com'),
      properties: { city: 'Mine' },
    })
    world.hubspot.edit({ kind: 'archive', object: 'contacts', id: idOf('b@x.com') })
    const seen = await look(false)
    expect(seen).toMatchObject({ records: 2, drifted: 2, byField: { city: 1, '(record)': 1 } })
    expect(seen.samples).toContainEqual(
      expect.objectContaining({ key: '1', field: 'city', confirmed: 'Rome', found: 'Mine' }),
    )
    world.callsSince()
    expect((await world.run(sync)).outcomes.unchanged).toBe(2)
    expect(world.callsSince()).toBe(0)
  })

  it('leaves a plan alone that waits to be applied', async () => {
    await world.run(sync)
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    const plan = await world.plan(sync)
    await look(false)
    expect((await apply(sync, plan.runId)).outcomes.delivered).toBe(1)
  })

  it('settles by policy: ours is written again, theirs stays', async () => {
    await world.run(sync)
    const properties = { city: 'Mine', firstname: 'Mine' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: idOf('a@x.com'), properties })
    expect((await look(true)).settled).toEqual({ ours: 1, theirs: 1 })
    await world.run(sync)
    const record = world.hubspot
      .dump()
      .state.records?.['0-1']?.find(({ id }) => id === idOf('a@x.com'))
    expect(record?.properties).toMatchObject({ firstname: 'A', city: 'Mine' })
    expect((await look(false)).drifted).toBe(0)
  })

  it.each(['recreate', 'skip'] as const)(
    'settles a lost record as the sync says: %s',
    async (ifDeleted) => {
      const policy = contactSync({ ifDeleted })
      await world.run(policy)
      world.hubspot.edit({ kind: 'archive', object: 'contacts', id: idOf('a@x.com') })
      const settled = await world.push(
        (collaborators, lease) => verify(collaborators, lease, { settle: true, samples: 10 }),
        policy,
      )
      const again = ifDeleted === 'recreate' ? 1 : 0
      expect(settled.settled).toEqual({ ours: again, theirs: 0 })
      expect((await world.run(policy)).planned.creates).toBe(again)
    },
  )
})

describe('explain', () => {
  it('tells what was done to a key, when, why, and where it stands', async () => {
    await world.run(contactSync())
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await world.run(contactSync())
    const life = await explain(world.ledger, world.warehouse, 'syncline', contactSync(), '1')
    expect(life.baseline).toMatchObject({
      remoteId: idOf('a@x.com'),
      origin: 'created',
      presence: 'present',
    })
    expect(life.events.map(({ kind, status }) => [kind, status])).toEqual([
      ['create', 'delivered'],
      ['update', 'delivered'],
    ])
    expect(life.events[1]?.changes).toEqual({ city: { sent: 'Rome', crm: 'Rome', after: 'Oslo' } })
    expect(life.held).toBeNull()
  })

  it('tells why a row is held back', async () => {
    await world.sql(`update customers set email = 'no address' where id = 2`)
    await world.run(contactSync())
    const life = await explain(world.ledger, world.warehouse, 'syncline', contactSync(), '2')
    expect(life.held).toMatchObject({ status: 'rejected', attempts: 1, nextAttempt: null })
    expect(life.baseline).toBeNull()
  })
})
