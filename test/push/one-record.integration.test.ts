/** Two rows that lead to one CRM record: one of them has it, and the record holds that one's values. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { erase } from '../../src/engine/push/erase.ts'
import { retry } from '../../src/engine/push/push.ts'
import { verify } from '../../src/engine/push/verify.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { Crash } from '../support/crashing.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

let world: World

const customers = [
  'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
  `insert into customers values (1, 'b@x.com', 'Bob', 'Rome'), (2, 'c@x.com', 'Cid', 'Oslo')`,
]

beforeEach(async () => {
  world = await createWorld()
  await world.sql(...customers)
})

afterEach(() => world.close())

/** A contact whose second and third addresses are those of the two rows. */
const person = {
  id: '900',
  properties: { email: 'main@x.com', hs_additional_emails: 'b@x.com;c@x.com' },
}

/** First name and city of the records that are not archived, by id. */
function contacts(): Readonly<Record<string, string>> {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return Object.fromEntries(
    records
      .filter(({ archivedAt }) => (archivedAt ?? null) === null)
      .map(({ id, properties }) => [
        id,
        `${properties['firstname'] ?? ''} ${properties['city'] ?? ''}`,
      ]),
  )
}

/** Of the contact with the address. */
function idOf(email: string): string {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return records.find(({ properties }) => properties['email'] === email)?.id ?? ''
}

describe('two rows that find one record by its other addresses', () => {
  it('are told of it by the creates, and only one of them writes to it', async () => {
    const isMadeMeanwhile = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        create: (inputs, options) => {
          world.hubspot.seed({ records: { contacts: [person] } })
          return base.crm.create(inputs, options)
        },
      },
    })
    const report = await world.run(contactSync(), {}, isMadeMeanwhile)
    expect(report).toMatchObject({
      outcomes: { delivered: 1, rejected: 1 },
      reasons: { 'rejected record.bound': 1 },
    })
    expect(contacts()).toEqual({ 900: 'Bob Rome' })
  })

  it('write over each other where nobody looks, and the next run makes it good', async () => {
    world.hubspot.seed({ records: { contacts: [person] } })
    const sync = contactSync({ readBefore: false })
    const report = await world.run(sync)
    expect(report.reasons).toEqual({ 'rejected record.bound': 1 })
    await world.run(sync)
    expect(contacts()).toEqual({ 900: 'Bob Rome' })
    world.callsSince()
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 1, rejected: 1 })
    expect(world.callsSince()).toBe(0)
  })

  it('write over each other, and it is made good although the owner is confirmed last', async () => {
    world.hubspot.seed({ records: { contacts: [person] } })
    const sync = contactSync({ readBefore: false })
    const confirmsOwnerLast = (base: Collaborators): Collaborators => {
      const merged = Promise.withResolvers<void>()
      const { connector } = base
      let conclusions = 0
      const ledger: Ledger = Object.assign(Object.create(base.ledger), {
        recordConcluded: async (...given: Parameters<Ledger['recordConcluded']>) => {
          conclusions += 1
          if (conclusions === 1) await merged.promise
          await base.ledger.recordConcluded(...given)
        },
        finishMerge: async (...given: Parameters<Ledger['finishMerge']>) => {
          await base.ledger.finishMerge(...given)
          merged.resolve()
        },
      })
      const pages = { ...connector.pages, create: 1, upsert: 1 }
      return { ...base, ledger, connector: { ...connector, pages }, outcomesPerMerge: 1 }
    }
    const report = await world.run(sync, {}, confirmsOwnerLast)
    expect(report.reasons).toEqual({ 'rejected record.bound': 1 })
    const baseline = await world.query(
      `select key::varchar, reopened::varchar from ${world.workingSchema}.contacts__baseline`,
    )
    expect(baseline).toEqual([[expect.any(String), 'true']])
  })

  it('are not both bound to it where what the first is refused for is confirmed before the owner', async () => {
    const addresses = { email: 'main@x.com', hs_additional_emails: 'b@x.com;c@x.com;d@x.com' }
    world.hubspot.seed({ records: { contacts: [{ id: '900', properties: addresses }] } })
    await world.sql(`insert into customers values (3, 'd@x.com', 'Dan', 'Bern')`)
    const comesAfterMerge = (base: Collaborators): Collaborators => {
      const merged = Promise.withResolvers<void>()
      const hasAll = Promise.withResolvers<void>()
      const { connector, crm } = base
      let conclusions = 0
      let upserts = 0
      const ledger: Ledger = Object.assign(Object.create(base.ledger), {
        recordConcluded: async (...given: Parameters<Ledger['recordConcluded']>) => {
          conclusions += 1
          if (conclusions === 3) hasAll.resolve()
          if (conclusions === 1) await hasAll.promise
          await base.ledger.recordConcluded(...given)
        },
        finishMerge: async (...given: Parameters<Ledger['finishMerge']>) => {
          await base.ledger.finishMerge(...given)
          merged.resolve()
        },
      })
      const upsert: typeof crm.upsert = async (...given) => {
        upserts += 1
        if (upserts === 3) await merged.promise
        return crm.upsert(...given)
      }
      const pages = { ...connector.pages, upsert: 1 }
      const small = { ...connector, pages }
      return { ...base, ledger, connector: small, crm: { ...crm, upsert }, outcomesPerMerge: 1 }
    }
    const report = await world.run(contactSync({ readBefore: false }), {}, comesAfterMerge)
    expect(report.reasons).toEqual({ 'rejected record.bound': 2 })
    const baseline = await world.query(
      `select key::varchar from ${world.workingSchema}.contacts__baseline`,
    )
    expect(baseline).toHaveLength(1)
  })

  it('write over each other where nobody looks, and it is made good after a crash, too', async () => {
    world.hubspot.seed({ records: { contacts: [person] } })
    const sync = contactSync({ readBefore: false })
    const diesAfterwards = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        upsert: async (inputs, options) => {
          await base.crm.upsert(inputs, options)
          throw new Crash('crm.upsert after')
        },
      },
    })
    await expect(world.run(sync, {}, diesAfterwards)).rejects.toThrow('died')
    for (let run = 1; run <= 3; run += 1) await world.run(sync)
    const [owner] = await world.query(
      `select key::varchar from ${world.workingSchema}.contacts__baseline`,
    )
    expect(contacts()).toEqual({ 900: owner?.[0] === '1' ? 'Bob Rome' : 'Cid Oslo' })
  })
})

