import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import { explain } from '../../src/engine/push/explain.ts'
import { verify } from '../../src/engine/push/verify.ts'
import type { PushSync } from '../../src/model/sync.ts'
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

function idOf(email: string): string {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return records.find((record) => record.properties['email'] === email)?.id ?? ''
}

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

  const moves: readonly (readonly [string, string, () => Promise<unknown>, Partial<PushSync>?])[] =
    [
      [
        'a row changed',
        'rows of the model changed',
        () => world.sql(`update customers set city = 'Bern' where id = 2`),
      ],
      [
        'a row came',
        'rows of the model changed',
        () => world.sql(`insert into customers values (3, 'c@x.com', 'C', 'Rome')`),
      ],
      [
        'a record was edited',
        'was edited in the CRM',
        async () =>
          world.hubspot.edit({
            kind: 'update',
            object: 'contacts',
            id: idOf('a@x.com'),
            properties: { city: 'Mine' },
          }),
      ],
      [
        'a record went',
        'is gone',
        async () =>
          world.hubspot.edit({ kind: 'archive', object: 'contacts', id: idOf('a@x.com') }),
      ],
      [
        'the mapping changed',
        'the mapping changed',
        async () => undefined,
        { fields: [field('firstname', 'first_name')] },
      ],
    ]
  for (const [what, told, move, changes] of moves) {
    it(`refuses when ${what} since the plan, and writes nothing`, async () => {
      await world.run(contactSync())
      await world.sql(`update customers set city = 'Oslo' where id = 1`)
      const plan = await world.plan(contactSync())
      expect(plan.planned.updates).toBe(1)
      await move()
      const before = world.hubspot.log().filter((write) => write.source === 'api').length
      await expect(apply(contactSync(changes), plan.runId)).rejects.toMatchObject({
        code: 'push.world_moved',
        message: expect.stringContaining(told),
      })
      expect(world.hubspot.log().filter((write) => write.source === 'api')).toHaveLength(before)
      expect((await world.run(contactSync())).state).toBe('succeeded')
    })
  }

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
