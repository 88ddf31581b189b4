import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pg from 'pg'
import { runCli } from '../../src/cli/cli.ts'
import { postgresDatabase } from '../support/postgres-server.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'
import { golden } from './golden.ts'
import { rewrite } from './project-files.ts'

let world: CliWorld

/** Two schemas as a migration leaves them: most is the same, and some is not. */
const migration = [
  'create schema legacy',
  'create schema crm',
  `create table legacy.deals as select n as deal_id, 'Deal ' || n as title, (n * 1.5)::decimal(18,2) as amount, n % 7 = 0 as won from range(500) as s(n)`,
  `create table crm.deals as select deal_id as id, title, amount::double as amount, won::int as won, 'new' as origin from legacy.deals`,
  `update crm.deals set title = null where id = 3`,
  `update crm.deals set title = '' where id = 4`,
  `update crm.deals set amount = 7 where id = 4`,
  `delete from crm.deals where id = 5`,
  `insert into crm.deals values (900, 'Secret', 1, 0, 'new'), (7, 'Deal 7', 10.5, 1, 'new')`,
  `create table legacy.people as select 1 as id, 'Ada' as name`,
  `create view crm.people as select 1 as id, 'Ada' as name`,
  'create table legacy.old_only as select 1 as id',
  'create table crm.new_only as select 1 as id',
  'create table legacy.keyless as select 1 as a',
  'create table crm.keyless as select 1 as a',
]

beforeAll(async () => {
  world = await createCliWorld()
  await world.sql(...migration)
})
afterAll(() => world.close())

const deals = ['warehouse:legacy.deals', 'warehouse:crm.deals', '--map', 'deal_id=id'] as const

