/** What the files say of accounts and opportunities, added up in whole cents and parts instead of SQL. */
import type { Files, Line } from './files.ts'

/** Numbers as decimals without trailing zeros; empty where nothing is known. */
export interface AccountFacts {
  readonly key: string
  readonly name: string
  readonly revenue: string
  readonly employees: string
  readonly won: string
  readonly open: string
  readonly winRate: string
}

export interface OpportunityFacts {
  readonly id: string
  readonly name: string
  /** As the file says it: `In_Progress`, `Won` or `Lost`. */
  readonly stage: string
  readonly amount: string
  /** Days as `2017-12-31`. */
  readonly closed: string
  readonly opened: string
  readonly product: string
  readonly agent: string
  /** The account's key. */
  readonly account: string
}

type Prices = ReadonlyMap<string | undefined, string>

export function accountFacts(files: Files): readonly AccountFacts[] {
  const prices = pricesIn(files)
  return files.accounts.map((account) => {
    const key = keyOf(account['account'])
    const lines = files.sales_pipeline.filter((line) => keyOf(line['account']) === key)
    return accountOf(account, lines, prices)
  })
}

export function opportunityFacts(files: Files): readonly OpportunityFacts[] {
  const prices = pricesIn(files)
  return files.sales_pipeline.map((line) => {
    const { account = '', product = '', deal_stage: stage = '' } = line
    const amount = stage === 'In_Progress' ? prices.get(product) : line['close_value']
    return {
      id: line['opportunity_id'] ?? '',
      name: account === '' ? product : `${product} for ${account}`,
      stage,
      amount: amount === undefined || amount === '' ? '' : decimal(cents(amount), 100n),
      closed: line['close_date'] ?? '',
      opened: line['created_on'] ?? '',
      product,
      agent: line['sales_agent'] ?? '',
      account: keyOf(account),
    }
  })
}

export function keyOf(account: string | undefined): string {
  return (account ?? '').toLowerCase()
}

function pricesIn({ products }: Files): Prices {
  return new Map(products.map((line) => [line['product'], line['sales_price'] ?? '']))
}

function accountOf(account: Line, lines: readonly Line[], prices: Prices): AccountFacts {
  const won = lines.filter((line) => line['deal_stage'] === 'Won')
  const lost = lines.filter((line) => line['deal_stage'] === 'Lost')
  const open = lines.filter((line) => line['deal_stage'] === 'In_Progress')
  const closed = won.length + lost.length
  const sum = (values: readonly (string | undefined)[]): string =>
    decimal(
      values.reduce((total, value) => total + cents(value), 0n),
      100n,
    )
  return {
    key: keyOf(account['account']),
    name: account['account'] ?? '',
    revenue: decimal(cents(account['revenue']) * 1_000_000n, 100n),
    employees: decimal(cents(account['employees']), 100n),
    won: sum(won.map((line) => line['close_value'])),
    open: sum(open.map((line) => prices.get(line['product']))),
    // To the nearest ten-thousandth, halves up.
    winRate:
      closed === 0
        ? ''
        : decimal((BigInt(won.length) * 20_000n + BigInt(closed)) / (2n * BigInt(closed)), 10_000n),
  }
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
