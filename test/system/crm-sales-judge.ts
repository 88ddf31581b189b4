/**
 * What the CRM must hold for the CRM sales files, by this module's own reading of them: it shares no
 * code with the example or with src/, and adds up in whole cents and parts instead of SQL.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HubSpotDump } from '../../src/simulator/hubspot/state.ts'

export type Line = Record<string, string>

export interface Files {
  readonly accounts: Line[]
  readonly products: Line[]
  readonly sales_teams: Line[]
  readonly sales_pipeline: Line[]
}

/** Field values of records by the key that each is matched by; what is empty is left out. */
export type Records = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface Holding {
  readonly companies: Records
  readonly deals: Records
}

const names = ['accounts', 'products', 'sales_teams', 'sales_pipeline'] as const

/** The files use neither quotes nor line breaks in fields; others than these are refused. */
export function readFiles(folder: string): Files {
  const read = (name: string): Line[] => {
    const text = readFileSync(join(folder, `${name}.csv`), 'utf8')
    if (text.includes('"')) throw new Error(`${name}.csv has quotes, which this judge can not read`)
    const [header = '', ...lines] = text.trimEnd().split(/\r?\n/)
    const columns = header.split(',')
    return lines.map((line) => {
      const fields = line.split(',')
      return Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? '']))
    })
  }
  return {
    accounts: read('accounts'),
    products: read('products'),
    sales_teams: read('sales_teams'),
    sales_pipeline: read('sales_pipeline'),
  }
}

export function writeFiles(folder: string, files: Files): void {
  for (const name of names) {
    const columns = Object.keys(files[name][0] ?? {})
    const lines = files[name].map((line) => columns.map((column) => line[column]).join(','))
    writeFileSync(join(folder, `${name}.csv`), `${[columns.join(','), ...lines].join('\n')}\n`)
  }
}

export function expectedOf(files: Files): Holding {
  const prices = new Map(files.products.map((line) => [line['product'], line['sales_price'] ?? '']))
  const companies = files.accounts.map((account): [string, Record<string, string>] => {
    const key = keyOf(account['account'])
    const lines = files.sales_pipeline.filter((line) => keyOf(line['account']) === key)
    return [key, company(account, lines, prices)]
  })
  const deals = files.sales_pipeline.map((line): [string, Record<string, string>] => [
    line['opportunity_id'] ?? '',
    deal(line, prices),
  ])
  return { companies: Object.fromEntries(companies), deals: Object.fromEntries(deals) }
}

type Prices = ReadonlyMap<string | undefined, string>

function company(account: Line, lines: readonly Line[], prices: Prices): Record<string, string> {
  const won = lines.filter((line) => line['deal_stage'] === 'Won')
  const lost = lines.filter((line) => line['deal_stage'] === 'Lost')
  const open = lines.filter((line) => line['deal_stage'] === 'In_Progress')
  const closed = won.length + lost.length
  const sum = (values: readonly (string | undefined)[]): string =>
    decimal(
      values.reduce((total, value) => total + cents(value), 0n),
      100n,
    )
  return filled({
    account_key: keyOf(account['account']),
    name: account['account'] ?? '',
    annualrevenue: decimal(cents(account['revenue']) * 1_000_000n, 100n),
    numberofemployees: decimal(cents(account['employees']), 100n),
    won_revenue: sum(won.map((line) => line['close_value'])),
    open_pipeline: sum(open.map((line) => prices.get(line['product']))),
    // To the nearest ten-thousandth, halves up.
    win_rate:
      closed === 0
        ? ''
        : decimal((BigInt(won.length) * 20_000n + BigInt(closed)) / (2n * BigInt(closed)), 10_000n),
  })
}

const stageLabels: Readonly<Record<string, string>> = {
  In_Progress: 'In progress',
  Won: 'Closed Won',
  Lost: 'Closed Lost',
}

