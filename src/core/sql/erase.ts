/** Finds a person in the working tables of a sync, and removes what is there of them. */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { inDoubt } from './hold.ts'
import { type SharedTables, type SyncTables, tableReference } from './names.ts'
import type { Parameter, Statement } from './statement.ts'

/** The tables of one sync, and how its keys become text. */
export interface EraseTables {
  readonly dialect: Dialect
  readonly shared: SharedTables
  readonly sync: SyncTables
  readonly syncName: string
  readonly keyColumn: Column
}

/** Stands where a message told of the person. */
const erased = '(erased)'

/** The names of all tables in the working schema. */
export function workingTables(dialect: Dialect, shared: SharedTables): Statement {
  return { text: dialect.tableNames(shared.syncs.schema), parameters: [] }
}

/** The number, as text, of syncs in the working schema that belong to another state. */
export function foreignSyncs(dialect: Dialect, shared: SharedTables, stateId: string): Statement {
  const { quote } = dialect
  return {
    text: `select ${dialect.toText('count(*)')} from ${tableReference(dialect, shared.syncs)} where ${quote('state_id')} <> ${dialect.placeholder(1)}`,
    parameters: [stateId],
  }
}

/** `[run]` of those runs whose operations are the sync's. */
export function runsOfSync(
  dialect: Dialect,
  shared: SharedTables,
  sync: string,
  runs: readonly string[],
): Statement {
  const { quote } = dialect
  return listed(
    dialect,
    runs,
    (list) =>
      `select distinct ${quote('run_id')} from ${tableReference(dialect, shared.operations)} where ${quote('sync')} = ${dialect.placeholder(1)} and ${quote('run_id')} in (${list})`,
    [sync],
  )
}

/** `[key, match value, CRM values]` of the records that have, or are owed, one of the match values. */
export function recordsMatching(tables: EraseTables, values: readonly string[]): Statement {
  return recordsWith(tables, matchValueOf(tables), values)
}

/** The same of the records that have one of the keys. */
export function recordsKeyed(tables: EraseTables, keys: readonly string[]): Statement {
  return recordsWith(tables, keyOf(tables), keys)
}

/** The same of the records in whose CRM values the text appears, in any case. */
export function recordsNaming(tables: EraseTables, text: string): Statement {
  const { dialect } = tables
  return {
    text: `${selectRecords(tables)} where ${appears(dialect, dialect.quote('crm_values'), 1)}`,
    parameters: [inJson(text).toLowerCase()],
  }
}

/** `[key]` of rows that are held, or that operations were recorded of, and are called by the text in any case, spaces around it aside. */
export function keysSpelling(
  { dialect, shared, sync, syncName }: EraseTables,
  text: string,
): Statement {
  const { placeholder, quote } = dialect
  const key = quote('key')
  const isCalled = (parameter: number): string => `lower(trim(${key})) = ${placeholder(parameter)}`
  return {
    text:
      `select ${key} from ${tableReference(dialect, sync.held)} where ${isCalled(1)}` +
      ` union all select ${key} from ${tableReference(dialect, shared.operations)} where ${quote('sync')} = ${placeholder(2)} and ${isCalled(3)}`,
    parameters: [text.toLowerCase(), syncName, text.toLowerCase()],
  }
}

function recordsWith(tables: EraseTables, what: string, values: readonly string[]): Statement {
  const records = selectRecords(tables)
  return listed(tables.dialect, values, (list) => `${records} where ${what} in (${list})`)
}

function selectRecords(tables: EraseTables): string {
  const { dialect, sync } = tables
  const columns = [keyOf(tables), matchValueOf(tables), dialect.quote('crm_values')]
  return `select ${columns.join(', ')} from ${tableReference(dialect, sync.baseline)}`
}

function keyOf({ dialect, keyColumn }: EraseTables): string {
  return dialect.canonicalText(dialect.quote('key'), keyColumn)
}

/** What the record has or, between the two halves of a ring of claims, is owed. */
function matchValueOf({ dialect: { quote } }: EraseTables): string {
  return `coalesce(${quote('match_value')}, ${quote('released')})`
}