describe('compare', () => {
  it('tells rows, columns and keys of two tables, with rows to look at', async () => {
    const said = await world.cli('compare', ...deals)
    expect([said.code, said.stderr]).toEqual([
      0,
      'warehouse:legacy.deals: counting rows and keys …\n' +
        'warehouse:legacy.deals: comparing sums of buckets of rows …\n' +
        'warehouse:legacy.deals: reading rows of buckets that differ, 0 of 309 …\n',
    ])
    await expect(said.stdout).toMatchFileSnapshot(
      join(import.meta.dirname, '__golden__', 'compare-differing.txt'),
    )
  })

  it('tells the same as JSON', async () => {
    const { code, stdout } = await world.cli('compare', ...deals, '--sample=1', '--json')
    expect(code).toBe(0)
    await expect(golden(stdout, world.directory)).toMatchFileSnapshot(
      join(import.meta.dirname, '__golden__', 'compare-differing.json.txt'),
    )
  })

  it('shows no value where no sample is asked for', async () => {
    for (const format of [[], ['--json']]) {
      const said = await world.cli('compare', ...deals, '--sample', '0', ...format)
      expect(said.stdout).not.toMatch(/Deal|Secret|900/)
    }
  })

  it('ends with 1 for whatever differs, where that is asked for', async () => {
    const code = async (...argv: string[]): Promise<number> =>
      (await world.cli('compare', ...argv, '--exit-on-changes')).code
    expect(await code(...deals)).toBe(1)
    const values = [...deals, '--ignore', 'won,origin']
    expect(
      await code(...values, '--where-left', 'deal_id > 7', '--where-right', 'id between 8 and 899'),
    ).toBe(0)
    const whole = ['--where-left', 'deal_id > 7', '--where-right', 'id between 8 and 899']
    expect(await code(...deals, ...whole)).toBe(1)
    expect(await code('warehouse:legacy.people', 'warehouse:crm.people')).toBe(0)
    expect((await world.cli('compare', ...deals)).code).toBe(0)
  })

  it('compares all tables of two schemas, and one that can not be compared stops no other', async () => {
    const said = await world.cli('compare', 'warehouse:legacy', 'warehouse:crm', '--map=deal_id=id')
    expect(said.code).toBe(2)
    expect(said.stderr).toContain('error compare.no_key: warehouse:legacy.keyless and')
    await expect(said.stdout).toMatchFileSnapshot(
      join(import.meta.dirname, '__golden__', 'compare-schemas.txt'),
    )
    const json = await world.cli(
      'compare',
      'warehouse:legacy',
      'warehouse:crm',
      '--map=deal_id=id',
      '--json',
    )
    expect(json.json).toMatchObject({
      left: 'warehouse:legacy',
      right: 'warehouse:crm',
      equal: false,
      tables: [
        { left: 'warehouse:legacy.deals', equal: false, key: ['deal_id=id'] },
        { left: 'warehouse:legacy.keyless', error: { code: 'compare.no_key' } },
        { left: 'warehouse:legacy.people', right: 'warehouse:crm.people', equal: true },
      ],
      only_left: ['old_only'],
      only_right: ['new_only'],
    })
  })

  it('takes a schema with a table missing for one that differs', async () => {
    await world.sql('create schema half', 'create table half.people as from legacy.people')
    const argv = ['compare', 'warehouse:half', 'warehouse:crm', '--exit-on-changes', '--json']
    const said = await world.cli(...argv)
    expect([said.code, said.json]).toEqual([
      1,
      expect.objectContaining({
        equal: false,
        only_left: [],
        only_right: ['deals', 'keyless', 'new_only'],
      }),
    ])
  })

  it('leaves both as they are', async () => {
    const before = await world.cli('compare', ...deals, '--json')
    expect((await world.cli('compare', ...deals, '--json')).stdout).toBe(before.stdout)
  })

  it('ends with 5 where it was asked to stop', async () => {
    const signal = AbortSignal.abort(new Error('stopped by SIGTERM'))
    let stderr = ''
    const streams = {
      stdout: { write: () => true },
      stderr: { write: (text: string) => (stderr += text) },
    }
    const { directory } = world
    const environment = { ...streams, variables: {}, signal, directory }
    for (const argv of [deals, ['warehouse:legacy', 'warehouse:crm']]) {
      expect(await runCli(['compare', ...argv], environment)).toBe(5)
      expect(stderr).toContain('error app.stopped: The run was stopped by SIGTERM before its end.')
      stderr = ''
    }
  })

  it('reads names in double quotes', async () => {
    await world.sql(
      'create schema "odd.schema"',
      'create table "odd.schema"."a ""b"":c" as select 1 as id',
    )
    const name = 'warehouse:"odd.schema"."a ""b"":c"'
    const said = await world.cli('compare', name, name)
    expect([said.code, said.stdout]).toEqual([0, expect.stringContaining('equal, 1 row ')])
  })

  it.each([
    [
      ['nowhere:legacy.deals', 'warehouse:crm.deals'],
      'app.unknown_connection',
      'no warehouse connection nowhere',
    ],
    [
      ['warehose:legacy.deals', 'warehouse:crm.deals'],
      'app.unknown_connection',
      'did you mean warehouse?',
    ],
    [
      ['hubspot:contacts.a', 'warehouse:crm.deals'],
      'app.unknown_connection',
      'hubspot is a CRM, not a warehouse',
    ],
    [
      ['warehouse:legacy.deal', 'warehouse:crm.deals'],
      'compare.unknown_table',
      'did you mean deals?',
    ],
    [
      ['warehouse:legcy', 'warehouse:crm'],
      'compare.unknown_table',
      'no schema warehouse:legcy with tables',
    ],
    [['warehouse:legacy', 'warehouse:main'], 'compare.nothing_common', 'no table in common'],
    [[...deals, '--key', 'ttle'], 'compare.unknown_column', 'did you mean title?'],
    [
      [...deals, '--ignore', 'orign'],
      'compare.unknown_column',
      'on either side; did you mean origin?',
    ],
    [
      [...deals, '--map', 'titel=title'],
      'compare.unknown_column',
      'titel on the left side; did you mean title?',
    ],
    [[...deals, '--key', 'won'], 'compare.bad_key', 'BOOLEAN in warehouse:legacy.deals'],
    [
      ['warehouse:legacy.keyless', 'warehouse:crm.keyless'],
      'compare.no_key',
      'have no column id in common',
    ],
    [[...deals, '--where-left', 'nonsense = 1'], 'warehouse.query', 'nonsense'],
  ])('refuses %j', async (argv, code, message) => {
    const said = await world.cli('compare', ...argv)
    expect([said.code, said.stdout]).toEqual([2, ''])
    const [first = '', remedy = ''] = said.stderr.split('\n').filter((line) => !line.includes('…'))
    expect(first).toContain(`error ${code}: `)
    expect(said.stderr).toContain(message)
    expect(remedy).not.toBe('')
  })

  it.each([
    [['warehouse:a.b'], 'compare takes two tables or two schemas'],
    [['warehouse:a.b', 'warehouse:a'], 'not one of each'],
    [['a.b', 'warehouse:a.b'], 'a.b names no table and no schema.'],
    [['warehouse:a.b.c', 'warehouse:a.b'], 'warehouse:a.b.c names no table and no schema.'],
    [['warehouse:a.b', 'warehouse:a.b', '--map', 'a'], 'left=right, not a.'],
    [['warehouse:a.b', 'warehouse:a.b', '--map', 'a=b=c'], 'left=right, not a=b=c.'],
    [['warehouse:a.b', 'warehouse:a.b', '--sample=-1'], '--sample takes a number of at least 0'],
  ])('does not understand %j', async (argv, message) => {
    const said = await world.cli('compare', ...argv)
    expect([said.code, said.stderr.split('\n')[0]]).toEqual([2, expect.stringContaining(message)])
    expect(said.stderr).toContain('error cli.usage')
  })

  it('holds a table of DuckDB against one of PostgreSQL', async () => {
    const database = await postgresDatabase()
    const restore = rewrite(world.directory, 'syncline.yaml', [
      'connections:\n',
      `connections:\n  lake: { type: postgres, url: '${database.url}' }\n`,
    ])
    try {
      const client = new pg.Client({ connectionString: database.url })
      await client.connect()
      await client.query(
        `create table people as select 1::bigint as "ID", 'Ada'::text as name union all select 2, null`,
      )
      await client.end()
      const said = await world.cli(
        'compare',
        'warehouse:legacy.people',
        'lake:public.people',
        '--json',
      )
      expect(said.json).toMatchObject({
        equal: false,
        tables: [{ rows: { left: 1, right: 2, equal: 1, only_right: 1 }, key: ['id=ID'] }],
      })
    } finally {
      restore()
      await database.drop()
    }
  })
})