function deal(line: Line, prices: Prices): Record<string, string> {
  const { account = '', product = '', deal_stage: stage = '', close_date: closed = '' } = line
  const amount = stage === 'In_Progress' ? prices.get(product) : line['close_value']
  return filled({
    opportunity_id: line['opportunity_id'] ?? '',
    dealname: account === '' ? product : `${product} for ${account}`,
    pipeline: 'Product sales',
    dealstage: stageLabels[stage] ?? stage,
    amount: amount === undefined || amount === '' ? '' : decimal(cents(amount), 100n),
    closedate: closed === '' ? '' : `${closed}T00:00:00.000Z`,
    opened_on: line['created_on'] ?? '',
    product,
    owner: line['sales_agent'] ?? '',
    company: keyOf(account),
  })
}

function keyOf(account: string | undefined): string {
  return (account ?? '').toLowerCase()
}

function filled(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  )
}

/** Whole cents; what is no number counts nothing. */
function cents(text: string | undefined): bigint {
  const [, whole, part = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text ?? '') ?? []
  return whole === undefined ? 0n : BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'))
}

/** `value / unit` without trailing zeros. */
function decimal(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1
  const part = String(value % unit)
    .padStart(digits, '0')
    .replace(/0+$/, '')
  return part === '' ? `${value / unit}` : `${value / unit}.${part}`
}

/** The id of HubSpot's own primary association from a deal to a company. */
const primaryCompany = 5

/** What the CRM holds, with ids replaced by the names they stand for. */
export function heldIn({ state }: HubSpotDump): Holding {
  const owners = new Map(
    state.owners.map((owner) => [owner.id, `${owner.firstName} ${owner.lastName}`]),
  )
  const pipelines = state.pipelines['0-3'] ?? []
  const companies = new Map(
    (state.records['0-2'] ?? []).map(({ id, properties }) => [id, own(properties)]),
  )
  const companyOf = new Map<string, string[]>()
  for (const { from, to, typeIds } of state.associations) {
    if (from.object !== '0-3' || to.object !== '0-2') continue
    const name = companies.get(to.id)?.['account_key'] ?? `unknown ${to.id}`
    const primary = typeIds?.includes(primaryCompany) === true ? name : `not primary: ${name}`
    companyOf.set(from.id, [...(companyOf.get(from.id) ?? []), primary])
  }
  const deals = (state.records['0-3'] ?? []).map(({ id, properties }) => {
    const { hubspot_owner_id: owner, pipeline, dealstage, ...rest } = own(properties)
    const found = pipelines.find((one) => one.id === pipeline)
    return filled({
      ...rest,
      pipeline: found?.label ?? `unknown ${pipeline}`,
      dealstage: found?.stages.find((stage) => stage.id === dealstage)?.label ?? 'unknown',
      owner: owner === undefined ? '' : (owners.get(owner) ?? `unknown ${owner}`),
      company: (companyOf.get(id ?? '') ?? []).join(' and '),
    })
  })
  return {
    companies: byKey([...companies.values()], 'account_key'),
    deals: byKey(deals, 'opportunity_id'),
  }
}

/** Without what HubSpot calculates. */
function own(properties: Readonly<Record<string, string | null>>): Record<string, string> {
  const kept = Object.entries(properties).filter(([name]) => !/^(hs_|num_)/.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']))
}

/** Two records with one key are both shown, under names of their own. */
function byKey(records: readonly Record<string, string>[], field: string): Records {
  const found: Record<string, Record<string, string>> = {}
  for (const record of records) {
    let key = record[field] ?? '(none)'
    while (key in found) key = `${key} again`
    found[key] = record
  }
  return found
}

/** `key: fields` of every record that differs, with the fields that do. */
export function differences(before: Records, after: Records): Readonly<Record<string, string>> {
  const changed: Record<string, string> = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key] ?? {}, after[key] ?? {}]
    const fields = Object.keys({ ...old, ...now }).filter((name) => old[name] !== now[name])
    if (fields.length > 0) changed[key] = fields.toSorted().join(' ')
  }
  return changed
}
