/**
 * What is remembered of each pulled object: a table of the working schema. A row says that the tables are the sync's
 * own, how its history is kept and under what names, and how far reads have come, which is written in the transaction of
 * the rows (promise 1). Instants are canonical texts by the CRM's clock.
 */
import { objectTables, type NamedObject } from '../../../model/object-tables.ts'
import {
  historyForms,
  type HistoryForm,
  type PresetName,
  presetNames,
  type PullSync,
  type TableTemplates,
} from '../../../model/sync.ts'
import type { Column, Row } from '../../../model/value.ts'
import type { Catalogue } from '../../sql/catalogue.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { completeTable, createTable, statement } from '../../sql/working-schema.ts'

const objectColumns = {
  sync: 'text',
  object: 'text',
  form: 'text',
  since: 'text',
  whole_at: 'text',
  preset: 'text',
  table_schema: 'text',
  changes_table: 'text',
  history_table: 'text',
  current_table: 'text',
  whole_owed: 'text',
  tried_at: 'text',
  withheld: 'text',
  trailed_at: 'text',
} as const

/** What a row tells of its object, in the order in which it is read. */
const toldColumns = Object.keys(objectColumns).filter(
  (name) => name !== 'sync' && name !== 'object',
)

export interface ReadPosition {
  /** Everything that the CRM had changed before this instant is in the history. */
  readonly since: string
  /** When the last read of all records began whose deletions count; null before the first. */
  readonly wholeAt: string | null
  /** When the last read of all records began, though its deletions may have been withheld; null before the first. */
  readonly triedAt: string | null
  /** Records that it found absent, and that a guard keeps from being deleted. */
  readonly withheld: number
  /** When the last read began that also looked for what the CRM had shown late until then. */
  readonly trailedAt: string
}

/** The names of an object's tables, as the sync gives them. */
export interface ObjectPlace extends TableTemplates {
  readonly schema: string
}

/**
 * Why the next read is of everything although none is due, in the words of the table: columns are new, of which nobody
 * knows what records hold; tables were dropped, and may come back older than the position; the warehouse is an older copy; or a
 * person joined it and another state.
 */
export const wholeReasons = [
  'new columns',
  'dropped tables',
  'restored warehouse',
  'another state',
] as const
export type WholeReason = (typeof wholeReasons)[number]

/** How an object's history is kept and shown, and where. */
export interface Keeping {
  readonly form: HistoryForm
  /** Null where an older version did not remember it; so, too, the place. */
  readonly preset: PresetName | null
  readonly place: ObjectPlace | null
}

export interface RememberedObject {
  readonly keeping: Keeping
  /** Why the next read has to be of everything; null where it does not. */
  readonly wholeOwed: WholeReason | null
  /** Null before the first read. */
  readonly position: ReadPosition | null
}

/** Without an object, all that the sync pulls. */
export interface ObjectsOwner {
  readonly sync: string
  readonly object?: string
}

export interface ObjectOwner extends ObjectsOwner {
  readonly object: string
}

export function createObjects(dialect: Dialect, table: TableName): Statement {
  return createTable(dialect, table, objectColumns)
}

/** Brings the table of an older version to this one. */
export function upgradeObjects(dialect: Dialect, table: TableName, known: Catalogue): Statement[] {
  return completeTable(dialect, table, objectColumns, known)
}

/** A row for `readObjectRow`, or none. What the table of an older version lacks, of `known` columns, is null. */
export function objectRow(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  known: readonly Pick<Column, 'name'>[],
): Statement {
  const values = toldColumns.map((name) =>
    known.some((column) => column.name === name)
      ? dialect.quote(name)
      : `cast(null as ${dialect.types.text})`,
  )
  return statement(
    `select ${values.join(', ')} from ${tableReference(dialect, table)} where ${ownedBy(dialect, owner)}`,
  )
}

export function readObjectRow(row: Row): RememberedObject {
  const told = new Map(toldColumns.map((name, place) => [name, row[place] ?? null]))
  const of = (name: keyof typeof objectColumns): string | null => told.get(name) ?? null
  const form = historyForms.find((one) => one === of('form'))
  if (form === undefined) throw new Error(`a history is kept in the unknown form ${of('form')}`)
  const [since, schema] = [of('since'), of('table_schema')]
  const [changes, history, current] = [
    of('changes_table') ?? '',
    of('history_table') ?? '',
    of('current_table') ?? '',
  ]
  return {
    keeping: {
      form,
      preset: presetNames.find((one) => one === of('preset')) ?? null,
      place: schema === null ? null : { schema, changes, history, current },
    },
    wholeOwed: readReason(of('whole_owed')),
    position: since === null ? null : readPosition(since, of),
  }
}

/** What a newer version owes for a reason of its own is owed all the same. */
function readReason(text: string | null): WholeReason | null {
  return text === null ? null : (wholeReasons.find((one) => one === text) ?? 'new columns')
}