const reset = new RequestFailure({
  kind: 'unknown',
  reason: 'reset',
  message: 'connection reset',
  retryAfterMs: null,
})

/** The first answer never comes; `meanwhile` happens right after the request. */
const losesAnswer =
  (meanwhile: () => void, error: Error = reset) =>
  (base: Collaborators): Collaborators => {
    let isFirst = true
    const afterwards = <T>(results: T): T => {
      if (!isFirst) return results
      isFirst = false
      meanwhile()
      throw error
    }
    const { create, upsert } = base.crm
    return {
      ...base,
      crm: {
        ...base.crm,
        create: async (inputs, options) => afterwards(await create(inputs, options)),
        upsert: async (inputs, options) => afterwards(await upsert(inputs, options)),
      },
    }
  }

describe('a create whose answer is lost, and whose address another row’s record has', () => {
  const edit = (id: string, properties: Readonly<Record<string, string>>): void => {
    world.hubspot.edit({ kind: 'update', object: 'contacts', id, properties })
  }

  /** A person gives each of the two contacts the other one's address. */
  const swap = (): void => {
    const made = idOf('c@x.com')
    edit(made, { email: 'tmp@x.com' })
    edit('900', { email: 'c@x.com' })
    edit(made, { email: 'b@x.com' })
  }

  /** A person takes the address off the new contact: it is a second one of the other's. */
  const move = (): void => {
    edit(idOf('c@x.com'), { email: '' })
    edit('900', { hs_additional_emails: 'c@x.com' })
  }

  /** The row for which nothing is there yet. */
  const addCid = async (sync: PushSync): Promise<void> => {
    world.hubspot.seed({ records: { contacts: [{ id: '900', properties: { email: 'b@x.com' } }] } })
    await world.sql('delete from customers where id = 2')
    await world.run(sync)
    await world.sql(`insert into customers values (2, 'c@x.com', 'Cid', 'Oslo')`)
  }

  it.each([
    ['swapped', true, swap],
    ['swapped', false, swap],
    ['moved', true, move],
    ['moved', false, move],
  ])(
    'gets no second record where it was %s, looking before: %s',
    async (_, readBefore, meanwhile) => {
      const sync = contactSync({ readBefore })
      await addCid(sync)
      const report = await world.run(sync, {}, losesAnswer(meanwhile))
      expect(report.reasons).toMatchObject({ 'deferred in_doubt': 1 })
      await world.sql(`update customers set email = 'new@x.com' where id = 2`)
      for (let run = 1; run <= 2; run += 1) {
        world.clock.pass(2 * 86_400_000)
        await world.run(sync)
      }
      expect(Object.keys(contacts())).toHaveLength(2)
    },
  )

  it('is no upsert afterwards where it was refused as one before', async () => {
    const shared = { email: 'main@x.com', hs_additional_emails: 'b@x.com;c@x.com' }
    world.hubspot.seed({ records: { contacts: [{ id: '900', properties: shared }] } })
    const sync = contactSync({ readBefore: false })
    for (let run = 1; run <= 3; run += 1) await world.run(sync)
    const held = await world.query(`select key, reason from ${world.workingSchema}.contacts__held`)
    expect(held).toEqual([[expect.any(String), 'record.bound']])
    const [owner] = Object.values(contacts())
    world.clock.pass(2 * 86_400_000)
    const died = new Crash('crm.create after')
    await expect(
      world.run(
        sync,
        {},
        losesAnswer(() => undefined, died),
      ),
    ).rejects.toThrow('died')
    for (let run = 1; run <= 2; run += 1) {
      await world.run(sync)
      expect(contacts()).toEqual({ 900: owner })
      world.clock.pass(2 * 86_400_000)
    }
  })

  it.each(['insert', 'upsert'] as const)(
    'is made by the next run of mode %s where a lost delete was to free the address',
    async (mode) => {
      const sync = contactSync({ mode, removedRows: 'delete' })
      await world.sql('delete from customers where id = 2')
      await world.run(sync)
      await world.sql(
        'delete from customers',
        `insert into customers values (2, 'b@x.com', 'Cid', 'Oslo'), (3, 'd@x.com', 'Dan', 'Bern')`,
      )
      const loses = (base: Collaborators): Collaborators => {
        const { create } = base.crm
        const lossy: typeof create = async (inputs, options) => {
          const results = await create(inputs, options)
          if (inputs.some(({ values }) => values['email'] === 'b@x.com')) throw reset
          return results
        }
        const crm = { ...base.crm, delete: () => Promise.reject(reset), create: lossy }
        return { ...base, crm }
      }
      const report = await world.run(sync, {}, loses)
      expect(report.reasons).not.toHaveProperty('deferred in_doubt')
      for (let run = 1; run <= 2; run += 1) {
        world.clock.pass(2 * 86_400_000)
        await world.run(sync)
      }
      expect(Object.values(contacts()).toSorted()).toEqual(['Cid Oslo', 'Dan Bern'])
    },
  )
})

