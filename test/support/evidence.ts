/**
 * What the judge judges: read from the databases and the CRM's dump by plain SQL and JSON, never
 * through the code under test.
 */
import type { CrmHistory } from './crm-history.ts'

/** The rules of the sync that bear on what is right. */
export interface JudgedSync {
  readonly name: string
  /** The model, and the schema of the engine's tables. */
  readonly table: string
  readonly workingSchema: string
  readonly mode: 'insert' | 'update' | 'upsert'
  readonly removedRows: 'ignore' | 'clear' | 'archive' | 'delete'
  readonly ifDeleted: 'skip' | 'recreate'
  readonly readBefore: boolean
  /** What finds a record; by emails unless a test says otherwise. */
  readonly match: { readonly field: string; readonly column: string }
  /** CRM field and column, with the condition under which it may be written. */
  readonly fields: readonly JudgedField[]
}

export interface JudgedField {
  readonly field: string
  readonly column: string
  readonly write: 'always' | 'if_empty' | 'if_unchanged'
}

export type Values = Readonly<Record<string, string | null>>

export interface BaselineEntry {
  readonly key: string
  readonly remoteId: string
  readonly origin: string
  readonly presence: string
  readonly crmValues: Values
  readonly withheld: Values
  /** The model's values last considered, by column. */
  readonly considered: Values
}

/** A row of the table of operations: what a run says it did to a key. */
export interface RecordedOutcome {
  readonly runId: string
  readonly sequence: string
  readonly key: string
  readonly kind: string
  readonly status: string
  readonly reason: string | null
  readonly message: string | null
}

/** The parts of a run's report that can be added up. */
export interface JudgedReport {
  readonly runId: string
  readonly state: string
  readonly rows: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly planned: Readonly<Record<'creates' | 'updates' | 'deletes', number>>
  readonly startedAt: number
}

export interface Evidence {
  readonly sync: JudgedSync
  readonly crm: CrmHistory
  /** Rows of the model by key; of a duplicate key, any. */
  readonly model: ReadonlyMap<string, Values>
  readonly duplicateKeys: ReadonlySet<string>
  /** Whether some row has no key: then no absence is certain. */
  readonly hasUnkeyed: boolean
  readonly baseline: ReadonlyMap<string, BaselineEntry>
  readonly operations: readonly RecordedOutcome[]
  readonly reports: readonly JudgedReport[]
  /** When each run began, killed ones included, in order. */
  readonly runStarts: readonly number[]
  /** The ledger's runs that have not ended, as `id state`. */
  readonly unended: readonly string[]
}

type Query = (text: string) => Promise<readonly (readonly (string | null)[])[]>

export type Tables = Pick<
  Evidence,
  'model' | 'duplicateKeys' | 'hasUnkeyed' | 'baseline' | 'operations'
>

/** Reads the tables of a sync whose columns are texts, but for the key. */
export async function readTables(query: Query, sync: JudgedSync): Promise<Tables> {
  const columns = [...new Set([sync.match.column, ...sync.fields.map(({ column }) => column)])]
  const model = new Map<string, Values>()
  const duplicateKeys = new Set<string>()
  let hasUnkeyed = false
  for (const [key, ...values] of await query(
    `select id::varchar, ${columns.join(', ')} from ${sync.table}`,
  )) {
    if (key === null || key === undefined) {
      hasUnkeyed = true
      continue
    }
    if (model.has(key)) duplicateKeys.add(key)
    model.set(key, record(columns, values))
  }
  return {
    model,
    duplicateKeys,
    hasUnkeyed,
    baseline: await readBaseline(query, sync, columns),
    operations: await readOperations(query, sync),
  }
}

async function readBaseline(
  query: Query,
  sync: JudgedSync,
  columns: readonly string[],
): Promise<ReadonlyMap<string, BaselineEntry>> {
  const known = new Set(
    (
      await query(
        `select column_name from information_schema.columns where table_schema = '${sync.workingSchema}' and table_name = '${sync.name}__baseline'`,
      )
    ).map(([name]) => name),
  )
  const baseline = new Map<string, BaselineEntry>()
  if (known.size === 0) return baseline
  const held = columns.filter((column) => known.has(`m_${column}`))
  for (const [key, remoteId, origin, presence, crmValues, withheld, ...values] of await query(
    `select "key"::varchar, remote_id, origin, presence, crm_values, withheld, ${held.map((column) => `m_${column}`).join(', ')} from ${sync.workingSchema}."${sync.name}__baseline"`,
  )) {
    baseline.set(key ?? '', {
      key: key ?? '',
      remoteId: remoteId ?? '',
      origin: origin ?? '',
      presence: presence ?? '',
      crmValues: JSON.parse(crmValues ?? '{}') as Values,
      withheld: JSON.parse(withheld ?? '{}') as Values,
      considered: record(held, values),
    })
  }
  return baseline
}

async function readOperations(query: Query, sync: JudgedSync): Promise<readonly RecordedOutcome[]> {
  const rows = await query(
    `select run_id, sequence::varchar, "key", kind, status, reason, message from ${sync.workingSchema}.operations where sync = '${sync.name}' order by "at", run_id, sequence`,
  )
  return rows.map(([runId, sequence, key, kind, status, reason, message]) => ({
    runId: runId ?? '',
    sequence: sequence ?? '',
    key: key ?? '',
    kind: kind ?? '',
    status: status ?? '',
    reason: reason ?? null,
    message: message ?? null,
  }))
}

function record(names: readonly string[], values: readonly (string | null)[]): Values {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]))
}