/** `[run, sequence, key, changes]` of operations in whose changes the text appears, in any case. */
export function operationsNaming(tables: EraseTables, text: string): Statement {
  const { dialect, shared, syncName } = tables
  const { quote, toText } = dialect
  const columns = [quote('run_id'), toText(quote('sequence')), quote('key'), quote('changes')].join(
    ', ',
  )
  return {
    text: `select ${columns} from ${tableReference(dialect, shared.operations)} where ${quote('sync')} = ${dialect.placeholder(1)} and ${appears(dialect, quote('changes'), 2)}`,
    // The changes are JSON, in which a text may be escaped.
    parameters: [syncName, inJson(text).toLowerCase()],
  }
}

export function eraseOperation(tables: EraseTables, runId: string, sequence: number): Statement {
  const { dialect, shared, syncName } = tables
  const { quote, placeholder } = dialect
  return {
    text: `delete from ${tableReference(dialect, shared.operations)} where ${quote('sync')} = ${placeholder(1)} and ${quote('run_id')} = ${placeholder(2)} and ${quote('sequence')} = ${sequence}`,
    parameters: [syncName, runId],
  }
}

/** What is kept under the keys, in this order: their baseline, held rows, operations. */
export function eraseKeys(tables: EraseTables, keys: readonly string[]): readonly Statement[] {
  const { dialect, shared, sync, syncName } = tables
  const { quote } = dialect
  const baseline = listed(
    dialect,
    keys,
    (list) =>
      `delete from ${tableReference(dialect, sync.baseline)} where ${keyOf(tables)} in (${list})`,
  )
  const operations = listed(
    dialect,
    keys,
    (list) =>
      `delete from ${tableReference(dialect, shared.operations)} where ${quote('sync')} = ${dialect.placeholder(1)} and ${quote('key')} in (${list})`,
    [syncName],
  )
  return [baseline, eraseHeld(tables, keys), operations]
}

/** Rows that are no longer held are judged anew by the next run. */
export function eraseHeld({ dialect, sync }: EraseTables, keys: readonly string[]): Statement {
  const held = tableReference(dialect, sync.held)
  return listed(
    dialect,
    keys,
    (list) => `delete from ${held} where ${dialect.quote('key')} in (${list})`,
  )
}

/**
 * Held rows whose messages name the text. Not those in doubt: judged anew they might get a second record (promise 4), so
 * they lose the message alone (`eraseMessages`).
 */
export function eraseHeldNaming({ dialect, sync }: EraseTables, text: string): Statement {
  return {
    text: `delete from ${tableReference(dialect, sync.held)} where ${appears(dialect, dialect.quote('message'), 1)} and not (${isDoubt(dialect)})`,
    parameters: [text.toLowerCase()],
  }
}

/** Messages about other rows that name the text: of operations, and of rows in doubt. */
export function eraseMessages(tables: EraseTables, text: string): readonly Statement[] {
  const { dialect, shared, sync, syncName } = tables
  const { quote } = dialect
  const lower = text.toLowerCase()
  return [
    {
      text: `update ${tableReference(dialect, sync.held)} set ${quote('message')} = '${erased}' where ${appears(dialect, quote('message'), 1)} and ${isDoubt(dialect)}`,
      parameters: [lower],
    },
    {
      text: `update ${tableReference(dialect, shared.operations)} set ${quote('message')} = '${erased}' where ${quote('sync')} = ${dialect.placeholder(1)} and ${appears(dialect, quote('message'), 2)}`,
      parameters: [syncName, lower],
    },
  ]
}

function isDoubt({ literal, quote }: Dialect): string {
  return `${quote('reason')} = ${literal(inDoubt)}`
}

/** True where the text holds the lower-case one of that parameter, in any case; else false or null. */
export function appears(dialect: Dialect, text: string, parameter: number): string {
  return appearsAsIs(dialect, `lower(${text})`, parameter)
}

/** True where the text holds that of the parameter; else false or null. */
export function appearsAsIs(dialect: Dialect, text: string, parameter: number): string {
  return `replace(${text}, ${dialect.placeholder(parameter)}, '') <> ${text}`
}

/** How the text stands inside a JSON string. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

/** A statement with a list of values as parameters, after those that `first` gives. */
export function listed(
  dialect: Dialect,
  values: readonly string[],
  text: (list: string) => string,
  first: readonly Parameter[] = [],
): Statement {
  const list = values.map((_, index) => dialect.placeholder(first.length + index + 1))
  return { text: text(list.join(', ')), parameters: [...first, ...values] }
}
