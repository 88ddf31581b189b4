/** What days bring to the CRM sales files. */
import type { Files, Line } from './files.ts'

/** Of every hundredth opportunity, open ones are won, won ones bring more, lost ones change hands. */
export function oneInAHundredChanged(files: Files): Files {
  const agents = files.sales_teams.flatMap((line) => line['sales_agent'] ?? [])
  const changed = files.sales_pipeline.map((line, index): Line => {
    if (index % 100 !== 42) return line
    switch (line['deal_stage']) {
      case 'In_Progress':
        return { ...line, deal_stage: 'Won', close_date: '2017-12-30', close_value: '1234.5' }
      case 'Won':
        return { ...line, close_value: `${Number(line['close_value'] ?? 0) + 10}.25` }
      default:
        return { ...line, sales_agent: agents.find((name) => name !== line['sales_agent']) ?? '' }
    }
  })
  return { ...files, sales_pipeline: changed }
}

/** How many opportunities `oneInAHundredChanged` changes. */
export function changedCount({ sales_pipeline: lines }: Files): number {
  return Math.ceil((lines.length - 42) / 100)
}

/** What no model can repair, each in a row of its own. */
export const dirt: readonly Line[] = [
  { product: 'GTX Pro' },
  { sales_agent: 'Nobody Known' },
  { deal_stage: 'Postponed' },
  { account: 'Vandelay Industries' },
  { close_value: 'n/a' },
  { close_date: '2017-02-30' },
  { created_on: '24.04.2017' },
]

export interface Soiled {
  readonly files: Files
  /** Ids of the opportunities that got a piece of dirt each. */
  readonly opportunities: readonly string[]
}

/**
 * The first won opportunities with an account get one piece of dirt each, the next comes twice, a last
 * row lacks its id, and one account gets some dirt, too.
 */
export function soiled(files: Files): Soiled {
  const clean = files.sales_pipeline.filter(
    (line) => line['deal_stage'] === 'Won' && line['account'] !== '' && line['close_value'] !== '',
  )
  const chosen = new Map(dirt.map((piece, index) => [clean[index], piece] as const))
  const [twice, unnamed] = clean.slice(dirt.length)
  return {
    opportunities: [...chosen.keys()].map((line) => line?.['opportunity_id'] ?? ''),
    files: {
      ...files,
      accounts: files.accounts.map((line, index) =>
        index === 0 ? { ...line, employees: 'many' } : line,
      ),
      sales_pipeline: [
        ...files.sales_pipeline.map((line) => ({ ...line, ...chosen.get(line) })),
        { ...twice, close_value: '1.0' },
        { ...unnamed, opportunity_id: '' },
      ],
    },
  }
}
