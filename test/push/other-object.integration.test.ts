/** Record ids of one object name strangers in another, also where nothing is due. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { adopt } from '../../src/engine/push/push.ts'
import { verify } from '../../src/engine/push/verify.ts'
import { ledgerErrors } from '../../src/ledger/errors.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { recoverPush } from '../support/recover-push.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

const car = {
  id: '2-17',
  name: 'cars',
  labels: { singular: 'Company car', plural: 'Company cars' },
  required: [],
  searchable: ['vin'],
  primaryDisplayProperty: 'vin',
}
const text = { type: 'string', fieldType: 'text' } as const
const vin = [
  { ...text, name: 'vin', hasUniqueValue: true },
  { ...text, name: 'plate' },
]

let world: World

beforeEach(async () => {
  world = await createWorld({ state: { customObjects: [car], properties: { '2-17': vin } } })
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'A', 'Rome'), (2, 'b@x.com', 'B', 'Rome')`,
  )
})

afterEach(() => world.close())

const carSync = (changes: Partial<PushSync> = {}): PushSync =>
  contactSync({
    name: 'cars',
    object: 'cars',
    match: { field: 'vin', column: 'email' },
    fields: [field('plate', 'city')],
    ...changes,
  })
const companies = contactSync({
  object: 'companies',
  mode: 'update',
  fields: [field('city', 'city')],
  match: { field: 'name', column: 'email' },
})

/** What the working schema keeps of a sync's object. */
const kept = (sync: string) =>
  world.query(`select object_name, object_key from syncline.syncs where sync = '${sync}'`)

describe('a sync that is pointed at another object', () => {
  beforeEach(() => world.run(contactSync()))

  it('stops where rows are due', async () => {
    await world.sql(`update customers set city = 'Oslo'`)
    await expect(world.run(companies)).rejects.toMatchObject({ code: 'push.other_object' })
  })

  it('stops where nothing is due, whatever it was to do', async () => {
    const log = world.hubspot.log().length
    const refused = { code: 'push.other_object', message: expect.stringMatching(/of contacts\.$/) }
    await expect(world.run(companies)).rejects.toMatchObject(refused)
    await expect(world.plan(companies)).rejects.toMatchObject(refused)
    await expect(world.push(adopt, companies, { kind: 'adopt' })).rejects.toMatchObject(refused)
    const options = { settle: false, samples: 1 }
    const verifying = world.push((with_, lease) => verify(with_, lease, options), companies)
    await expect(verifying).rejects.toMatchObject(refused)
    expect(world.hubspot.log()).toHaveLength(log)
    expect((await world.run(contactSync())).outcomes).toMatchObject({ unchanged: 2 })
  })

  it('is told what it probably meant where there is no such object', async () => {
    await expect(world.run(contactSync({ object: 'contactz' }))).rejects.toMatchObject({
      code: 'push.unknown_object',
      message: expect.stringContaining('did you mean contacts?'),
    })
  })

  it('stops after its state was recovered, too', async () => {
    await world.push(recoverPush, contactSync())
    await expect(world.run(companies)).rejects.toMatchObject({ code: 'push.other_object' })
  })

  it('goes on when it is the same by a name that is known everywhere, and asks nobody', async () => {
    world.callsSince()
    const report = await world.run(contactSync({ object: '0-1' }))
    expect([report.outcomes.unchanged, world.callsSince()]).toEqual([2, 0])
    await world.sql(`update customers set city = 'Oslo'`)
    const due = await world.run(contactSync({ object: '0-1' }))
    expect(due.outcomes).toMatchObject({ delivered: 2 })
  })

  it('does not look among the records of another object for what a dead run sent', async () => {
    await world.sql(`insert into customers values (3, 'c@x.com', 'C', 'Rome')`)
    const dying = (base: Collaborators): Collaborators => ({
      ...base,
      ledger: { ...base.ledger, recordConcluded: () => Promise.reject(new Error('died')) },
    })
    await expect(world.run(contactSync(), {}, dying)).rejects.toThrow('died')
    await expect(world.run(companies)).rejects.toMatchObject({ code: 'push.other_object' })
    expect(await world.ledger.runs({ sync: 'contacts', state: ['resolving'], limit: 9 })).toEqual([
      expect.objectContaining({ kind: 'run' }),
    ])
    expect((await world.run(contactSync())).outcomes).toMatchObject({ unchanged: 3 })
  })
})

it('a run that could not write its end is not said to have died, when another resolves it', async () => {
  await world.sql(`insert into customers values (3, 'c@x.com', 'C', 'Rome')`)
  const full = ledgerErrors.disk_full({ message: 'the disk is full' })
  const filling = (base: Collaborators): Collaborators => ({
    ...base,
    ledger: { ...base.ledger, recordConcluded: () => Promise.reject(full) },
  })
  await expect(world.run(contactSync(), {}, filling)).rejects.toBe(full)
  await world.run(contactSync())
  const [failed] = await world.ledger.runs({ sync: 'contacts', state: ['failed'], limit: 1 })
  expect(failed?.error).toMatchObject({
    code: 'run.interrupted',
    message: expect.stringContaining('could write no more, such as a full disk'),
  })
})

describe('a sync of a custom object', () => {
  beforeEach(() => world.run(carSync()))

  it.each(['2-17', 'Company cars'])(
    'goes on under its other name %s, asked once',
    async (object) => {
      world.callsSince()
      expect((await world.run(carSync({ object }))).outcomes).toMatchObject({ unchanged: 2 })
      expect(world.callsSince()).toBeLessThanOrEqual(2)
      expect((await world.run(carSync({ object }))).outcomes).toMatchObject({ unchanged: 2 })
      expect(world.callsSince()).toBe(0)
      expect(await kept('cars')).toEqual([[object === '2-17' ? 'cars' : object, '2-17']])
    },
  )

  it('whose name has a slip of the pen is told so where nothing is due', async () => {
    await expect(world.run(carSync({ object: 'carz' }))).rejects.toMatchObject({
      code: 'push.unknown_object',
      message: expect.stringContaining('did you mean cars?'),
    })
  })

  it('stops where its name is another object by now', async () => {
    await world.sql(`update customers set city = 'Oslo'`)
    const other = (base: Collaborators): Collaborators => ({
      ...base,
      crm: {
        ...base.crm,
        describe: async (object) => ({ ...(await base.crm.describe(object)), object: '2-18' }),
      },
    })
    await expect(world.run(carSync(), {}, other)).rejects.toMatchObject({
      code: 'push.other_object',
      message: expect.stringContaining('of cars (2-17).'),
    })
  })

  it('keeps which object it is as soon as the CRM is asked, where an older version did not', async () => {
    const older = `update syncline.syncs set object_name = null, object_key = null`
    await world.sql(older)
    world.callsSince()
    expect((await world.run(carSync())).outcomes).toMatchObject({ unchanged: 2 })
    expect(world.callsSince()).toBe(0)
    await expect(world.run(carSync({ object: 'contacts' }))).rejects.toMatchObject({
      code: 'push.other_object',
    })
    await world.sql(`update customers set city = 'Oslo' where id = 1`)
    await world.run(carSync())
    expect(await kept('cars')).toEqual([['cars', '2-17']])
  })
})
