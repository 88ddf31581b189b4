/** Reading and completing a plan: pages of operations, collisions, order of release and claim. */
import type { GuardName } from '../../model/sync.ts'
import { type DiffInput, duplicated, inModel } from './diff.ts'
import type { Dialect } from './dialect.ts'
import type { HoldKind } from './hold.ts'
import { type RunTables, type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { planColumns, statement } from './working-schema.ts'

/** Column positions of a plan row as `readPlan` gives it. */
export const planRow = Object.fromEntries(
  Object.keys(planColumns).map((name, index) => [name, index]),
) as { readonly [Name in keyof typeof planColumns]: number }

/** Columns that must be unique within a plan and against the baseline. */
export const collisionColumns = ['match_value', 'remote_id'] as const
export type CollisionColumn = (typeof collisionColumns)[number]

/**
 * What rows of a plan do to records and match values that may be another row's. A statement, or a part of one, that has
 * nothing to find is left out: some warehouses take a second for each.
 */
export interface PlanClaims {
  /** A row makes a record. */
  readonly creates: boolean
  /** A row that makes none has another match value than its baseline row. */
  readonly moves: boolean
  /** A row has another record than its baseline row. */
  readonly binds: boolean
  /** A row gives the match value up that its record has. */
  readonly releases: boolean
  /** A row takes the place of a key that left the model. */
  readonly supersedes: boolean
  /** The record of a row that left the model is owed a match value. */
  readonly owes: boolean
  /** Rows of the plan may share a value in these columns. */
  readonly shares: readonly CollisionColumn[]
}

export interface CollisionOptions {
  /** False keeps the value, which may be a person's, out of the message. */
  readonly named: boolean
  /** The CRM holds each match value once at most. */
  readonly isUnique: boolean
  readonly claims: PlanClaims
}

/**
 * Rejects every plan row that shares a match value or a CRM record with another row of the plan, or
 * with a baseline row of another key that keeps it: binding is unique both ways. Whose record it was goes on.
 * Nothing, where the plan claims nothing that could collide.
 */
export function rejectCollisions(
  input: DiffInput,
  column: CollisionColumn,
  { named, isUnique, claims }: CollisionOptions,
): readonly Statement[] {
  const { dialect, run } = input
  const quote = dialect.quote
  const plan = tableReference(dialect, run.plan)
  const value = quote(column)
  const reason = column === 'match_value' ? 'match.collision' : 'record.bound'
  const what = column === 'match_value' ? 'match value' : 'CRM record'
  // Operations, and rows that need none but bind their record all the same.
  const live = `${value} is not null and (${quote('status')} is null or ${quote('presence')} in ('present', 'cleared'))`
  const within = `select ${value} from ${plan} where ${live} group by ${value} having count(*) > 1`
  const taken = keptElsewhere(input, column, { isUnique, claims }).join(' union all ')
  const colliding = [...(claims.shares.includes(column) ? [within] : []), ...(taken ? [taken] : [])]
  if (colliding.length === 0) return []
  const collides = colliding.map((values) => `${value} in (${values})`).join(' or ')
  const message = named
    ? dialect.concat([`'another row has the same ${what}: '`, value])
    : `'another row has the same ${what}'`
  return [
    statement(
      `update ${plan} set ${quote('status')} = 'rejected', ${quote('kind')} = 'none', ${quote('presence')} = null, ${quote('reason')} = '${reason}', ${quote('message')} = ${message}` +
        ` where ${live} and (${collides}) and ${quote('sequence')} not in (${column === 'match_value' ? clearedInPlace(dialect, run) : owners(dialect, run)})`,
    ),
  ]
}

/** Queries of the values that the baseline says other keys keep; none where no row can claim one. */
function keptElsewhere(
  input: DiffInput,
  column: CollisionColumn,
  { isUnique, claims }: Pick<CollisionOptions, 'isUnique' | 'claims'>,
): readonly string[] {
  const kept = keptByOthers(input, column, claims)
  if (column === 'remote_id') return claims.binds ? [kept] : []
  if (isUnique) return keptUnique(input, kept, claims)
  return claims.creates || claims.moves ? [kept] : []
}

/**
 * Of a unique value that no record was seen to have, the CRM says more than the baseline; so it does of one
 * whose row left the model, has other values by now, or shares its key: its record was not looked at.
 */
function keptUnique(
  input: DiffInput,
  kept: string,
  { creates, moves }: Pick<PlanClaims, 'creates' | 'moves'>,
): readonly string[] {
  const { quote } = input.dialect
  const key = `b.${quote('key')}`
  const kind = `q.${quote('kind')}`
  const claimed = `${kept} and ${kind} = 'create' and q.${quote('phase')} > 0`
  const moved = `${kept} and ${kind} <> 'create' and exists (${inModel(input, key)}) and not exists (${changedRow(input)}) and not exists (${duplicated(input, key)})`
  return [...(creates ? [claimed] : []), ...(moves ? [moved] : [])]
}

/** Rows whose record it was before, whoever else claims it: after a merge, the one whose record survived. */
function owners(dialect: Dialect, run: RunTables): string {
  const { quote } = dialect
  const [sequence, id] = [quote('sequence'), quote('remote_id')]
  return `select d.${sequence} from ${tableReference(dialect, run.due)} as d join ${tableReference(dialect, run.plan)} as o on o.${sequence} = d.${sequence} where o.${id} = d.${id}`
}

/**
 * Rows that left the model and whose record keeps its match value: they claim nothing. Who claims that value is rejected
 * beside them until the record is cleared, and then the CRM says whether it is free.
 */
function clearedInPlace(dialect: Dialect, run: RunTables): string {
  const { quote } = dialect
  const [sequence, value] = [quote('sequence'), quote('match_value')]
  return `select d.${sequence} from ${tableReference(dialect, run.due)} as d join ${tableReference(dialect, run.plan)} as o on o.${sequence} = d.${sequence} where d.${quote('side')} = 'removed' and o.${value} = d.${value}`
}

/** The row of the model differs from the baseline row `b`. */
function changedRow({ dialect, run }: DiffInput): string {
  const { quote } = dialect
  return `select 1 from ${tableReference(dialect, run.changed)} as c where c.${quote('key')} = b.${quote('key')}`
}

/**
 * What baseline rows keep although a row `q` of the plan claims it. One that the plan moves on is judged
 * by its plan row; one that the plan rejects or leaves alone keeps what it has. Who had the value
 * before claims nothing.
 */
function keptByOthers(
  { dialect, run, sync }: Pick<DiffInput, 'dialect' | 'run' | 'sync'>,
  column: CollisionColumn,
  { supersedes }: Pick<PlanClaims, 'supersedes'>,
): string {
  const quote = dialect.quote
  const plan = tableReference(dialect, run.plan)
  const value = quote(column)
  // A record that was cleared is still its key's; its match value is whoever's the model says.
  const keeping = column === 'remote_id' ? `'present', 'cleared'` : `'present'`
  const moved = `select 1 from ${tableReference(dialect, run.due)} as d join ${plan} as o on o.${quote('sequence')} = d.${quote('sequence')} where d.${quote('key')} = b.${quote('key')} and (o.${quote('status')} is null or o.${quote('presence')} is not null)`
  const superseded = `select 1 from ${plan} as s where s.${quote('remote_id')} = b.${quote('remote_id')} and s.${quote('supersedes')} is not null`
  const isLeft = supersedes ? ` and not exists (${superseded})` : ''
  const claiming =
    column === 'remote_id'
      ? ''
      : ` join ${tableReference(dialect, run.due)} as e on e.${quote('sequence')} = q.${quote('sequence')} and (q.${quote('kind')} = 'create' or e.${value} is null or e.${value} <> q.${value})`
  return `select b.${value} from ${tableReference(dialect, sync.baseline)} as b join ${plan} as q on q.${value} = b.${value}${claiming} where b.${quote('presence')} in (${keeping}) and not exists (${moved})${isLeft}`
}

/**
 * Creates that count on a match value of a row which was itself rejected, or that met another key's
 * record before, go a phase later: then they are sent as creates, never as upserts, and the CRM says
 * whether the value is still taken.
 */
export function doubtClaims(
  input: Pick<DiffInput, 'dialect' | 'run' | 'sync'>,
  claims: PlanClaims,
): Statement {
  const { dialect, run, sync } = input
  const quote = dialect.quote
  const kept = keptByOthers(input, 'match_value', claims)
  const refused = `select h.${quote('key')} from ${tableReference(dialect, sync.held)} as h where h.${quote('reason')} = 'record.bound'`
  return statement(
    `update ${tableReference(dialect, run.plan)} set ${quote('phase')} = 1 where ${quote('kind')} = 'create' and ${quote('status')} is null and ${quote('phase')} = 0 and (${quote('match_value')} in (${kept}) or ${quote('key')} in (${refused}))`,
  )
}

/** The number, as text, of rows that take the place of keys that left the model. */
export function supersedingRows(dialect: Dialect, run: RunTables): Statement {
  return statement(
    `select ${dialect.toText('count(*)')} from ${tableReference(dialect, run.plan)} where ${superseding(dialect)}`,
  )
}

/** Forgets whose the records were that rows of the plan take over. Nothing may be bound twice. */
export function unbindSuperseded(dialect: Dialect, run: RunTables, sync: SyncTables): Statement {
  const id = dialect.quote('remote_id')
  return statement(
    `delete from ${tableReference(dialect, sync.baseline)} where ${id} in (select ${id} from ${tableReference(dialect, run.plan)} where ${superseding(dialect)})`,
  )
}

/** Those that were not rejected since. */
function superseding({ quote }: Dialect, of = ''): string {
  return `${of}${quote('supersedes')} is not null and ${of}${quote('presence')} is not null`
}

/**
 * A row that left the model is owed a match value (`giveOwed`), but not before a row of the model that
 * claims the same, or keeps it. It is held until then, or each run would look at its record again.
 */
export function yieldOwed(dialect: Dialect, run: RunTables, sync: SyncTables): Statement {
  const quote = dialect.quote
  const plan = tableReference(dialect, run.plan)
  const value = quote('match_value')
  const removed = removedRows(dialect, run)
  const owed = `${removed} and d.${quote('released')} is not null`
  const claimed = `select c.${value} from ${plan} as c where c.${value} is not null and c.${quote('status')} is null and c.${quote('sequence')} not in (${removed})`
  // Without a value of its own in the baseline, an owed row can't be the one that keeps it.
  const hold: HoldKind = 'retry'
  const releasing = `select 1 from ${plan} as r where r.${quote('remote_id')} = b.${quote('remote_id')} and r.${quote('releases')} is not null and r.${quote('status')} is null`
  const kept = `select b.${value} from ${tableReference(dialect, sync.baseline)} as b where b.${value} is not null and b.${quote('presence')} = 'present' and not exists (${releasing})`
  return statement(
    `update ${plan} set ${quote('status')} = 'skipped', ${quote('kind')} = 'none', ${quote('presence')} = null, ${quote('reason')} = 'removed.released', ${quote('hold')} = ${dialect.literal(hold)}, ${quote('message')} = 'the record has no match value, as another row has the one it was to get' where ${quote('kind')} = 'update' and ${quote('sequence')} in (${owed}) and (${value} in (${claimed}) or ${value} in (${kept}))`,
  )
}

/** A row that left the model leaves its record alone, where another key takes the record over. */
export function yieldSuperseded(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  const plan = tableReference(dialect, run.plan)
  const id = quote('remote_id')
  const taken = `select s.${id} from ${plan} as s where ${superseding(dialect, 's.')}`
  return statement(
    `update ${plan} set ${quote('status')} = 'skipped', ${quote('kind')} = 'none', ${quote('presence')} = null, ${quote('releases')} = null, ${quote('reason')} = 'removed.superseded', ${quote('message')} = 'the record went over to a row with another key' where ${quote('presence')} is not null and ${quote('sequence')} in (${removedRows(dialect, run)}) and ${id} in (${taken})`,
  )
}

function removedRows(dialect: Dialect, run: RunTables): string {
  const { quote } = dialect
  return `select d.${quote('sequence')} from ${tableReference(dialect, run.due)} as d where d.${quote('side')} = 'removed'`
}

/** `[claiming sequence, releasing sequence]`: the first needs a value that the second still holds. */
export function claimEdges(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  const plan = tableReference(dialect, run.plan)
  return statement(
    `select ${dialect.toText(`c.${quote('sequence')}`)}, ${dialect.toText(`r.${quote('sequence')}`)} from ${plan} as c join ${plan} as r on r.${quote('releases')} = c.${quote('match_value')} where c.${quote('sequence')} <> r.${quote('sequence')} and c.${quote('status')} is null and r.${quote('status')} is null and c.${quote('kind')} in ('create', 'update') order by 1, 2`,
  )
}

/** Sets the phase of the given rows; phases of all others stay as loaded. */
export function setPhases(
  dialect: Dialect,
  run: RunTables,
  phases: ReadonlyMap<number, readonly number[]>,
): Statement[] {
  const quote = dialect.quote
  return [...phases].flatMap(([phase, sequences]) =>
    inLists(sequences).map((list) =>
      statement(
        `update ${tableReference(dialect, run.plan)} set ${quote('phase')} = ${phase} where ${quote('sequence')} in (${list})`,
      ),
    ),
  )
}

/** Warehouses bound the length of a statement; some, that of a list too. */
const sequencesPerStatement = 10_000

function inLists(sequences: readonly number[]): readonly string[] {
  const lists: string[] = []
  for (let start = 0; start < sequences.length; start += sequencesPerStatement) {
    lists.push(sequences.slice(start, start + sequencesPerStatement).join(', '))
  }
  return lists
}

/** Marks rows whose match value must be cleared before anything else, to break a ring of claims. */
export function markClearFirst(
  dialect: Dialect,
  run: RunTables,
  sequences: readonly number[],
): Statement[] {
  const quote = dialect.quote
  return inLists(sequences).map((list) =>
    statement(
      `update ${tableReference(dialect, run.plan)} set ${quote('clear_first')} = 'yes' where ${quote('sequence')} in (${list})`,
    ),
  )
}

/** The marked rows, in order, as `readPlan` gives them. */
export function readClearFirst(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  return statement(
    `select ${planCells(dialect)} from ${tableReference(dialect, run.plan)} where ${quote('clear_first')} is not null and ${quote('status')} is null order by ${quote('sequence')}`,
  )
}

/** Phases that have operations, in order, with the highest sequence of each: `[phase, sequence]`. */
export function planPhases(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  return statement(
    `select ${dialect.toText(quote('phase'))}, ${dialect.toText(`max(${quote('sequence')})`)} from ${tableReference(dialect, run.plan)} where ${quote('status')} is null group by ${quote('phase')} order by ${quote('phase')}`,
  )
}

/** Operations by phase and kind, as texts: `[phase, kind, operations]`. */
export function phaseKinds(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  const columns = `${quote('phase')}, ${quote('kind')}`
  return statement(
    `select ${dialect.toText(quote('phase'))}, ${quote('kind')}, ${dialect.toText('count(*)')} from ${tableReference(dialect, run.plan)} where ${quote('status')} is null group by ${columns} order by ${columns}`,
  )
}

/** The highest sequence of the plan, operations or not. */
export function planLength(dialect: Dialect, run: RunTables): Statement {
  return statement(
    `select ${dialect.toText(`coalesce(max(${dialect.quote('sequence')}), 0)`)} from ${tableReference(dialect, run.plan)}`,
  )
}

/** Rows of a range of sequences, `after` excluded; of one phase's operations, or of the whole plan. */
export function readPlan(dialect: Dialect, run: RunTables, range: PlanRange): Statement {
  return statement(
    `select ${planCells(dialect)} from ${tableReference(dialect, run.plan)} where ${inRange(dialect, range)} order by ${dialect.quote('sequence')}`,
  )
}

export interface PlanRange {
  readonly after: number
  readonly through: number
  /** A phase, of which only the operations are meant; all rows when absent. */
  readonly operationsOf?: number
}

function inRange({ quote }: Dialect, { after, through, operationsOf }: PlanRange): string {
  const sequences = `${quote('sequence')} > ${after} and ${quote('sequence')} <= ${through}`
  if (operationsOf === undefined) return sequences
  return `${sequences} and ${quote('phase')} = ${operationsOf} and ${quote('status')} is null`
}

/**
 * Of the operations of a range, in the order of `readPlan`, what decides how many calls they take:
 * `[kind]`, or `[kind, changes, crm_values]` where their fields count.
 */
export function readOperationKinds(
  dialect: Dialect,
  run: RunTables,
  range: PlanRange,
  withFields: boolean,
): Statement {
  const quote = dialect.quote
  const columns = withFields ? ['kind', 'changes', 'crm_values'] : ['kind']
  return statement(
    `select ${columns.map((name) => quote(name)).join(', ')} from ${tableReference(dialect, run.plan)} where ${inRange(dialect, range)} order by ${quote('sequence')}`,
  )
}

/** `[kind, status, reason, rows, emptied fields]` of the whole plan. */
export function planCounts(dialect: Dialect, run: RunTables): Statement {
  const quote = dialect.quote
  const columns = `${quote('kind')}, ${quote('status')}, ${quote('reason')}`
  return statement(
    `select ${columns}, ${dialect.toText('count(*)')}, ${dialect.toText(`sum(${quote('clears')})`)} from ${tableReference(dialect, run.plan)} group by ${columns} order by ${columns}`,
  )
}

/** What each guard counts, as a condition on operations. */
const countedBy: Record<GuardName, (dialect: Dialect) => string> = {
  max_changes: ({ literal, quote }) => `${quote('kind')} = ${literal('update')}`,
  max_clears: ({ quote }) => `${quote('clears')} > 0`,
  max_deletes: ({ literal, quote }) => `${quote('kind')} = ${literal('delete')}`,
}

/** The first operations that a guard counts, as `readPlan` gives them. */
export function readCounted(
  dialect: Dialect,
  run: RunTables,
  guard: GuardName,
  limit: number,
): Statement {
  const { quote } = dialect
  return statement(
    `select ${planCells(dialect)} from ${tableReference(dialect, run.plan)} where ${quote('status')} is null and ${countedBy[guard](dialect)} order by ${quote('sequence')} limit ${limit}`,
  )
}

/** All columns of a plan as texts, in the order of `planColumns`. */
function planCells(dialect: Dialect): string {
  return Object.entries(planColumns)
    .map(([name, type]) =>
      type === 'bigint' ? dialect.toText(dialect.quote(name)) : dialect.quote(name),
    )
    .join(', ')
}
