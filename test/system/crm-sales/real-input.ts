/**
 * examples/crm-sales on real input, whichever the CRM: a first run, one with nothing to do, one after a
 * day's changes, one after a day of bad data, and a good one. What differs between CRMs is a table.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../support/postgres-server.ts'
import { changedCount, dirt } from './days.ts'
import { keyOf } from './facts.ts'
import type { Files } from './files.ts'
import { differences, type Holding, type Records } from './records.ts'
import { type Days, isThere, type LocalCrm, missing, type Played, Site } from './site.ts'

/** What is a CRM's own about the example. */
export interface CrmSales<Crm extends LocalCrm> {
  readonly label: string
  open(): Promise<Crm>
  /** Names of the syncs. */
  readonly syncs: Readonly<Record<keyof Holding, string>>
  expectedOf(files: Files): Holding
  /** Columns of the opportunities that some lack, with the field that their records lack then. */
  readonly lacking: readonly { readonly column: string; readonly field: string }[]
  /** Why opportunities of the bad day are not delivered. */
  readonly reasons: Readonly<Record<string, number>>
  /** How many of them only the CRM itself refuses. */
  readonly refused: number
  /** More that this CRM must show. */
  also?(played: () => { readonly days: Days; readonly crm: Crm }): void
}

export function realInput<Crm extends LocalCrm>(sales: CrmSales<Crm>): void {
  describe.skipIf(!isThere).each([
    ['duckdb', sales.label],
    ['postgres', sales.label],
  ])(`crm-sales from %s to %s${missing}`, (warehouse) => {
    let postgres: PostgresDatabase | null = null
    let crm: Crm
    let site: Site
    let days: Days

    beforeAll(async () => {
      if (warehouse === 'postgres') postgres = await postgresDatabase()
      crm = await sales.open()
      site = new Site(crm, postgres)
      days = await site.play()
    })

    afterAll(async () => {
      await site.close()
      await postgres?.drop()
    })

    goodDays(sales, () => days)
    badDays(sales, () => days)
    sales.also?.(() => ({ days, crm }))
  })
}

function goodDays<Crm extends LocalCrm>(
  { syncs, expectedOf, lacking }: CrmSales<Crm>,
  played: () => Days,
): void {
  it('is prepared by one command, and then lacks nothing', () => {
    const { prepared, checked, files } = played()
    expect(prepared).toMatchObject({ code: 0, stderr: '' })
    expect(prepared.stdout).toContain(`${files.sales_pipeline.length} sales_pipeline`)
    expect(checked).toMatchObject({ code: 0 })
  })

  it('makes a record of every account and every opportunity, with the right values', () => {
    const { first, files } = played()
    const created = (sync: string, { length }: readonly unknown[]): object => ({
      sync,
      state: 'succeeded',
      planned: { creates: length, updates: 0 },
      outcomes: { delivered: length, rejected: 0, deferred: 0 },
    })
    expect(first).toMatchObject({
      code: 0,
      accounts: created(syncs.accounts, files.accounts),
      opportunities: created(syncs.opportunities, files.sales_pipeline),
    })
    expect(first.held).toEqual(expectedOf(files))
  })

  it.each(lacking)('leaves $field empty where the file has no $column', ({ column, field }) => {
    const { files, first } = played()
    const { opportunities } = first.held
    const found = Object.keys(opportunities).filter(
      (key) => opportunities[key]?.[field] === undefined,
    )
    expect(found.length).toBeGreaterThan(0)
    expect(found.toSorted()).toEqual(linesWithout(column, files).toSorted())
  })

  it('takes whole numbers that are written as decimals for what they are', () => {
    const { files } = played()
    expect(files.accounts.some((line) => line['employees']?.endsWith('.0'))).toBe(true)
  })

  it('asks for nothing and writes nothing when nothing changed', () => {
    const { files, idle } = played()
    const unchanged = ({ length }: readonly unknown[]): object => ({
      calls: { total: 0 },
      outcomes: { unchanged: length },
    })
    expect(idle).toMatchObject({
      code: 0,
      writes: [],
      accounts: unchanged(files.accounts),
      opportunities: unchanged(files.sales_pipeline),
    })
    expect(idle.calls).toEqual({})
  })

  it('writes only the rows and fields that a day changed', () => {
    const { files, changed, next } = played()
    const [before, after] = [expectedOf(files), expectedOf(changed)]
    const accounts = differences(before.accounts, after.accounts)
    const opportunities = differences(before.opportunities, after.opportunities)
    expect(Object.keys(opportunities)).toHaveLength(changedCount(files))
    expect(next).toMatchObject({
      code: 0,
      accounts: { planned: { creates: 0, updates: Object.keys(accounts).length } },
      opportunities: { planned: { creates: 0, updates: Object.keys(opportunities).length } },
    })
    expect(next.held).toEqual(after)
    expect(fieldsWritten(next, 'accounts', after.accounts)).toEqual(accounts)
    expect(fieldsWritten(next, 'opportunities', after.opportunities)).toEqual(opportunities)
  })
}

function badDays<Crm extends LocalCrm>(
  { expectedOf, reasons, refused }: CrmSales<Crm>,
  played: () => Days,
): void {
  it('rejects what is wrong row by row, with the reason, and delivers the rest', () => {
    const { bad, changed, dirty, files } = played()
    expect(bad).toMatchObject({
      code: 1,
      accounts: { state: 'succeeded', reasons: { 'rejected value.not_a_number': 1 } },
      opportunities: { state: 'succeeded', planned: { creates: 0, updates: refused } },
    })
    expect(bad.opportunities.reasons).toEqual(reasons)
    const [before, after] = [expectedOf(changed), expectedOf(dirty.files)]
    const rejected = keyOf(files.accounts[0]?.['account'])
    // A rejected row's record stays as it was; the others show what the files now add up to.
    expect(bad.held).toEqual({
      accounts: { ...after.accounts, [rejected]: before.accounts[rejected] },
      opportunities: before.opportunities,
    })
    expect(dirty.opportunities).toHaveLength(dirt.length)
  })

  it('is right again by itself once the files are', () => {
    const { changed, good } = played()
    expect(good).toMatchObject({
      code: 0,
      accounts: { reasons: {}, planned: { rejected: 0 } },
      opportunities: {
        reasons: {},
        planned: { rejected: 0, deferred: 0, creates: 0, updates: 0 },
      },
    })
    expect(good.held).toEqual(expectedOf(changed))
  })
}

/** Ids of the opportunities whose line has nothing in a column. */
export function linesWithout(column: string, { sales_pipeline: lines }: Files): readonly string[] {
  return lines.flatMap((line) => (line[column] === '' ? (line['opportunity_id'] ?? '') : []))
}

function fieldsWritten(
  { writes }: Played,
  model: keyof Holding,
  held: Records,
): Readonly<Record<string, string>> {
  const found = writes.filter(({ of }) => of === model)
  expect(found.every(({ key }) => key in held)).toBe(true)
  return Object.fromEntries(found.map(({ key, fields }) => [key, fields]))
}
