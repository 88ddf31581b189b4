/**
 * The diff, in the warehouse's own SQL: which rows of a model are due. It reads the model and the
 * baseline once each, null-safe and per column, and touches the baseline's wide bookkeeping columns
 * only for rows that turned out to be due.
 */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { inDoubt, leftAlone } from './hold.ts'
import { keptKey } from './kept-key.ts'
import { type RunTables, type SyncTables, tableReference, valueColumn } from './names.ts'
import { rowFingerprint } from './row-fingerprint.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

export interface DiffInput {
  readonly dialect: Dialect
  readonly run: RunTables
  readonly sync: SyncTables
  /** What follows `from`: a table reference or a parenthesised query. */
  readonly model: string
  readonly key: Column
  /** The baseline's key column; differs from `key` when the key's type changed. */
  readonly baselineKey: Column
  /** The model columns that the mapping reads, without the key unless it is mapped too. */
  readonly columns: readonly Column[]
  /** Of these, those whose values in the baseline are of another type: they count as null. */
  readonly retyped: ReadonlySet<string>
  /** Absent rows are due too. */
  readonly withRemoved: boolean
  /** Records that the sync did not make stay as they are when their rows leave. */
  readonly leavesAdopted: boolean
  /** The version of the mapping this diff is for. */
  readonly mappingVersion: number
  /** Only this key, as canonical text; null for all. */
  readonly onlyKey: string | null
  /** At most so many due rows, the first by key; null for all. */
  readonly limit: number | null
  /** Mapping versions whose rows are due although their values are the same. */
  readonly staleVersions: readonly number[]
  /** Some rows are reopened, and due although their values are the same. */
  readonly withReopened: boolean
  /** Some rows are held back. */
  readonly withHeld: boolean
  /** A digest of the CRM's metadata of the mapped fields; null where nobody looked at it. */
  readonly metadata: string | null
}

/** Copies a query's rows, so that it is evaluated once. */
export function materialiseModel(dialect: Dialect, run: RunTables, query: string): Statement[] {
  return dialect
    .createTableAs(tableReference(dialect, run.model), `select * from (${query}\n) as q`)
    .map((text) => statement(text))
}

/** Everything that must see one snapshot: counts, duplicate keys and the rows that differ. */
export function diffStatements(input: DiffInput): Statement[] {
  const { dialect, run } = input
  const key = dialect.quote(input.key.name)
  const texts = [
    ...dialect.createTableAs(
      tableReference(dialect, run.counts),
      `select ${modelCounts(input)} from ${input.model} as m`,
    ),
    ...dialect.createTableAs(
      tableReference(dialect, run.duplicates),
      `select ${key} as ${dialect.quote('key')}, count(*) as copies from ${chosenModel(input)} as m where ${key} is not null group by ${key} having count(*) > 1`,
    ),
    ...dialect.createTableAs(tableReference(dialect, run.changed), changedRows(input)),
  ]
  return texts.map((text) => statement(text))
}

/** `[total, keyed, rows with a duplicate key, changed, removed, whole, whole keyed]` as texts. */
export function diffCounts(dialect: Dialect, run: RunTables): Statement {
  const { quote, toText } = dialect
  const duplicates = `select coalesce(sum(copies), 0) as duplicated from ${tableReference(dialect, run.duplicates)}`
  const changed = `select count(*) as changed, count(case when ${quote('side')} = 'removed' then 1 end) as removed from ${tableReference(dialect, run.changed)}`
  const counts = [
    'm.total',
    'm.keyed',
    'd.duplicated',
    'c.changed',
    'c.removed',
    'm.whole',
    'm.whole_keyed',
  ]
  return statement(
    `select ${counts.map(toText).join(', ')} from ${tableReference(dialect, run.counts)} as m cross join (${duplicates}) as d cross join (${changed}) as c`,
  )
}

/** The duplicate keys, in order: `[key, copies]`. */
export function duplicateKeys(dialect: Dialect, run: RunTables, key: Column): Statement {
  const name = dialect.quote('key')
  return statement(
    `select ${dialect.canonicalText(name, key)}, ${dialect.toText('copies')} from ${tableReference(dialect, run.duplicates)} order by ${name}`,
  )
}

/**
 * The due rows with what the baseline knows of them: first those that earlier runs deferred, oldest
 * first, then the others by key. A row held back for its content stays out until its values change;
 * one that waits for another attempt, until its time.
 */
