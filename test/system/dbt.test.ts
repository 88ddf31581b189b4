/**
 * Real dbt on tables that a pull made, on DuckDB and on PostgreSQL. Where Python or its packages can't be had, that is
 * said and nothing is tested, but in continuous integration, which must have them.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Row } from '../../src/model/value.ts'
import { dbtProgram } from './dbt/dbt-program.ts'
import { pulledObjects, type Results, SalesSite, warehouseTypes } from './dbt/sales-site.ts'

const program = await dbtProgram()
if ('missing' in program) process.stderr.write(`dbt is not tested: ${program.missing}\n`)

/** Models of the example: of the records as they are, and of what they have been. */
const models = [
  'stg_deals',
  'stg_organizations',
  'stg_persons',
  'stg_users',
  'stg_stages',
  'open_deals',
  'stage_stays',
  'deals_at_months',
  'deal_outcomes',
]
const latest = pulledObjects.map((object) => `pipedrive__${object}_latest`)
/** They go on from their last build. */
const incremental = [...latest, 'deal_outcomes']
const oldTables = ['deal', 'organization', 'person', 'user', 'pipeline', 'stage'].map(
  (object) => `${object}_history`,
)
/** All that the cutover changes. */
const afterCutover = '--vars={"crm_schema": "crm"}'

describe.skipIf('missing' in program).each(warehouseTypes)('on %s, dbt', (type) => {
  let site: SalesSite
  let before: readonly (readonly Row[])[]

  beforeAll(async () => {
    if ('missing' in program) throw new Error(program.missing)
    site = await SalesSite.open(type, program.path)
  })
  afterAll(() => site?.close())

  const rowsOf = async (names: readonly string[]): Promise<readonly (readonly Row[])[]> => {
    const all: (readonly Row[])[] = []
    for (const name of names) all.push(await site.rows(`select * from analytics.${name}`))
    return all
  }
  /** When which versions held. */
  const versionsIn = async (schema: string): Promise<readonly (readonly Row[])[]> => {
    const all: (readonly Row[])[] = []
    for (const table of oldTables) {
      const columns = 'id, _cdc_start, _cdc_end, _cdc_active, add_time'
      all.push(await site.rows(`select ${columns} from ${schema}.${table}`))
    }
    return all
  }

  // In this order: each test finds what those before it left.
  it('builds a project on the tables of another connector', async () => {
    expect(troubles(await site.dbt('build'))).toEqual([])
    before = await rowsOf(models)
    expect(before.filter((rows) => rows.length === 0)).toEqual([])
    const outcomes = await site.rows('select distinct outcome from analytics.deal_outcomes')
    expect(outcomes.flat()).toEqual(['deleted', 'lost', 'open', 'won'])
  })

  it('finds every version again after the steps of the guide, and a first run adds none', async () => {
    site.writePull('persons.first_name')
    // The CRM has no such field of users, and one that says the same.
    const mapped = ['--map', 'users.add_time=created']
    const imported = await site.cli('columns', 'import', 'old_crm', 'pipedrive', ...mapped)
    expect(imported).not.toMatch(/__(integer|decimal|text|timestamp_tz) /)
    for (const table of oldTables) {
      await site.cli('backfill', 'pipedrive', '--from-table', `old_crm.${table}`)
    }
    const versions = await versionsIn('old_crm')
    expect(versions[0]?.length).toBeGreaterThan(versions[1]?.length ?? 0)
    expect(await versionsIn('crm')).toEqual(versions)
    const read = await site.cli('run', 'pipedrive')
    const told = read.split('\n').filter((line) => / read /.test(line))
    expect(told.filter((line) => !line.includes('nothing differed'))).toEqual([])
    expect(told).toHaveLength(pulledObjects.length)
    expect(await versionsIn('crm')).toEqual(versions)
  })

  it('builds it unchanged on pulled tables, beside the files that are written for these', async () => {
    await site.sql('drop schema old_crm cascade')
    await site.cli('dbt', 'pipedrive', '--to', site.analytics)
    const results = await site.dbt('build', afterCutover)
    expect(troubles(results)).toEqual([])
    const built = latest.map((model) => results[`model.sales.${model}`])
    expect(built).toEqual(latest.map(() => 'success'))
    expect(Object.keys(results).some((node) => node.includes('.relationships_'))).toBe(true)
    expect(await rowsOf(models)).toEqual(before)
    const sources = readFileSync(
      join(site.analytics, 'models/syncline/pipedrive/sources.yml'),
      'utf8',
    )
    expect(sources).toContain('- name: deal_history__label_ids\n')
  })

  it('is told how long ago each object was read', async () => {
    const results = await site.dbt('source freshness', afterCutover)
    const fresh = pulledObjects.map((object) => [`source.sales.pipedrive_reads.${object}`, 'pass'])
    expect(results).toEqual(Object.fromEntries(fresh))
  })

  it('goes on from what was loaded since: edits, deletes, merges, erased records', async () => {
    await site.passDays()
    await site.sql(
      `update analytics.pipedrive__deals_latest set title = 'not looked at' where id = 1`,
      // As if it had been built after what comes now: only the new column makes it look.
      `update analytics.pipedrive__persons_latest set _loaded_at = _loaded_at + interval '9 days'`,
    )
    site.changeRecords()
    site.writePull()
    await site.cli('reconcile', 'pipedrive')
    await site.cli('erase', '--object', 'organizations', '--id', '9')
    await site.cli('dbt', 'pipedrive', '--to', site.analytics)
    const ofThePull = ['--select', 'path:models/syncline', 'deal_outcomes']
    expect(troubles(await site.dbt('build', afterCutover, ...ofThePull))).toEqual([])
    const deals = await site.rows(
      `select id, title as name, _deleted_at is null as there from analytics.pipedrive__deals_latest
       where id in (1, 2) or (_deleted_at is not null and id < 900000)`,
    )
    expect(deals).toEqual([
      ['1', 'not looked at', 'true'],
      ['2', 'renamed', 'true'],
      ['3', expect.any(String), 'false'],
    ])
  })

  it('shows no deleted record as current, and no erased one at all', async () => {
    const current = await site.rows('select id from analytics.stg_pipedrive__deals where id <= 3')
    expect(current).toEqual([['1'], ['2']])
    const merged = await site.rows(
      'select _deleted_at is null as there, id from analytics.pipedrive__persons_latest where id in (5, 6)',
    )
    expect(merged).toEqual([
      ['5', 'false'],
      ['6', 'true'],
    ])
    const erased = await site.rows(
      'select id from analytics.pipedrive__organizations_latest where id = 9',
    )
    expect(erased).toEqual([])
  })

  it('has the rows of a full refresh then', async () => {
    await site.sql(
      `update analytics.pipedrive__deals_latest
       set title = (select title from crm.deals where id = 1) where id = 1`,
    )
    const grown = await rowsOf(incremental)
    await site.dbt('build --full-refresh', afterCutover, '--select', ...incremental)
    expect(grown).toEqual(await rowsOf(incremental))
  })
})

/** What went wrong. Only references may warn: a CRM keeps ids of what was deleted. */
function troubles(results: Results): readonly string[] {
  return Object.entries(results)
    .filter(([, status]) => !['success', 'pass'].includes(status))
    .filter(([node, status]) => status !== 'warn' || !node.includes('.relationships_'))
    .map(([node, status]) => `${node}: ${status}`)
}