function readPosition(
  since: string,
  of: (name: keyof typeof objectColumns) => string | null,
): ReadPosition {
  const wholeAt = of('whole_at')
  // An older version remembered those alone that count.
  return {
    since,
    wholeAt,
    triedAt: of('tried_at') ?? wholeAt,
    withheld: Number(of('withheld') ?? 0),
    trailedAt: of('trailed_at') ?? since,
  }
}

/** `[object]`: what was pulled under a name, in order. */
export function listObjects(dialect: Dialect, table: TableName, sync: string): Statement {
  const object = dialect.quote('object')
  return statement(
    `select ${object} from ${tableReference(dialect, table)} where ${ownedBy(dialect, { sync })} order by ${object}`,
  )
}

/** `[sync]` that keeps an object under one of these names, or none. */
export function keeperOf(
  dialect: Dialect,
  table: TableName,
  object: string,
  { schema, changes, history, current }: ObjectPlace,
): Statement {
  const { literal, quote } = dialect
  const names = Object.entries({
    changes_table: changes,
    history_table: history,
    current_table: current,
  }).map(([column, name]) => `${quote(column)} = ${literal(name)}`)
  return statement(
    `select ${quote('sync')} from ${tableReference(dialect, table)} where ${quote('object')} = ${literal(object)} and ${quote('table_schema')} = ${literal(schema)} and (${names.join(' or ')}) limit 1`,
  )
}

/** As the sync says that it is to be. */
export function wantedKeeping(
  { history, schema, tables }: Pick<PullSync, 'history' | 'schema' | 'tables'>,
  object: NamedObject,
): Keeping & { readonly place: ObjectPlace } {
  return { ...history, place: { schema, ...objectTables(tables, object) } }
}

export function isKeptAs(known: Keeping, wanted: Keeping): boolean {
  const [one, other] = [keepingColumns(known), keepingColumns(wanted)]
  return Object.entries(one).every(([name, value]) => other[name] === value)
}

export function insertObject(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  keeping: Keeping,
): Statement {
  const { quote } = dialect
  const row = Object.entries({ ...owner, ...keepingColumns(keeping) })
  const names = row.map(([name]) => quote(name)).join(', ')
  const values = row.map(([, value]) => textOrNull(dialect, value)).join(', ')
  return statement(`insert into ${tableReference(dialect, table)} (${names}) values (${values})`)
}

export function setKeeping(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  keeping: Keeping,
): Statement {
  return update(dialect, table, owner, keepingColumns(keeping))
}

/** `read` is what the read that came there showed: a whole one leaves nothing owed. */
export function setPosition(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  { since, wholeAt, triedAt, withheld, trailedAt }: ReadPosition,
  read: 'whole' | 'changes',
): Statement {
  const settled = read === 'whole' ? { whole_owed: null } : {}
  const position = {
    since,
    whole_at: wholeAt,
    tried_at: triedAt,
    withheld: String(withheld),
    trailed_at: trailedAt,
  }
  return update(dialect, table, owner, { ...position, ...settled })
}

/** When everything was read last, as far as the next such read is concerned. */
export function setTried(
  dialect: Dialect,
  table: TableName,
  owner: ObjectOwner,
  triedAt: string,
): Statement {
  return update(dialect, table, owner, { tried_at: triedAt })
}

/** From here on reads of what the owner has are of everything, until one was. */
export function oweWhole(
  dialect: Dialect,
  table: TableName,
  owner: ObjectsOwner,
  reason: WholeReason,
): Statement {
  return update(dialect, table, owner, { whole_owed: reason })
}

function keepingColumns({ form, preset, place }: Keeping): Readonly<Record<string, string | null>> {
  return {
    form,
    preset,
    table_schema: place?.schema ?? null,
    changes_table: place?.changes ?? null,
    history_table: place?.history ?? null,
    current_table: place?.current ?? null,
  }
}

function update(
  dialect: Dialect,
  table: TableName,
  owner: ObjectsOwner,
  values: Readonly<Record<string, string | null>>,
): Statement {
  const set = Object.entries(values).map(
    ([name, value]) => `${dialect.quote(name)} = ${textOrNull(dialect, value)}`,
  )
  return statement(
    `update ${tableReference(dialect, table)} set ${set.join(', ')} where ${ownedBy(dialect, owner)}`,
  )
}

function textOrNull({ literal }: Dialect, value: string | null): string {
  return value === null ? 'null' : literal(value)
}

function ownedBy({ literal, quote }: Dialect, { sync, object }: ObjectsOwner): string {
  const ofSync = `${quote('sync')} = ${literal(sync)}`
  return object === undefined ? ofSync : `${ofSync} and ${quote('object')} = ${literal(object)}`
}
