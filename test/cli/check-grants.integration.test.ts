import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../support/postgres-server.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { rewrite } from './project-files.ts'

const role = `reader_${randomBytes(4).toString('hex')}`
let world: CliWorld
let database: PostgresDatabase
let administrator: pg.Client

beforeAll(async () => {
  world = await createCliWorld()
  database = await postgresDatabase()
  administrator = new pg.Client({ connectionString: database.url })
  await administrator.connect()
  await administrator.query(`create role ${role} login password 'few'`)
  await administrator.query(
    `create schema crm;
     create table crm.customers as
       select 1 as customer_id, 'a@x.com' as email, 'Ann' as first_name, 'Lee' as last_name,
              'Rome' as city, 'CEO' as job_title`,
  )
  const url = new URL(database.url)
  Object.assign(url, { username: role, password: 'few' })
  rewrite(
    world.directory,
    'syncline.yaml',
    ['type: duckdb\n', 'type: postgres\n'],
    ['path: "warehouse.duckdb"', `url: "${url.href}"`],
    ['path: prod.duckdb', `url: "${url.href}"`],
  )
  rewrite(world.directory, 'syncs/customers.yaml', [
    'model: models/customers.sql',
    'table: crm.customers',
  ])
})

afterAll(async () => {
  await world.close()
  await administrator.query(`drop owned by ${role}; drop role ${role}`)
  await administrator.end()
  await database.drop()
})

it('tells the grants that the working schema and the model take, all at once, and they are enough', async () => {
  const denied = await world.cli('check')
  expect(denied.code).toBe(3)
  const grants = denied.stdout.match(/GRANT [^;]+;/g) ?? []
  const name = new URL(database.url).pathname.slice(1)
  expect(grants).toEqual([
    `GRANT CREATE ON DATABASE "${name}" TO "${role}";`,
    `GRANT USAGE ON SCHEMA "crm" TO "${role}";`,
    `GRANT SELECT ON "crm"."customers" TO "${role}";`,
  ])
  for (const grant of grants) await administrator.query(grant)
  const granted = await world.cli('check')
  expect([granted.code, granted.stdout]).toEqual([
    0,
    expect.stringContaining('everything is there'),
  ])
  expect((await world.cli('run', '--first')).stdout).toContain('1 delivered')
})
