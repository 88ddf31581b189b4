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
const leftOut: readonly string[] = [...own, '_cdc_active']

export async function readTables(workspace: Workspace): Promise<Held> {
  const warehouse = await workspace.warehouse('warehouse')
  return warehouse.session(async (session) => {
    const found = new Map<Table, HeldTable>()
    for (const table of tables) found.set(table, await readTable(session, table))
    return ofEachTable((table) => found.get(table) ?? nothing)
  })
}

async function readTable(session: Session, table: Table): Promise<HeldTable> {
  const history = `crm.${table.slice(0, -1)}_history`
  const columns = await session.describe(`select * from ${history}`)
  const names = columns.map(({ name }) => name).filter((name) => !leftOut.includes(name))
  return {
    columns: names.toSorted(),
    history: await versions(session, history, columns),
    current: await versions(session, `crm.${table}`, columns),
  }
}

async function versions(
  session: Session,
  table: string,
  columns: readonly Column[],
): Promise<readonly HeldVersion[]> {
  const fields = columns.filter(({ name }) => !leftOut.includes(name))
  const byName = new Map(columns.map((column) => [column.name, column]))
  const wanted = [...own.map((name) => byName.get(name)), ...fields]
  const texts = wanted.map((column) => (column === undefined ? 'null' : asText(column)))
  const text = `select ${texts.join(', ')} from ${table} order by id, _cdc_start`
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

function asText({ name, kind }: Column): string {
  const column = `"${name}"`
  if (kind !== 'timestamp_tz') return `cast(${column} as varchar)`
  return `strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%fZ')`
}

function comparable(kind: Column['kind'], value: string | null): string | null {
  return kind === 'json' && value !== null ? canonical(JSON.parse(value)) : value
}
