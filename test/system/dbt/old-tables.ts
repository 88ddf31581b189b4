/**
 * The tables of a company as a managed connector left them: names as people know them, types as it chose them. It shows
 * the active version of everything, older versions of some deals, and deals that were deleted long ago.
 */
import { customFields } from '../../../examples/pipedrive/custom-fields.ts'
import type { RecordState } from '../../../src/simulator/pipedrive/state.ts'

type Records = Readonly<Record<string, readonly RecordState[]>>

/** By column: its type, and under which code the CRM has it. */
type Columns = Readonly<Record<string, readonly [type: string, code?: string]>>

const tables: Readonly<Record<string, Columns>> = {
  deal: {
    title: ['varchar(255)'],
    value: ['numeric(18,2)'],
    currency: ['varchar(3)'],
    status: ['varchar(20)'],
    owner_id: ['integer'],
    person_id: ['integer'],
    org_id: ['integer'],
    pipeline_id: ['integer'],
    stage_id: ['integer'],
    expected_close_date: ['date'],
    renewal_date: ['date', customFields.deal.renewal.code],
    won_time: ['timestamptz'],
    lost_time: ['timestamptz'],
    lost_reason: ['varchar(255)'],
  },
  organization: {
    name: ['varchar(255)'],
    owner_id: ['integer'],
    employee_count: ['integer'],
  },
  person: { name: ['varchar(255)'], org_id: ['integer'], owner_id: ['integer'] },
  user: { name: ['varchar(255)'], email: ['varchar(255)'], active_flag: ['boolean'] },
  pipeline: { name: ['varchar(255)'], order_nr: ['integer'] },
  stage: {
    name: ['varchar(255)'],
    pipeline_id: ['integer'],
    order_nr: ['integer'],
    deal_probability: ['integer'],
  },
}

const dayMs = 86_400_000

interface Version {
  readonly id: string
  readonly addedAt: number
  readonly from: number
  readonly until: number | null
  readonly values: RecordState['values']
}

export function oldTables(records: Records): readonly string[] {
  return [
    'create schema old_crm',
    ...Object.entries(tables).flatMap(([object, columns]) => {
      const versions = (records[object] ?? []).flatMap((record, index) =>
        versionsOf(object, record, index),
      )
      return [createTable(object, columns), insertVersions(object, columns, versions)]
    }),
  ]
}

function versionsOf(
  object: string,
  { id = '', addedAt = 0, updatedAt, values }: RecordState,
  index: number,
): readonly Version[] {
  const from = updatedAt ?? addedAt
  const active = { id, addedAt, from, until: null, values }
  if (object !== 'deal' || from <= addedAt) return [active]
  const stage = values['stage_id'] === 1 ? 2 : 1
  const earlier = {
    id,
    addedAt,
    from: addedAt,
    until: from,
    values: { ...values, stage_id: stage },
  }
  const gone = { ...earlier, id: `9${id.padStart(5, '0')}`, until: addedAt + dayMs }
  return [active, ...(index % 3 === 0 ? [earlier] : []), ...(index % 20 === 0 ? [gone] : [])]
}

function createTable(object: string, columns: Columns): string {
  const own = ['id bigint', '_cdc_start timestamptz', '_cdc_end timestamptz', '_cdc_active boolean']
  const typed = Object.entries(columns).map(([name, [type]]) => `${name} ${type}`)
  return `create table old_crm.${object}_history (${[...own, 'add_time timestamptz', ...typed].join(', ')})`
}

function insertVersions(object: string, columns: Columns, versions: readonly Version[]): string {
  const rows = versions.map(({ id, addedAt, from, until, values }) => {
    const cells = Object.entries(columns).map(([name, [, code = name]]) => literal(values[code]))
    const times = [instant(from), instant(until), String(until === null), instant(addedAt)]
    return `(${[id, ...times, ...cells].join(', ')})`
  })
  return `insert into old_crm.${object}_history values ${rows.join(', ')}`
}

/** To the second, as the CRM tells it. */
function instant(at: number | null): string {
  return at === null ? 'null' : `'${new Date(at).toISOString().slice(0, 19)}Z'`
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value)
}
