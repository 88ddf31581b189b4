import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPostgresHost } from '../support/postgres-host.ts'
import type { Host } from '../support/host.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'
import { BadDay, expectOneError } from './bad-day.ts'

const file = 'models/customers.sql'
const select = 'select customer_id, email, first_name, last_name, city, job_title'

describe('a model file, in DuckDB', () => {
  let day: BadDay

  beforeAll(async () => {
    day = await BadDay.begin()
  })
  afterAll(() => day.end())

  it.each([
    [
      'a syntax error',
      `\n\n-- all of them\n${select}\nfrom customers wher true\n`,
      5,
      /syntax error/i,
    ],
    ['an end that comes too soon', `${select}\nfrom\n-- which?\n`, 3, /syntax error/i],
    ['a table that is missing', `${select}\nfrom\n  custmers\n`, 3, /custmers.*does not exist/],
    ['a column that is missing', `${select},\n  emial\nfrom customers\n`, 2, /emial/],
    [
      'a value that fails',
      `${select},\n  cast(email as integer) as n\nfrom customers\n`,
      2,
      /Could not convert/,
    ],
    [
      'two statements',
      `${select} from customers;\n${select} from customers;\n`,
      undefined,
      /found 2 statements/,
    ],
    ['comments only', '-- to be written\n', undefined, /only comments/],
    ['a statement that writes', 'delete from customers\n', undefined, /only reads/],
  ])('with %s is one error with the file and its line', async (name, text, line, cause) => {
    const correct = day.edit(file, () => text)
    const said = await day.run()
    expectOneError(said, 2, 'warehouse.query', cause, /Correct the SQL/)
    expect(said.errors[0]?.place).toEqual({ file, ...(line === undefined ? {} : { line }) })
    expect(said.errors[0]?.message).toContain(`Sync customers, ${file}`)
    // Only its evaluation shows what a value does.
    const found = name === 'a value that fails' ? [] : [said.errors[0]?.place]
    const checked = await day.cli(['check'])
    expect([checked.exit, checked.errors.map(({ place }) => place)]).toEqual([
      found.length === 0 ? 0 : 2,
      found,
    ])
    await day.expectNothingWritten()
    correct()
  })

  it('with a mapped column twice is told so', async () => {
    const correct = day.edit(file, () => `${select}, 'x' as city\nfrom customers\n`)
    const said = await day.run()
    const cause = new RegExp(`${file}: the model has more than one column city\\.`)
    expectOneError(said, 2, 'push.duplicate_column', cause, /with `as`/)
    expect(said.errors[0]?.place).toEqual({ file })
    await day.expectNothingWritten()
    correct()
  })

  it('that is empty is an error of the configuration, and plans nothing', async () => {
    const correct = day.edit(file, () => '\n  \n')
    const validated = await day.cli(['validate'])
    expect([validated.exit, validated.text]).toEqual([
      2,
      expect.stringContaining(`The file ${file} is empty.`),
    ])
    expectOneError(await day.run(), 2, 'app.bad_sync', 'customers', /syncline validate/)
    await day.expectNothingWritten()
    correct()
  })

  it('may end in a semicolon and a comment, and the run after all that is right', async () => {
    const semicolon = `select ';--' as x, c.* from customers as c; -- the end;\n/* really; */\n`
    const correct = day.edit(file, () => semicolon)
    expect((await day.cli(['check'])).exit).toBe(0)
    await day.expectRightRun()
    correct()
    await day.expectRightRun()
  })
})

describe('a model file, in PostgreSQL', () => {
  let host: Host
  let world: World

  beforeAll(async () => {
    host = await createPostgresHost()
    world = await createWorld({ on: { host, name: 'models' } })
    await world.sql(
      'create table customers (id bigint, email text)',
      `insert into customers values (1, 'a@x.com'), (2, 'b@x.com')`,
    )
  })
  afterAll(() => host.close())

  const modelled = (text: string) =>
    contactSync({ model: { kind: 'query', file, text }, fields: [field('city', 'email')] })

  it.each([
    ['a syntax error', '\n\nselect id, email\nfrom customers wher true\n', 4, /syntax error/],
    ['an end that comes too soon', 'select id, email\nfrom\n', 2, /syntax error/],
    ['a table that is missing', 'select id, email\nfrom\n  custmers\n', 3, /custmers.*not exist/],
    [
      'a value that fails',
      'select id, email,\n cast(email as integer) as n from customers',
      undefined,
      /invalid input/,
    ],
    [
      'two statements',
      'select id, email from customers;\nselect 1;\n',
      undefined,
      /multiple commands/,
    ],
    ['comments only', '-- to be written\n', undefined, /only comments/],
  ])('with %s is one error with the file and its line', async (_, text, line, cause) => {
    await expect(world.run(modelled(text))).rejects.toMatchObject({
      code: 'warehouse.query',
      kind: 'config',
      message: expect.stringMatching(cause),
      place: { file, ...(line === undefined ? {} : { line }) },
    })
    expect(world.hubspot.log()).toEqual([])
  })

  it('with a mapped column twice is told so; capitals make two columns of one name', async () => {
    const columns = (again: string) =>
      modelled(`select id, email, email as city, email as "${again}" from customers`)
    const sync = (again: string) => ({
      ...columns(again),
      fields: [field('city', 'city'), field('firstname', again)],
    })
    await expect(world.run(sync('city'))).rejects.toMatchObject({
      code: 'push.duplicate_column',
      place: { file },
    })
    expect((await world.plan(sync('CITY'))).planned.creates).toBe(2)
  })

  it('may end in a semicolon and a comment, and is right after all that', async () => {
    const right = modelled('select id, email from customers; -- the end\n')
    expect((await world.run(right)).outcomes).toMatchObject({ delivered: 2 })
    expect((await world.run(right)).outcomes).toMatchObject({ unchanged: 2 })
  })

  it('that is a table and is missing is told with the sync that names it', async () => {
    const missing = contactSync({ model: { kind: 'table', schema: 'public', table: 'nobody' } })
    await expect(world.run(missing)).rejects.toMatchObject({
      code: 'warehouse.query',
      message: expect.stringContaining('Sync contacts, table public.nobody: '),
      place: { file: 'syncs/contacts.yaml' },
    })
  })
})

it('two mapped columns whose names differ in case alone are one to DuckDB, and told so', async () => {
  const world = await createWorld()
  const text = `select 1 as id, 'a@x.com' as email, 'A' as fn, 'Rome' as "FN"`
  const fields = [field('firstname', 'fn'), field('city', 'FN')]
  const sync = contactSync({ model: { kind: 'query', file, text }, fields })
  await expect(world.run(sync)).rejects.toMatchObject({
    code: 'push.duplicate_column',
    message: expect.stringContaining('more than one column FN.'),
  })
  await world.close()
})
