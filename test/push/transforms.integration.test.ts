/** Row transforms through the whole engine: what they give, what they cost when wrong, and when they run. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PushSync } from '../../src/model/sync.ts'
import { openTransform } from '../../src/sandbox/open-transform.ts'
import { contactSync, createWorld, field, type World, type Wrap } from '../support/world.ts'

const file = 'transforms/people.js'
let world: World

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, last_name varchar, spent decimal(38,9), tags varchar[], seen timestamp, picture blob)',
    `insert into customers values
       (1, 'a@x.com', 'Ann', 'Lee', 12.5, ['b', 'a'], '2026-01-01 10:00:00', 'x'::blob),
       (2, 'b@x.com', 'Bo', 'Ray', 99.000000001, [], '2026-01-02 10:00:00', null),
       (3, 'c@x.com', 'Cy', 'Fox', null, null, null, null)`,
  )
})

afterEach(() => world.close())

/** Limits count interruptions of the sandbox here, so that no machine is too slow for them. */
function sandboxed(): Wrap {
  let steps = 0
  const clock = {
    monotonic: () => {
      steps += 1
      return steps
    },
  }
  return (collaborators) => ({
    ...collaborators,
    openTransform: (source) => openTransform(source, { clock }),
  })
}

function transforming(text: string, changes: Partial<PushSync> = {}): PushSync {
  return contactSync({
    transform: { file, text },
    fields: [field('firstname', 'full_name')],
    ...changes,
  })
}

const run = (sync: PushSync) => world.run(sync, {}, sandboxed())

/** Live contacts of the CRM: email → the field's value. */
function contacts(name = 'firstname'): Readonly<Record<string, string | null>> {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  return Object.fromEntries(
    records.map(({ properties }) => [properties['email'] ?? '', properties[name] ?? null]),
  )
}

const fullName =
  'export default function (row) {\n  return { full_name: `${row.first_name} ${row.last_name}` }\n}\n'

describe('a transform', () => {
  it('gives columns that the model lacks, beside those that it has', async () => {
    const report = await run(transforming(fullName))
    expect(report.outcomes).toMatchObject({ delivered: 3, rejected: 0 })
    expect(contacts()).toEqual({ 'a@x.com': 'Ann Lee', 'b@x.com': 'Bo Ray', 'c@x.com': 'Cy Fox' })
  })

  it('carries decimals exactly, returned or left out', async () => {
    const text = 'export default (row) => ({ twice: row.spent, ...row })'
    const fields = [field('firstname', 'twice'), field('city', 'spent')]
    await run(transforming(text, { fields }))
    expect(contacts('firstname')).toMatchObject({ 'b@x.com': '99.000000001' })
    expect(contacts('city')).toMatchObject({ 'b@x.com': '99.000000001', 'c@x.com': null })
  })

  it('may give the match value', async () => {
    await run(
      transforming(
        'export default (row) => ({ mail: `${row.id}@y.com`, full_name: row.first_name })',
        {
          match: { field: 'email', column: 'mail' },
        },
      ),
    )
    expect(contacts()).toEqual({ '1@y.com': 'Ann', '2@y.com': 'Bo', '3@y.com': 'Cy' })
  })

  it('sees every column of the model but those of a type that no field can hold', async () => {
    await run(transforming('export default (row) => ({ full_name: Object.keys(row).join(" ") })'))
    expect(contacts()['a@x.com']).toBe('id email first_name last_name spent tags seen')
  })
})

describe('a row that the transform', () => {
  it('skips is not sent, is counted, and is not asked again until it changes', async () => {
    const sync = transforming(
      'export default (row) => (row.spent === null ? null : { full_name: row.first_name })',
    )
    const first = await run(sync)
    expect(first).toMatchObject({
      rows: 3,
      outcomes: { delivered: 2, skipped: 1 },
      reasons: { 'skipped transform.skipped': 1 },
    })
    world.callsSince()
    expect(await run(sync)).toMatchObject({ rows: 3, outcomes: { unchanged: 2, skipped: 1 } })
    expect(world.callsSince()).toBe(0)
    await world.sql('update customers set spent = 1 where id = 3')
    expect(await run(sync)).toMatchObject({ outcomes: { delivered: 1, unchanged: 2, skipped: 0 } })
    expect(contacts()['c@x.com']).toBe('Cy')
  })

  it('fails on is rejected with file and line, the others are delivered', async () => {
    const sync = transforming(
      'export default function (row) {\n  const first = row.tags[0]\n  return { full_name: first ?? "none" }\n}',
    )
    const report = await run(sync)
    expect(report).toMatchObject({
      outcomes: { delivered: 2, rejected: 1 },
      reasons: { 'rejected transform.error': 1 },
    })
    expect(contacts()).toEqual({ 'a@x.com': 'b', 'b@x.com': 'none' })
    expect(await world.query('select key, message from syncline.failures')).toEqual([
      ['3', `${file}:2: TypeError: cannot read property of null`],
    ])
    await world.sql("update customers set tags = ['t'] where id = 3")
    expect((await run(sync)).outcomes).toMatchObject({ delivered: 1, rejected: 0 })
  })

  it.each([
    ['never ends on', 'for (;;);', `${file}:2: took more than 50 ms`],
    ['fills the memory with', '"y".repeat(2 ** 28)', `${file}:2: used more than 64 MB`],
    [
      'goes too deep on',
      '(function deep() {\n return 1 + deep() })()',
      `${file}:3: went too far: stack overflow`,
    ],
  ])('%s is rejected, the others are delivered', async (_, statement, message) => {
    const sync = transforming(
      `\nexport default (row) => { if (row.id === 2) ${statement}; return { full_name: row.first_name } }`,
    )
    const report = await run(sync)
    expect(report).toMatchObject({
      outcomes: { delivered: 2, rejected: 1 },
      reasons: { 'rejected transform.limit': 1 },
    })
    expect(contacts()).toEqual({ 'a@x.com': 'Ann', 'c@x.com': 'Cy' })
    expect(await world.query('select key, message from syncline.failures')).toEqual([
      ['2', message],
    ])
  })

  it('gives values of several kinds for is judged by each value’s own', async () => {
    const text = `export default (row) => ({ at: [new Date(1e12), 7, row.missing ?? null][row.id - 1] })`
    const report = await run(transforming(text, { fields: [field('closedate', 'at')] }))
    expect(report).toMatchObject({
      outcomes: { delivered: 2, rejected: 1 },
      reasons: { 'rejected value.type': 1 },
    })
    expect(contacts('closedate')).toEqual({
      'a@x.com': '2001-09-09T01:46:40.000Z',
      'c@x.com': null,
    })
  })

  it('gives no column for is rejected, since the model has none either', async () => {
    const report = await run(transforming('export default (row) => ({ fullname: "x" })'))
    expect(report).toMatchObject({
      outcomes: { rejected: 3 },
      reasons: { 'rejected transform.missing': 3 },
    })
  })
})