describe('a create whose answer is lost, and whose record people merge with another', () => {
  const bound = (): Promise<readonly unknown[]> =>
    world.query(
      `select key::varchar, remote_id from ${world.workingSchema}.contacts__baseline order by key`,
    )

  const pat = { id: '900', properties: { email: 'p@x.com', firstname: 'Pat', city: 'Pisa' } }

  const merge = (primary: string, other: string): void => {
    world.hubspot.edit({ kind: 'merge', object: 'contacts', primary, other })
  }

  it('is not bound to that record, which the same run writes to', async () => {
    // What the two rows share makes the record look like the one that was made.
    await world.sql(`update customers set city = 'Rome'`)
    world.hubspot.seed({ records: { contacts: [{ id: '900', properties: { email: 'b@x.com' } }] } })
    const isMerged = losesAnswer(() => merge('900', idOf('c@x.com')))
    const report = await world.run(contactSync(), {}, isMerged)
    expect(report.reasons).toEqual({ 'deferred in_doubt': 1 })
    expect(await bound()).toEqual([['1', '900']])
  })

  describe.each(['insert', 'upsert'] as const)('under mode %s', (mode) => {
    it.each([true, false])(
      'gets no second record for a new address, looking before: %s',
      async (readBefore) => {
        const sync = contactSync({ mode, readBefore })
        const isMerged = losesAnswer(() => merge(idOf('c@x.com'), idOf('b@x.com')))
        const { reasons } = await world.run(sync, {}, isMerged)
        expect(reasons).toMatchObject({ 'deferred in_doubt': 1 })
        const before = Object.keys(contacts())
        expect(before).toHaveLength(1)
        await world.sql(`update customers set email = 'new' || id || '@x.com'`)
        for (let run = 1; run <= 3; run += 1) {
          world.clock.pass(2 * 86_400_000)
          await world.run(sync)
        }
        expect(Object.keys(contacts())).toEqual(before)
        expect(await bound()).toHaveLength(1)
      },
    )

    it('gets no second record where the process died, either', async () => {
      const sync = contactSync({ mode })
      const died = new Crash('crm.create after')
      const isMerged = losesAnswer(() => merge(idOf('c@x.com'), idOf('b@x.com')), died)
      await expect(world.run(sync, {}, isMerged)).rejects.toThrow('died')
      const before = Object.keys(contacts())
      await world.sql(`update customers set email = 'new' || id || '@x.com'`)
      const { reasons } = await world.run(sync)
      expect(reasons).toMatchObject({ 'deferred in_doubt': 1 })
      await world.run(sync)
      expect(Object.keys(contacts())).toEqual(before)
    })

    it('follows it to a person’s, although that has nothing of what was sent', async () => {
      world.hubspot.seed({ records: { contacts: [pat] } })
      await world.sql('delete from customers where id = 2')
      const sync = contactSync({ mode })
      const isMerged = losesAnswer(() => merge('900', idOf('b@x.com')))
      await world.run(sync, {}, isMerged)
      await world.sql(`update customers set email = 'new@x.com'`)
      for (let run = 1; run <= 2; run += 1) await world.run(sync)
      expect(contacts()).toEqual({ 900: mode === 'insert' ? 'Pat Pisa' : 'Bob Rome' })
    })
  })

  it('takes no person’s for its own that a sync which only creates would delete', async () => {
    const sync = contactSync({ mode: 'insert', removedRows: 'delete', deleteAdopted: true })
    const isFaster = (base: Collaborators): Collaborators =>
      losesAnswer(() => undefined)({
        ...base,
        crm: {
          ...base.crm,
          create: () => {
            const properties = { ...pat.properties, email: 'b@x.com' }
            world.hubspot.seed({ records: { contacts: [{ ...pat, properties }] } })
            return Promise.resolve([])
          },
        },
      })
    await world.sql('delete from customers where id = 2')
    expect((await world.run(sync, {}, isFaster)).reasons).toEqual({ 'deferred in_doubt': 1 })
    await world.sql(
      'delete from customers',
      `insert into customers values (3, 'd@x.com', 'Dee', 'Nice')`,
    )
    await world.run(sync)
    expect(contacts()).toMatchObject({ 900: 'Pat Pisa' })
  })

  it('gets a record when a person says so', async () => {
    const isMerged = losesAnswer(() => merge(idOf('c@x.com'), idOf('b@x.com')))
    await world.run(contactSync(), {}, isMerged)
    await world.sql(`update customers set email = 'new' || id || '@x.com'`)
    await world.push(retry, contactSync(), { kind: 'retry' })
    expect(Object.values(contacts()).toSorted()).toEqual(['Bob Rome', 'Cid Oslo'])
  })

  it('leaves no row to make a second one whose own answer comes after the look for it', async () => {
    const isOvertaken = (base: Collaborators): Collaborators => {
      const made = Promise.withResolvers<void>()
      const judged = Promise.withResolvers<void>()
      const { connector, crm } = base
      const ledger: Ledger = Object.assign(Object.create(base.ledger), {
        recordConcluded: async (...given: Parameters<Ledger['recordConcluded']>) => {
          await base.ledger.recordConcluded(...given)
          judged.resolve()
        },
      })
      const create: typeof crm.create = async (inputs, options) => {
        const results = await crm.create(inputs, options)
        if (inputs[0]?.values['email'] === 'b@x.com') {
          made.resolve()
          await judged.promise
          return results
        }
        await made.promise
        merge(idOf('b@x.com'), idOf('c@x.com'))
        throw reset
      }
      const pages = { ...connector.pages, create: 1 }
      return { ...base, ledger, connector: { ...connector, pages }, crm: { ...crm, create } }
    }
    const report = await world.run(contactSync(), {}, isOvertaken)
    expect(report.reasons).toEqual({ 'deferred fate.changed': 1, 'deferred in_doubt': 1 })
    const before = Object.keys(contacts())
    await world.sql(`update customers set email = 'new' || id || '@x.com'`)
    for (let run = 1; run <= 2; run += 1) {
      world.clock.pass(2 * 86_400_000)
      await world.run(contactSync())
    }
    expect(Object.keys(contacts())).toEqual(before)
  })

  it('waits for a person where the merge made a third record of a new id, too', async () => {
    await world.close()
    world = await createWorld({ behaviour: { mergeCreatesNewId: true } })
    await world.sql(...customers, 'delete from customers where id = 2')
    await world.run(contactSync())
    await world.sql(`insert into customers values (2, 'c@x.com', 'Cid', 'Oslo')`)
    const isMerged = losesAnswer(() => merge(idOf('b@x.com'), idOf('c@x.com')))
    const report = await world.run(contactSync(), {}, isMerged)
    expect(report.reasons).toEqual({ 'deferred in_doubt': 1 })
    await world.run(contactSync())
    expect(Object.values(contacts())).toEqual(['Bob Rome'])
  })

  it('is not ours to delete where it went up in a person’s that shows all of it', async () => {
    world.hubspot.seed({ records: { contacts: [{ id: '900', properties: { jobtitle: 'Cook' } }] } })
    await world.sql('delete from customers where id = 2')
    const sync = contactSync({ removedRows: 'delete' })
    const isMerged = losesAnswer(() => merge('900', idOf('b@x.com')))
    expect((await world.run(sync, {}, isMerged)).outcomes).toMatchObject({ delivered: 1 })
    await world.sql(`update customers set id = 3, email = 'd@x.com'`)
    expect((await world.run(sync)).reasons).toEqual({ 'skipped removed.adopted': 1 })
    expect(contacts()).toHaveProperty('900')
  })

  it('is not ours to delete where an upsert met it, although the sync looks before it writes by now', async () => {
    const properties = { email: 'b@x.com', jobtitle: 'Cook' }
    world.hubspot.seed({ records: { contacts: [{ id: '900', properties }] } })
    await world.sql('delete from customers where id = 2')
    const changes = { removedRows: 'delete' } as const
    const dies = losesAnswer(() => undefined, new Crash('crm.upsert after'))
    const killed = world.run(contactSync({ ...changes, readBefore: false }), {}, dies)
    await expect(killed).rejects.toThrow('died')
    await world.sql(`update customers set id = 3, email = 'd@x.com'`)
    expect((await world.run(contactSync(changes))).reasons).toEqual({
      'skipped removed.adopted': 1,
    })
    expect(contacts()).toHaveProperty('900')
  })

  it('stays in doubt when the other row’s person is erased, of whom nothing is told any more', async () => {
    const sync = contactSync({ key: 'first_name' })
    await world.run(
      sync,
      {},
      losesAnswer(() => merge(idOf('b@x.com'), idOf('c@x.com'))),
    )
    const erasure = await world.push(
      (base, lease) => erase(base, lease, { key: 'Bob' }, false),
      sync,
    )
    expect(erasure).toMatchObject({ baseline: 1, held: 0, messages: 2 })
    const held = await world.query(
      `select key, reason, message from ${world.workingSchema}.contacts__held`,
    )
    expect(held).toEqual([['Cid', 'in_doubt', '(erased)']])
    await world.sql(
      `delete from customers where id = 1`,
      `update customers set email = 'new@x.com'`,
    )
    expect((await world.run(sync)).reasons).toEqual({ 'deferred in_doubt': 1 })
    expect(Object.values(contacts())).toEqual(['Bob Rome'])
  })
})