export function dueStatements(input: DiffInput, now: number): Statement[] {
  const { dialect, run, sync } = input
  const quote = dialect.quote
  const values = input.columns.map((column) => `c.${quote(valueColumn(dialect, column.name))}`)
  const key = `c.${quote('key')}`
  const bookkeeping = [
    'remote_id',
    'origin',
    'presence',
    'match_value',
    'released',
    'crm_values',
    'withheld',
    'mapping_version',
    'reopened',
  ].map((name) => `b.${quote(name)}`)
  const heldJoin = input.withHeld
    ? ` left join ${tableReference(dialect, sync.held)} as h on h.${quote('key')} = ${dialect.canonicalText(key, dueKey(input))}`
    : ''
  // Deferred rows go first, or those that no run got to would wait for ever behind busier ones.
  const turn = input.withHeld
    ? `coalesce(case when h.${quote('status')} = 'deferred' then coalesce(h.${quote('since')}, 0) end, ${afterAllDeferred})`
    : `${afterAllDeferred}`
  const heldFilter = input.withHeld ? ` where not (${heldBack(input, now)})` : ''
  const order = `c.${quote('turn')}, ${key}`
  // Chosen before they are numbered and joined: a limit of one row must not sort and carry millions of them.
  const limit =
    input.limit === null ? '' : ` order by ${quote('turn')}, ${key} limit ${input.limit}`
  const chosen = `select c.*, ${turn} as ${quote('turn')} from ${tableReference(dialect, run.changed)} as c${heldJoin}${heldFilter}${limit}`
  const query =
    `select row_number() over (order by ${order}) as ${quote('sequence')}, ${key} as ${quote('key')}, c.${quote('side')}, c.${quote('flags')}, ` +
    [...values, ...bookkeeping].join(', ') +
    ` from (${chosen}) as c left join ${tableReference(dialect, sync.baseline)} as b on b.${quote('key')} = ${key}`
  const table = tableReference(dialect, run.due)
  return [
    ...dialect.createTableAs(table, query),
    ...dialect.readByStatements(table, 'sequence'),
  ].map((text) => statement(text))
}

/** Later than any time in milliseconds. */
const afterAllDeferred = 9_007_199_254_740_991

/** Column positions of a row streamed by `readDue`; the model's values follow. */
export const dueRow = {
  sequence: 0,
  key: 1,
  side: 2,
  flags: 3,
  remoteId: 4,
  origin: 5,
  presence: 6,
  matchValue: 7,
  released: 8,
  crmValues: 9,
  withheld: 10,
  mappingVersion: 11,
  reopened: 12,
  values: 13,
} as const

/** A query with rows where the whole model has the key that `key` is in the baseline. */
export function inModel(input: DiffInput, key: string): string {
  return `select 1 from ${input.model} as m where ${keyExpression(input)} = ${key}`
}

/** A query with rows where several rows of the model have the key. */
export function duplicated(input: DiffInput, key: string): string {
  const { dialect, run } = input
  return `select 1 from ${tableReference(dialect, run.duplicates)} as d where ${duplicateKey(input)} = ${key}`
}

/** `[key, origin, presence]` of those of `keys` that the baseline knows and the whole model lacks. */
export function keysNotInModel(input: DiffInput, keys: readonly string[]): Statement {
  const { dialect, sync } = input
  const key = `b.${dialect.quote('key')}`
  const keyText = dialect.canonicalText(key, input.baselineKey)
  const list = keys.map((_, index) => dialect.placeholder(index + 1)).join(', ')
  return statement(
    `select ${keyText}, b.${dialect.quote('origin')}, b.${dialect.quote('presence')} from ${tableReference(dialect, sync.baseline)} as b where ${keyText} in (${list}) and not exists (${inModel(input, key)})`,
    [...keys],
  )
}

/** The number of due rows; their sequences go from 1 to this. */
export function countDue(input: DiffInput): Statement {
  return statement(
    `select ${input.dialect.toText('count(*)')} from ${tableReference(input.dialect, input.run.due)}`,
  )
}

/** Due rows of a range of sequences, `after` excluded, as canonical texts in the order of `dueRow`. */
export function readDue(input: DiffInput, after: number, through: number): Statement {
  const { dialect, run } = input
  const quote = dialect.quote
  const columns = [
    dialect.toText(quote('sequence')),
    dialect.canonicalText(quote('key'), dueKey(input)),
    quote('side'),
    quote('flags'),
    quote('remote_id'),
    quote('origin'),
    quote('presence'),
    quote('match_value'),
    quote('released'),
    quote('crm_values'),
    quote('withheld'),
    dialect.toText(quote('mapping_version')),
    dialect.canonicalText(quote('reopened'), { kind: 'boolean' }),
    ...input.columns.map((column) =>
      dialect.canonicalText(quote(valueColumn(dialect, column.name)), column),
    ),
  ]
  return statement(
    `select ${columns.join(', ')} from ${tableReference(dialect, run.due)} where ${quote('sequence')} > ${after} and ${quote('sequence')} <= ${through} order by ${quote('sequence')}`,
  )
}

