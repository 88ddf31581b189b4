/** The CRM sales files, by a reading of their own: nothing here is shared with the example or with src/. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Line = Record<string, string>

export interface Files {
  readonly accounts: Line[]
  readonly products: Line[]
  readonly sales_teams: Line[]
  readonly sales_pipeline: Line[]
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