describe('an address that another row no longer claims, and cannot give up', () => {
  beforeEach(async () => {
    await world.run(contactSync())
    // No address at all is rejected, so the row keeps what its record has.
    await world.sql(`update customers set email = case id when 1 then 'c@x.com' end`)
  })

  it('goes to the row that claims it once its record is gone', async () => {
    const holder = world.hubspot
      .dump()
      .state.records?.['0-1']?.find(({ properties }) => properties['email'] === 'c@x.com')
    world.hubspot.edit({ kind: 'archive', object: 'contacts', id: holder?.id ?? '' })
    expect((await world.run(contactSync())).reasons).toEqual({ 'rejected match.null': 1 })
    expect(Object.values(contacts())).toEqual(['Bob Rome'])
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 0 })
  })

  it('is refused by the CRM as long as its record is there', async () => {
    expect((await world.run(contactSync())).reasons).toEqual({
      'rejected match.null': 1,
      'rejected match.taken': 1,
    })
  })
})

describe('the main address of a contact that is found by another one', () => {
  const mainAddress = (): string | null | undefined =>
    world.hubspot.dump().state.records?.['0-1']?.find(({ id }) => id === '900')?.properties['email']

  beforeEach(async () => {
    world.hubspot.seed({ records: { contacts: [person] } })
    await world.sql('delete from customers where id = 2')
  })

  it.each([true, false])(
    'stays through run, retry and verify, looking before: %s',
    async (looks) => {
      const sync = contactSync({ readBefore: looks })
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1 })
      await world.sql(`update customers set city = 'Bern'`)
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1 })
      await world.push((base, lease) => verify(base, lease, { settle: true, samples: 1 }), sync)
      await world.run(sync)
      await world.push(retry, sync, { kind: 'retry', selection: { onlyKey: '1', limit: null } })
      expect(contacts()).toEqual({ 900: 'Bob Bern' })
      expect(mainAddress()).toBe('main@x.com')
    },
  )

  it('becomes the one that the model changes to', async () => {
    await world.run(contactSync())
    await world.sql(`update customers set email = 'new@x.com'`)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ delivered: 1 })
    expect(mainAddress()).toBe('new@x.com')
  })

  it('is the model’s business again when somebody edits it, and the policy is ours', async () => {
    await world.run(contactSync())
    const properties = { email: 'typed@x.com' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: '900', properties })
    const settles = { settle: true, samples: 1 }
    const told = await world.push((base, lease) => verify(base, lease, settles), contactSync())
    expect(told).toMatchObject({ drifted: 1, byField: { email: 1 } })
    await world.run(contactSync())
    expect(mainAddress()).toBe('b@x.com')
  })
})