/** Rows held back now, by status and reason: `[status, reason, rows]`. */
export function heldBackCounts(input: DiffInput, now: number): Statement {
  const { dialect, run, sync } = input
  const quote = dialect.quote
  return statement(
    `select h.${quote('status')}, h.${quote('reason')}, ${dialect.toText('count(*)')} from ${tableReference(dialect, run.changed)} as c join ${tableReference(dialect, sync.held)} as h on h.${quote('key')} = ${dialect.canonicalText(`c.${quote('key')}`, dueKey(input))} where ${isNotWaiting(dialect, now)} and ${heldBack(input, now)} group by h.${quote('status')}, h.${quote('reason')} order by h.${quote('status')}, h.${quote('reason')}`,
  )
}

/** The type of the due table's key: as the baseline keeps it. */
export function dueKey({ dialect, key, baselineKey }: DiffInput): Column {
  return baselineKey.kind === key.kind ? keptKey(dialect, key) : baselineKey
}

function changedRows(input: DiffInput): string {
  const { dialect, sync } = input
  const quote = dialect.quote
  const modelKey = keyExpression(input)
  const baselineKey = `b.${quote('key')}`
  const differs = input.columns.map((column) => columnDiffers(input, column))
  const flags = dialect.concat(
    differs.length === 0
      ? [`''`]
      : differs.map((condition) => `case when ${condition} then '1' else '0' end`),
  )
  const values = input.columns.map(
    (column) => `m.${quote(column.name)} as ${quote(valueColumn(dialect, column.name))}`,
  )
  const side = `case when ${baselineKey} is null then 'new' when ${modelKey} is null then 'removed' else 'both' end`
  const away = `b.${quote('presence')} in ('cleared', 'archived', 'deleted')`
  const due = [
    `${baselineKey} is null`,
    `(${modelKey} is not null and ${away})`,
    ...differs.map((condition) => `(${modelKey} is not null and ${condition})`),
  ]
  if (input.withRemoved) due.push(`(${modelKey} is null and b.${quote('presence')} = 'present')`)
  if (input.staleVersions.length > 0) {
    due.push(
      `(${modelKey} is not null and b.${quote('mapping_version')} in (${input.staleVersions.join(', ')}))`,
    )
  }
  if (input.withReopened) {
    due.push(`(${modelKey} is not null and b.${quote('reopened')})`)
    // Whatever becomes of rows that left: a value that we took from their record is owed to it.
    due.push(
      `(${modelKey} is null and b.${quote('presence')} in ('present', 'cleared') and b.${quote('released')} is not null)`,
    )
  }
  // A row whose key is null or not unique is nobody's; but its key still counts as present, so the
  // baseline row of a duplicate key is left out of the removed ones too.
  const present = `${dialect.quote(input.key.name)} is not null`
  const model = `(select * from ${chosenModel(input)} as s where s.${present}) as m`
  const join = seesRemoved(input) ? 'full join' : 'left join'
  const columns = [
    `coalesce(${modelKey}, ${baselineKey}) as ${quote('key')}`,
    `${side} as ${quote('side')}`,
    `${flags} as ${quote('flags')}`,
    ...values,
  ]
  const unique = `not exists (${duplicated(input, `coalesce(${modelKey}, ${baselineKey})`)})`
  return `select ${columns.join(', ')} from ${model} ${join} ${tableReference(dialect, sync.baseline)} as b on ${baselineKey} = ${modelKey} where (${due.join(' or ')}) and ${unique}${onlyBaselineKey(input)}`
}

function seesRemoved({ withRemoved, withReopened }: DiffInput): boolean {
  return withRemoved || withReopened
}

/** Keeps rows of other keys, which a chosen model lacks, from counting as removed. */
function onlyBaselineKey(input: DiffInput): string {
  if (input.onlyKey === null || !seesRemoved(input)) return ''
  const { dialect } = input
  const key = dialect.canonicalText(`b.${dialect.quote('key')}`, input.baselineKey)
  return ` and (${keyExpression(input)} is not null or ${key} = ${dialect.literal(input.onlyKey)})`
}

