/** What the warehouse holds, asked for as a person would: by SQL on the tables that people query. */
import type { Workspace } from '../../../src/app/workspace/workspace.ts'
import type { Column } from '../../../src/model/value.ts'
import type { Session } from '../../../src/warehouse/warehouse.ts'
import { canonical, ofEachTable, type Table, tables, type Texts } from './columns.ts'

export interface HeldVersion {
  readonly key: string
  readonly start: string
  readonly end: string | null
  readonly mergedInto: string | null
  readonly dirty: boolean
  readonly texts: Texts
}

interface HeldTable {
  /** Of the fields, sorted. */
  readonly columns: readonly string[]
  readonly history: readonly HeldVersion[]
  readonly current: readonly HeldVersion[]
}

export type Held = Readonly<Record<Table, HeldTable>>

const own = ['id', '_cdc_start', '_cdc_end', '_merged_into', '_dirty'] as const
const nothing: HeldTable = { columns: [], history: [], current: [] }
/** Columns of the tables that are of no field. */
export const leftOut: readonly string[] = [...own, '_cdc_active']

export async function readTables(workspace: Workspace): Promise<Held> {
  const warehouse = await workspace.warehouse('warehouse')
  return warehouse.session(async (session) => {
    const found = new Map<Table, HeldTable>()
    const asText = texts[warehouse.dialect.name === 'postgres' ? 'postgres' : 'duckdb']
    for (const table of tables) found.set(table, await readTable(session, asText, table))
    return ofEachTable((table) => found.get(table) ?? nothing)
  })
}

async function readTable(session: Session, asText: AsText, table: Table): Promise<HeldTable> {
  const history = `crm.${table.slice(0, -1)}_history`
  const columns = await session.describe(`select * from ${history}`)
  const names = columns.map(({ name }) => name).filter((name) => !leftOut.includes(name))
  return {
    columns: names.toSorted(),
    history: await versions(session, asText, history, columns),
    current: await versions(session, asText, `crm.${table}`, columns),
  }
}

async function versions(
  session: Session,
  asText: AsText,
  table: string,
  columns: readonly Column[],
): Promise<readonly HeldVersion[]> {
  const fields = columns.filter(({ name }) => !leftOut.includes(name))
  const byName = new Map(columns.map((column) => [column.name, column]))
  const wanted = [...own.map((name) => byName.get(name)), ...fields]
  const selected = wanted.map((column) => (column === undefined ? 'null' : asText(column)))
  const text = `select ${selected.join(', ')} from ${table} order by id, _cdc_start`
  const rows = await session.query({ text, parameters: [] })
  return rows.map(([key, start, end, mergedInto, dirty, ...values]) => ({
    key: key ?? '',
    start: start ?? '',
    end: end ?? null,
    mergedInto: mergedInto ?? null,
    dirty: dirty === 'true',
    texts: Object.fromEntries(
      fields.map(({ name, kind }, at) => [name, comparable(kind, values[at] ?? null)]),
    ),
  }))
}

type AsText = (column: Column) => string

/** By the warehouse. */
const texts = {
  duckdb: textOf((name) => `strftime(make_timestamp(epoch_us(${name})), '%Y-%m-%dT%H:%M:%S.%fZ')`),
  postgres: textOf((name) => `to_char(timezone('UTC', ${name}), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`),
} as const

function textOf(ofInstant: (column: string) => string): AsText {
  return ({ name, kind }) => {
    if (kind === 'timestamp_tz') return ofInstant(`"${name}"`)
    // PostgreSQL has as many digits as there are.
    const value = kind === 'decimal' ? `cast("${name}" as decimal(38, 9))` : `"${name}"`
    return `cast(${value} as varchar)`
  }
}

function comparable(kind: Column['kind'], value: string | null): string | null {
  return kind === 'json' && value !== null ? canonical(JSON.parse(value)) : value
}
