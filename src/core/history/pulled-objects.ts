/**
 * What is remembered of each pulled object: a table of the working schema. A row says that the tables are the sync's
 * own, how its history is kept, and how far reads have come, which is written in the transaction of the rows
 * (promise 1). Instants are canonical texts by the CRM's clock.
 */
import { historyForms, type HistoryForm } from '../../model/sync.ts'
import type { Row } from '../../model/value.ts'
import type { Dialect, TableName } from '../sql/dialect.ts'
import { tableReference } from '../sql/names.ts'
import type { Statement } from '../sql/statement.ts'
import { createTable, statement } from '../sql/working-schema.ts'

const objectColumns = {
  sync: 'text',
  object: 'text',
  form: 'text',
  since: 'text',
  whole_at: 'text',
} as const

export interface ReadPosition {
  /** Everything that the CRM had changed before this instant is in the history. */
  readonly since: string
  /** When the last read of all records began; null before the first. */
  readonly wholeAt: string | null
}

export interface RememberedObject {
  readonly form: HistoryForm
  /** Null before the first read. */
  readonly position: ReadPosition | null
}

export interface ObjectOwner {
  readonly sync: string
  readonly object: string
}

export function createObjects(dialect: Dialect, table: TableName): Statement {
  return createTable(dialect, table, objectColumns)
}

/** A row for `readObjectRow`, or none. */
export function objectRow(dialect: Dialect, table: TableName, owner: ObjectOwner): Statement {
  const { quote } = dialect
  const names = ['form', 'since', 'whole_at'].map((name) => quote(name)).join(', ')
  return statement(
    `select ${names} from ${tableReference(dialect, table)} where ${ownedBy(dialect, owner)}`,
  )
}

export function readObjectRow([form, since, wholeAt]: Row): RememberedObject {
  const known = historyForms.find((one) => one === form)
  if (known === undefined) throw new Error(`a history is kept in the unknown form ${form}`)
  const position =
    since === null || since === undefined ? null : { since, wholeAt: wholeAt ?? null }
  return { form: known, position }
}

export function insertObject(
  dialect: Dialect,
  table: TableName,
  { sync, object }: ObjectOwner,
  form: HistoryForm,
): Statement {
  const { literal, quote } = dialect
  const names = ['sync', 'object', 'form'].map((name) => quote(name)).join(', ')
  const values = [sync, object, form].map((text) => literal(text)).join(', ')
  return statement(`insert into ${tableReference(dialect, table)} (${names}) values (${values})`)
}

export function setForm(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  form: HistoryForm,
): Statement {
  return update(dialect, table, owner, { form })
}

export function setPosition(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  { since, wholeAt }: ReadPosition,
): Statement {
  return update(dialect, table, owner, { since, whole_at: wholeAt })
}

function update(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  values: Readonly<Record<string, string | null>>,
): Statement {
  const { literal, quote } = dialect
  const set = Object.entries(values).map(
    ([name, value]) => `${quote(name)} = ${value === null ? 'null' : literal(value)}`,
  )
  return statement(
    `update ${tableReference(dialect, table)} set ${set.join(', ')} where ${ownedBy(dialect, owner)}`,
  )
}

function ownedBy({ literal, quote }: Dialect, { sync, object }: ObjectOwner): string {
  return `${quote('sync')} = ${literal(sync)} and ${quote('object')} = ${literal(object)}`
}