/** Rows of the chosen part of the model, and of all of it: what is absent, only the whole can say. */
function modelCounts(input: DiffInput): string {
  const { dialect, onlyKey } = input
  const key = `m.${dialect.quote(input.key.name)}`
  const chosen =
    onlyKey === null
      ? null
      : `${dialect.canonicalText(key, input.key)} = ${dialect.literal(onlyKey)}`
  const total = chosen === null ? 'count(*)' : `count(case when ${chosen} then 1 end)`
  const keyed = chosen === null ? `count(${key})` : total
  return `${total} as total, ${keyed} as keyed, count(*) as whole, count(${key}) as whole_keyed`
}

/** The model, or its rows of the one key that was asked for. */
function chosenModel(input: DiffInput): string {
  if (input.onlyKey === null) return input.model
  const { dialect } = input
  const key = dialect.canonicalText(`a.${dialect.quote(input.key.name)}`, input.key)
  return `(select * from ${input.model} as a where ${key} = ${dialect.literal(input.onlyKey)})`
}

function keyExpression(input: DiffInput): string {
  return asKept(input, `m.${input.dialect.quote(input.key.name)}`)
}

function duplicateKey(input: DiffInput): string {
  return asKept(input, `d.${input.dialect.quote('key')}`)
}

/** A key of the model as the baseline keeps it. */
function asKept({ dialect, key, baselineKey }: DiffInput, raw: string): string {
  if (baselineKey.kind !== key.kind) return dialect.canonicalText(raw, key)
  const { nativeType } = keptKey(dialect, key)
  return nativeType === key.nativeType ? raw : `cast(${raw} as ${nativeType})`
}

function columnDiffers({ dialect, retyped }: DiffInput, column: Column): string {
  const model = `m.${dialect.quote(column.name)}`
  if (retyped.has(column.name)) return `${model} is not null`
  const baseline = `b.${dialect.quote(valueColumn(dialect, column.name))}`
  return dialect.distinct(dialect.comparable(model, column), dialect.comparable(baseline, column))
}

/** The number of rows held back for their content, which another look at the metadata may free. */
export function heldForContent(input: DiffInput, now: number): Statement {
  const { dialect, run, sync } = input
  const quote = dialect.quote
  return statement(
    `select ${dialect.toText('count(*)')} from ${tableReference(dialect, run.changed)} as c join ${tableReference(dialect, sync.held)} as h on h.${quote('key')} = ${dialect.canonicalText(`c.${quote('key')}`, dueKey(input))} where ${heldBack(input, now)} and h.${quote('next_attempt')} is null and not (${isInDoubt(dialect)}) and not (${isLeftAlone(dialect)})`,
  )
}

/**
 * A row held for its content waits until the content changes, or the CRM's metadata; one in doubt
 * waits for a person; a failed one for its time. Waiting for a dependency holds nothing back: it is
 * looked at in each run.
 */
function heldBack(input: DiffInput, now: number): string {
  const { dialect } = input
  const held = (name: string): string => `h.${dialect.quote(name)}`
  const fingerprint = rowFingerprint(dialect, input.columns, 'c', input.mappingVersion)
  const otherMetadata =
    input.metadata === null
      ? ''
      : ` when ${held('next_attempt')} is null and ${dialect.distinct(held('metadata'), dialect.literal(input.metadata))} then false`
  const leftAside = input.leavesAdopted ? `c.${dialect.quote('side')} = 'removed'` : 'false'
  return `case when ${held('key')} is null then false when ${isInDoubt(dialect)} then true when ${isLeftAlone(dialect)} then ${leftAside} when ${held('next_attempt')} <= ${now} then false${otherMetadata} else ${held('fingerprint')} = ${fingerprint} end`
}

/** Of a held row `h`; said apart, so that the many that only wait for their turn need not be joined. */
function isNotWaiting({ quote }: Dialect, now: number): string {
  const next = `h.${quote('next_attempt')}`
  return `(${next} is null or ${next} > ${now})`
}

/** Of a held row `h`. */
export function isInDoubt(dialect: Dialect): string {
  const held = (name: string): string => `h.${dialect.quote(name)}`
  return `${held('status')} = 'deferred' and ${held('reason')} = '${inDoubt}'`
}

/** Of a held row `h`. */
function isLeftAlone({ quote }: Dialect): string {
  return `coalesce(h.${quote('reason')}, '') = '${leftAlone}'`
}
