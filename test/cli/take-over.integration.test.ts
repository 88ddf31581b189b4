/** The way from another tool, as a person takes it: columns, versions, records read again, the comparison. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { golden } from './golden.ts'
import { createPullWorld, money, type PullWorld } from './pull-world.ts'

let world: PullWorld

const goldenFile = (name: string): string =>
  join(import.meta.dirname, '__golden__', `${name}.json.txt`)

beforeAll(async () => {
  world = await createPullWorld()
  await world.sql(
    'create schema old_crm',
    'create table old_crm.deal_history (id bigint, _cdc_start timestamp, _cdc_end timestamp, _cdc_active boolean, title varchar, "value" double, phase bigint, score varchar)',
    `insert into old_crm.deal_history values
      (1, '2026-02-01 10:00:00', '2026-02-02 10:00:00', false, 'deal one', 5, 1, 'a'),
      (1, '2026-02-02 10:00:00', null, true, 'deal 1', 10, null, null),
      (2, '2026-02-01 10:00:00', null, true, 'deal 2', 10, null, null),
      (9, '2026-02-01 10:00:00', null, true, 'deal 9', 'NaN', null, null)`,
  )
})
afterAll(() => world.close())

// In this order: each test finds what those before it left.
describe('columns import', () => {
  it('shows what it would pin, and asks for what is not clear', async () => {
    const shown = await world.cli('columns', 'import', 'old_crm', 'crm', '--dry-run')
    expect([shown.code, shown.stderr]).toEqual([0, ''])
    expect(shown.stdout.split('\n')).toEqual([
      'crm ← pipes deals, persons',
      '  deals  old_crm.deal_history',
      '      title VARCHAR  field title  title VARCHAR',
      '      value DOUBLE   field value  value DOUBLE, value__decimal DECIMAL(38,9)  what does not fit exactly goes to the further column',
      '      phase          no field',
      '      score          no field',
      '  persons  no table',
      '  nothing was written: this was a dry run',
      '',
    ])
    const refused = await world.cli('columns', 'import', 'old_crm', 'crm')
    expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([
      2,
      'error pull.unmatched_columns: old_crm.deal_history: no one field of deals is meant by phase, score.',
    ])
  })

  it('pins names and types, once', async () => {
    const said = await world.cli(
      'columns',
      'import',
      'old_crm',
      'crm',
      '--json',
      '--map',
      'deals.phase=stage',
      '--keep',
      '*.score',
    )
    expect(said.code).toBe(0)
    await expect(golden(said.stdout, world.directory)).toMatchFileSnapshot(
      goldenFile('columns-import'),
    )
    const again = await world.cli('columns', 'import', 'old_crm', 'crm')
    expect(again.stdout).toContain(
      '      title VARCHAR  field title  title VARCHAR                               as before\n',
    )
  })

  it.each([
    [['columns'], 'columns takes the action import and a schema.'],
    [['columns', 'export', 'old_crm'], 'columns takes the action import and a schema.'],
    [
      ['columns', 'import', 'old_crm', '--map', 'phase=stage'],
      '--map takes a column and its field as object.column=field, not phase=stage.',
    ],
    [
      ['columns', 'import', 'old_crm', '--keep', 'score'],
      '--keep takes a column as object.column, not score.',
    ],
    [
      ['columns', 'import', 'old_crm', '--table', 'deals'],
      '--table takes object=table, not deals.',
    ],
  ] as const)('%j is refused', async (argv, message) => {
    const { code, stderr } = await world.cli(...argv)
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error cli.usage: ${message}`])
  })

  it('is refused of an object that the sync does not pull', async () => {
    const said = await world.cli('columns', 'import', 'old_crm', 'crm', '--table', 'dealz=x')
    expect([said.code, said.stderr]).toEqual([2, expect.stringContaining('app.not_pulled')])
  })
})

describe('backfill --from-table', () => {
  const table = ['--from-table', 'old_crm.deal_history'] as const

  it('takes over versions, and counts what it left', async () => {
    const said = await world.cli('backfill', 'crm', ...table)
    expect(said.code).toBe(1)
    expect(said.stdout.split('\n')).toEqual([
      expect.stringMatching(/^crm ← pipes deals, persons \(backfill \S+, succeeded, \d+\.\d s\)$/),
      '  deals  4 rows  3 versions taken over, 0 known',
      '      1 rejected  version.value',
      '',
    ])
    const again = await world.cli('backfill', 'crm', ...table, '--json')
    await expect(golden(again.stdout, world.directory)).toMatchFileSnapshot(
      goldenFile('backfill-from-table'),
    )
  })

  it('is followed by a run that finds only what is new', async () => {
    const said = await world.cli('run', 'crm', '--object', 'deals')
    expect(said.stdout).toContain('  deals  3 read  1 added  1 created\n')
    const compared = await world.cli(
      'compare',
      'warehouse:old_crm.deal_history',
      'warehouse:crm_sync.deal_history',
      '--key=id',
      '--key=_cdc_start',
      '--ignore',
      '_cdc_end,_cdc_active',
    )
    expect(compared.stdout).toContain('3 rows the same in 6 columns, 1 only left, 1 only right')
  })

  it.each([
    [['--from-table', 'deal_history'], 'deal_history names no table.'],
    [[...table, '--ids', '1'], '--ids does not go with --from-table.'],
    [[...table, '--object', 'deals,persons'], 'A table is of one --object.'],
    [['--map', 'deals.a=b'], '--map goes with --from-table alone.'],
    [['--ids', '1', '--from', '2026-03-01'], 'backfill takes --ids, or --from and --to, not both.'],
    [['--ids', '1', '--object', 'deals,persons'], 'The --ids are of one --object.'],
    [
      ['--from', '2026-03-01T10:00:00'],
      '--from takes a day or a time with its zone, such as 2026-03-01T10:00:00Z, not 2026-03-01T10:00:00.',
    ],
  ] as const)('%j is refused', async (argv, message) => {
    const { code, stderr } = await world.cli('backfill', 'crm', ...argv)
    expect([code, stderr.split('\n')[0]]).toEqual([2, `error cli.usage: ${message}`])
  })
})

describe('backfill', () => {
  it('reads records by their ids, or by when they changed', async () => {
    world.deals.put('1', '2026-03-01T10:00:00.000000Z', { value: money('11') })
    const byId = await world.cli('backfill', 'crm', '--object', 'deals', '--ids', '1')
    expect([byId.code, byId.stdout.split('\n')[1]]).toEqual([
      0,
      '  deals  1 read  1 added  1 changed',
    ])
    const byTime = await world.cli('backfill', 'crm', '--object', 'deals', '--from', '2026-01-01')
    expect(byTime.stdout.split('\n')[1]).toMatch(
      /^ {2}deals {2}3 read \(changed since 2026-01-01T00:00:00.000Z\) {2}0 added {2}nothing differed$/,
    )
    const unclear = await world.cli('backfill', 'crm', '--ids', '1')
    expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining('app.not_pulled')])
  })
})