describe('a row that comes back under another key', () => {
  it('takes its record over in the run that would have cleared it', async () => {
    const sync = contactSync({ removedRows: 'clear' })
    await world.run(sync)
    const before = contacts()
    await world.sql('update customers set id = 9 where id = 1')
    expect(await world.run(sync)).toMatchObject({
      outcomes: { unchanged: 2, skipped: 1, rejected: 0 },
      reasons: { 'skipped removed.superseded': 1 },
    })
    expect(contacts()).toEqual(before)
    world.callsSince()
    expect((await world.run(sync)).outcomes).toMatchObject({ unchanged: 2, skipped: 0 })
    expect(world.callsSince()).toBe(0)
  })

  it('fills its record again that a run has cleared', async () => {
    const sync = contactSync({ removedRows: 'clear' })
    await world.run(sync)
    const before = contacts()
    await world.sql('delete from customers where id = 1')
    await world.run(sync)
    expect(Object.values(contacts())).toEqual([' ', 'Cid Oslo'])
    await world.sql(`insert into customers values (9, 'b@x.com', 'Bob', 'Rome')`)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 0 })
    expect(contacts()).toEqual(before)
  })

  it('finds its record again that was archived, and that a person restored', async () => {
    const sync = contactSync({ removedRows: 'archive' })
    await world.run(sync)
    const [id = ''] = Object.keys(contacts())
    await world.sql('delete from customers where id = 1')
    await world.run(sync)
    expect(contacts()).not.toHaveProperty(id)
    world.hubspot.edit({ kind: 'restore', object: 'contacts', id })
    await world.sql(`insert into customers values (9, 'b@x.com', 'Bobby', 'Rome')`)
    expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 0 })
    expect(contacts()[id]).toBe('Bobby Rome')
  })
})