describe('a changed row', () => {
  it('is due by any column of the model, and only what differs is sent', async () => {
    const fields = [field('firstname', 'full_name'), field('city', 'last_name')]
    const sync = transforming(fullName, { fields })
    await run(sync)
    await world.sql(
      "update customers set seen = '2027-01-01' where id = 1",
      "update customers set first_name = 'Bob' where id = 2",
    )
    world.callsSince()
    const report = await run(sync)
    expect(report.planned).toMatchObject({ updates: 1, unchanged: 2 })
    expect(
      await world.query("select changes from syncline.operations where kind = 'update'"),
    ).toEqual([
      [JSON.stringify({ firstname: { sent: 'Bo Ray', crm: 'Bo Ray', after: 'Bob Ray' } })],
    ])
    await run(sync)
    world.callsSince()
    expect((await run(sync)).outcomes.unchanged).toBe(3)
    expect(world.callsSince()).toBe(0)
  })

  it('that leaves the model is removed although no transform sees it', async () => {
    const sync = transforming(fullName, { removedRows: 'archive' })
    await run(sync)
    await world.sql('delete from customers where id = 2')
    expect((await run(sync)).planned).toMatchObject({ deletes: 1 })
  })
})

describe('an edited transform', () => {
  it('makes every row due; those with the same result are unchanged without a write', async () => {
    await run(transforming(fullName))
    const edited = fullName.replace(
      '${row.last_name}',
      '${row.id === 2 ? "Ray-Lee" : row.last_name}',
    )
    const report = await run(transforming(edited))
    expect(report.planned).toMatchObject({ creates: 0, updates: 1, unchanged: 2 })
    expect(contacts()['b@x.com']).toBe('Bo Ray-Lee')
    world.callsSince()
    expect((await run(transforming(edited))).outcomes.unchanged).toBe(3)
    expect(world.callsSince()).toBe(0)
  })

  it('lets the rows that it was wrong about try again', async () => {
    const wrong = await run(
      transforming('export default (row) => ({ full_name: row.tags[0].toUpperCase() })'),
    )
    expect(wrong.outcomes).toMatchObject({ delivered: 1, rejected: 2 })
    const report = await run(transforming(fullName))
    expect(report.outcomes).toMatchObject({ delivered: 3, rejected: 0 })
  })

  it('touches no constant', async () => {
    const constant = { source: { from: 'constant', value: 'Rome' } } as const
    const fields = [field('firstname', 'full_name'), field('city', '', constant)]
    await run(transforming(fullName, { fields }))
    const records = world.hubspot.dump().state.records?.['0-1'] ?? []
    const record = records.find(({ properties: { email } }) => email === 'b@x.com')
    const properties = { city: 'Oslo' }
    world.hubspot.edit({ kind: 'update', object: 'contacts', id: record?.id ?? '', properties })
    await run(transforming(`${fullName}// edited`, { fields }))
    const cities = { 'a@x.com': 'Rome', 'b@x.com': 'Oslo', 'c@x.com': 'Rome' }
    expect(contacts('city')).toEqual(cities)
  })

  it('with a syntax error stops the run before anything is asked or sent', async () => {
    await run(transforming(fullName))
    world.callsSince()
    await expect(run(transforming(fullName.replace('return', 'retrun')))).rejects.toMatchObject({
      code: 'transform.syntax',
      place: { file, line: 2 },
    })
    expect(world.callsSince()).toBe(0)
    expect((await run(transforming(fullName))).outcomes).toMatchObject({ unchanged: 3 })
  })
})

it('leaves a field alone that a person edited when another input of the transform changed', async () => {
  const sync = contactSync({
    fields: [field('firstname', 'first_name'), field('city', 'city')],
    transform: {
      file: 'transforms/same.js',
      text: 'export default function (row) { return { first_name: row.first_name, city: row.city } }',
    },
  })
  const own = await createWorld()
  await own.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'A', 'Rome')`,
  )
  await own.run(sync, {}, sandboxed())
  const [record] = own.hubspot.dump().state.records?.['0-1'] ?? []
  const id = record?.id ?? ''
  own.hubspot.edit({ kind: 'update', object: 'contacts', id, properties: { city: 'Mine' } })
  await own.sql(`update customers set first_name = 'B'`)
  const report = await own.run(sync, {}, sandboxed())
  expect(report.planned).toMatchObject({ updates: 1 })
  const [after] = own.hubspot.dump().state.records?.['0-1'] ?? []
  expect(after?.properties).toMatchObject({ firstname: 'B', city: 'Mine' })
  await own.close()
})
