import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { systemClock } from '../../app/system-clock.ts'
import { SynclineError } from '../../model/error.ts'
import { openWarehouse } from '../registry.ts'
import type { Session, Warehouse } from '../warehouse.ts'

const role = `Reader-${randomBytes(4).toString('hex')}`
let database: PostgresDatabase
let administrator: pg.Client
let warehouse: Warehouse

beforeAll(async () => {
  database = await postgresDatabase()
  administrator = new pg.Client({ connectionString: database.url })
  await administrator.connect()
  await administer(`create role "${role}" login password 'few'`)
  await administer('create schema "Crm"; create table "Crm"."Customers" (id int)')
  await administer('create schema kept; create table kept.runs (id int)')
  const url = new URL(database.url)
  url.username = encodeURIComponent(role)
  url.password = 'few'
  const place = { clock: systemClock, directory: '/' }
  warehouse = await openWarehouse('postgres', { url: url.href, max_connections: 2 }, place)
})

afterAll(async () => {
  await warehouse.close()
  await administer(`drop owned by "${role}"; drop role "${role}"`)
  await administrator.end()
  await database.drop()
})

async function administer(text: string): Promise<void> {
  await administrator.query(text)
}

/** What the error of work that is denied says has to be run. */
async function grantsOf(work: (session: Session) => Promise<unknown>): Promise<string> {
  const error: unknown = await warehouse.session(work).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof SynclineError)) throw new Error('nothing was denied')
  expect([error.code, error.kind]).toEqual(['warehouse.auth', 'auth'])
  const [, statements] =
    /^Have an administrator of the database run: (.*)$/.exec(error.remedy) ?? []
  return statements ?? error.remedy
}

const execute = (text: string) => (session: Session) => session.execute([{ text, parameters: [] }])

describe('a role that may not do what is asked', () => {
  it.each<readonly [string, (session: Session) => Promise<unknown>, string]>([
    [
      'read the model',
      (session) => session.describe('select id from "Crm"."Customers"'),
      `GRANT USAGE ON SCHEMA "Crm" TO "${role}"; GRANT SELECT ON "Crm"."Customers" TO "${role}";`,
    ],
    [
      'make the working schema',
      execute('create schema if not exists "syncline_dev"'),
      `GRANT CREATE ON DATABASE "<database>" TO "${role}";`,
    ],
    [
      'make a table in a working schema of somebody else',
      execute('create table if not exists "kept"."syncs" (id int)'),
      `GRANT USAGE, CREATE ON SCHEMA "kept" TO "${role}";`,
    ],
  ])('to %s is told the statements, and they are enough', async (_, work, statements) => {
    const wanted = statements.replace('<database>', new URL(database.url).pathname.slice(1))
    expect(await grantsOf(work)).toBe(wanted)
    await administer(wanted)
    await warehouse.session(work)
  })

  it.each([
    ['read a table', 'select id from kept.runs', 'SELECT'],
    ['copy a table', 'create table "syncline_dev"."copy" as select * from kept.runs', 'SELECT'],
    ['write to a table', 'insert into "kept"."runs" values (1)', 'SELECT, INSERT, UPDATE, DELETE'],
  ])('to %s is told the rights that it takes', async (_, text, rights) => {
    await administer(`revoke all on kept.runs from "${role}"`)
    const grant = `GRANT ${rights} ON "kept"."runs" TO "${role}";`
    expect(await grantsOf(execute(text))).toBe(grant)
    await administer(grant)
    await warehouse.session(execute(text))
  })

  it('to change a table that another owns is told who must own it', async () => {
    expect(await grantsOf(execute('alter table "kept"."runs" add column x int'))).toBe(
      `ALTER TABLE "kept"."runs" OWNER TO "${role}";`,
    )
  })

  it('for something else is told what PostgreSQL says', async () => {
    const said = await grantsOf(execute('create role another'))
    expect(said).toMatch(/^Check user and password, and grant what the message names/)
  })
})