describe.each([true, false])(
  'the address of a row that left the model, looking before: %s',
  (looks) => {
    const sync = contactSync({ readBefore: looks })

    beforeEach(async () => {
      await world.run(sync)
      await world.sql(
        'delete from customers where id = 2',
        `update customers set email = 'c@x.com'`,
      )
    })

    it('is another row’s as soon as a person gave it up in the CRM', async () => {
      const left = world.hubspot
        .dump()
        .state.records?.['0-1']?.find(({ properties }) => properties['email'] === 'c@x.com')
      const properties = { email: 'old@x.com' }
      world.hubspot.edit({ kind: 'update', object: 'contacts', id: left?.id ?? '', properties })
      expect((await world.run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 0 })
      expect(Object.values(contacts()).toSorted()).toEqual(['Bob Rome', 'Cid Oslo'])
    })

    it('is refused as long as the CRM refuses it, and held back for a while', async () => {
      expect((await world.run(sync)).reasons).toEqual({ 'rejected match.taken': 1 })
      world.callsSince()
      expect((await world.run(sync)).reasons).toEqual({ 'rejected match.taken': 1 })
      expect(world.callsSince()).toBe(0)
    })
  },
)

describe('the address of a row whose key another row has too', () => {
  const sync = contactSync()
  const shared = { 'rejected key.duplicate': 2 }

  beforeEach(async () => {
    await world.run(sync)
    await world.sql(
      'insert into customers select * from customers where id = 2',
      `update customers set email = 'd@x.com' where id = 2`,
      `update customers set email = 'c@x.com' where id = 1`,
    )
  })

  it('is another row’s once nobody in the CRM has it', async () => {
    const left = world.hubspot
      .dump()
      .state.records?.['0-1']?.find(({ properties }) => properties['email'] === 'c@x.com')
    world.hubspot.edit({ kind: 'archive', object: 'contacts', id: left?.id ?? '' })
    const { outcomes, reasons } = await world.run(sync)
    expect(outcomes).toMatchObject({ delivered: 1 })
    expect(reasons).toEqual(shared)
  })

  it('is refused as long as the CRM refuses it', async () => {
    expect((await world.run(sync)).reasons).toEqual({ ...shared, 'rejected match.taken': 1 })
  })
})
