/**
 * Opens the working schema for a run: creates what is missing, refuses what belongs to another
 * state or a newer version, and puts up the fence.
 */
import {
  createShared,
  insertSyncRow,
  lackingColumns,
  statement,
  upgradeShared,
  upgradeStatements,
} from '../core/sql/working-schema.ts'
import {
  type Catalogue,
  type Creation,
  listCatalogue,
  missing,
  readCatalogue,
} from '../core/sql/catalogue.ts'
import { whoseKeyName } from '../core/sql/key-name.ts'
import { tableReference, workingFormat } from '../core/sql/names.ts'
import type { Statement } from '../core/sql/statement.ts'
import type { SyncRecord } from '../ledger/ledger.ts'
import { SynclineError } from '../model/error.ts'
import type { Sync } from '../model/sync.ts'
import { warehouseErrors } from '../warehouse/errors.ts'
import type { Session } from '../warehouse/warehouse.ts'
import { type Bound, type PushContext, unbound } from './context.ts'
import { erasureToTell, learnErasure, refuseLostErasures } from './erasures.ts'
import { stateErrors } from './errors.ts'

/** What the warehouse says of a sync. */
export interface WarehouseRecord extends Bound {
  readonly stateId: string
  readonly accountId: string | null
  readonly generation: number
  readonly fence: number
  /** The run and its last conclusion that the newest generation took over. */
  readonly mergedRun: string | null
  readonly mergedThrough: number
  /** Id of the last opening; null where there was none since ids are written. */
  readonly opening: string | null
  /** What the keys of its own begin with that a push gives to records; null for the name that it has. */
  readonly keyName: string | null
  /** When what was kept of somebody was last erased, in milliseconds since the epoch; null for never. */
  readonly erasedAt: number | null
}

export interface OpenedRecord extends WarehouseRecord {
  readonly opening: string
}

/** As much of a run's context as the schema is opened with, whatever the sync does. */
export type SchemaContext = Pick<
  PushContext,
  'dialect' | 'shared' | 'ledger' | 'lease' | 'stateId' | 'workingSchema' | 'clock' | 'random'
> & { readonly sync: Pick<Sync, 'name' | 'type'> & Partial<Pick<Sync, 'renamedFrom'>> }

/** What a sync of a kind needs beside the shared tables. */
export interface OwnTables {
  readonly creations: readonly Creation[]
  /** Adds what tables of an older version lack. */
  upgrade(catalogue: Catalogue): readonly Statement[]
}

const noTables: OwnTables = { creations: [], upgrade: () => [] }

/**
 * Creates what is missing in it, and adds what tables of an older version lack: nothing, where a run was before. Gives
 * what was found.
 */
export async function readySchema(
  context: SchemaContext,
  session: Session,
  own: OwnTables = noTables,
): Promise<Catalogue> {
  const { dialect, shared } = context
  const version = await refuseNewer(context, session)
  const rows =
    version === null ? [] : await session.query(listCatalogue(dialect, shared.syncs.schema))
  const catalogue = readCatalogue(rows)
  const lacking = [
    ...createShared(dialect, shared, { catalogue, version }),
    ...missing(catalogue, own.creations),
    ...upgradeShared(dialect, shared, catalogue),
    ...own.upgrade(catalogue),
  ]
  if (lacking.length > 0) await together(context, () => session.execute(lacking))
  return catalogue
}

/** How the working schema is entered, beside what all do. */
export interface Entry {
  /** Executed where state and warehouse are not of one time and the sync goes on all the same; a push does not. */
  readonly onRestored?: readonly Statement[]
  /** Whether the warehouse may lack erasures: for what makes them again. */
  readonly remakesErasures?: boolean
}

/** Once it is ready. */
export function enterSchema(
  context: SchemaContext,
  session: Session,
  record: SyncRecord,
  entry: Entry = {},
): Promise<OpenedRecord> {
  return together(context, () => enterOnce(context, session, record, entry))
}

async function enterOnce(
  context: SchemaContext,
  session: Session,
  record: SyncRecord,
  { onRestored = [], remakesErasures = false }: Entry,
): Promise<OpenedRecord> {
  const { ledger, lease, sync } = context
  const known = await readSync(context, session)
  refuseDiverged(context, record, known)
  if (known === null) await refuseForgottenRun(context)
  if (!remakesErasures) refuseLostErasures(context, record, known)
  await learnErasure(context, record, known)
  const opening = await ledger.announceOpening(lease.current(), known?.opening ?? null)
  if (known === null) return insertSync(context, session, record, opening)
  const isRestored = sync.type === 'pull' && !record.openings.includes(known.opening)
  return raiseFence(context, session, { ...known, opening }, isRestored ? onRestored : [])
}

/** Tables of a push that an older version made get what this one adds; `catalogue` is of the working schema. */
export async function upgradeTables(
  context: PushContext,
  session: Session,
  catalogue: Catalogue,
): Promise<void> {
  const { dialect, tables } = context
  const lacking = lackingColumns(catalogue, tables)
  if (lacking.baseline.length + lacking.held.length === 0) return
  await session.execute([fenceStatement(context), ...upgradeStatements(dialect, tables, lacking)])
}

const attempts = 10
const pauseMs = 200

/**
 * What several syncs may do at once in a new schema. `if not exists` is no lock: who comes second is refused by some
 * warehouses, and finds everything there a moment later. `work` is repeated as a whole.
 */
export async function together<T>(
  { clock, random }: Pick<SchemaContext, 'clock' | 'random'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === attempts || !(error instanceof SynclineError)) throw error
      if (error.code !== 'warehouse.conflict') throw error
      await clock.sleep(pauseMs * (0.5 + random()))
    }
  }
}

/** Whoever would create or change anything in the working schema asks this first. Gives its format, null for none. */
export async function refuseNewer(
  { dialect, shared }: Pick<PushContext, 'dialect' | 'shared'>,
  session: Session,
): Promise<number | null> {
  if ((await session.columns(shared.format.schema, shared.format.table)) === null) return null
  const [row] = await session.query(
    statement(
      `select ${dialect.toText(`max(${dialect.quote('version')})`)} from ${tableReference(dialect, shared.format)}`,
    ),
  )
  // Without a row whoever made the table died before it wrote one.
  const version = Number(row?.[0] ?? 0)
  if (version <= workingFormat) return version
  throw stateErrors.newer_warehouse({
    message: `The working schema ${shared.format.schema} has format ${version}; this version knows ${workingFormat}.`,
  })
}

export async function readSync(
  context: Pick<SchemaContext, 'dialect' | 'shared'> & { readonly sync: Pick<Sync, 'name'> },
  session: Session,
): Promise<WarehouseRecord | null> {
  const { dialect, shared, sync } = context
  const { quote, toText, literal } = dialect
  const [row] = await session.query(
    statement(
      `select ${quote('state_id')}, ${quote('account_id')}, ${toText(quote('generation'))}, ${toText(quote('fence'))}, ${quote('merged_run')}, ${toText(quote('merged_through'))}, ${quote('opening')}, ${quote('key_column')}, ${quote('object_name')}, ${quote('object_key')}, ${quote('key_name')}, ${quote('erased_at')} from ${tableReference(dialect, shared.syncs)} where ${quote('sync')} = ${literal(sync.name)}`,
    ),
  )
  if (row === undefined) return null
  const [stateId, accountId, generation, fence, mergedRun, mergedThrough, opening, ...bound] = row
  const [keyColumn, objectName, objectKey, keyName, erasedAt = null] = bound
  return {
    stateId: stateId ?? '',
    accountId: accountId ?? null,
    generation: Number(generation),
    fence: Number(fence),
    mergedRun: mergedRun ?? null,
    mergedThrough: Number(mergedThrough ?? 0),
    opening: opening ?? null,
    keyColumn: keyColumn ?? null,
    objectName: objectName ?? null,
    objectKey: objectKey ?? null,
    keyName: keyName ?? null,
    erasedAt: erasedAt === null ? null : Date.parse(erasedAt),
  }
}

/**
 * State and warehouse must tell the same story: the same state, a generation that is the last
 * confirmed one or the one whose merge was announced, and an opening that this state announced.
 * Everything else means that one of them was lost or restored, and then nothing may be sent.
 */
export function refuseDiverged(
  context: Pick<SchemaContext, 'stateId' | 'sync' | 'workingSchema'>,
  record: SyncRecord,
  known: WarehouseRecord | null,
): void {
  const diverged = (what: string): never => {
    throw stateErrors.diverged({ message: `Sync ${context.sync.name}: ${what}.` })
  }
  const kept = keptBy(context)
  if (known === null) {
    if (record.generation > 0) {
      diverged(
        `the state knows ${record.generation} confirmed merges, the working schema ${context.workingSchema} none`,
      )
    }
    return
  }
  if (known.stateId !== context.stateId) {
    diverged(`the ${kept} in ${context.workingSchema} was written under another state`)
  }
  if (known.generation !== record.generation && known.generation !== record.mergingGeneration) {
    diverged(
      `the state knows ${record.generation} confirmed merges, the ${kept} has ${known.generation}`,
    )
  }
  if (context.sync.type === 'push' && !record.openings.includes(known.opening)) {
    diverged('the state does not know of the run that used the baseline last')
  }
}

/** What people call what stands in the warehouse. */
function keptBy({ sync }: Pick<SchemaContext, 'sync'>): string {
  return sync.type === 'push' ? 'baseline' : 'history'
}

/** A run that began to send has left its row here, so without the row this is another warehouse. */
async function refuseForgottenRun({ ledger, sync, workingSchema }: SchemaContext): Promise<void> {
  const state = ['delivering', 'resolving', 'confirming'] as const
  const [run] = await ledger.runs({ sync: sync.name, state, limit: 1 })
  if (run === undefined) return
  throw stateErrors.diverged({
    message: `Sync ${sync.name}: the state knows the unfinished run ${run.id}, the working schema ${workingSchema} does not`,
  })
}

/** Of two states that come at the same moment one is first, and the other one finds its row. */
async function insertSync(
  context: SchemaContext,
  session: Session,
  record: SyncRecord,
  opening: string,
): Promise<OpenedRecord> {
  const { lease, stateId, sync } = context
  const { fence } = lease.current()
  const keyName = await newKeyName(context, session, record, opening)
  const erasedAt = erasureToTell(sync, record, null)
  const row = {
    sync: sync.name,
    state_id: stateId,
    generation: 0,
    fence,
    opening,
    ...(keyName === null ? {} : { key_name: keyName }),
    ...(erasedAt === null ? {} : { erased_at: erasedAt }),
  }
  const [, inserted] = await session.execute(insertSyncRow(context.dialect, context.shared, row))
  if (inserted === 0) {
    throw warehouseErrors.conflict({ message: `Sync ${sync.name} was begun under another state.` })
  }
  const none = {
    accountId: null,
    generation: 0,
    mergedRun: null,
    mergedThrough: 0,
    ...unbound,
    erasedAt: null,
  }
  return { ...none, stateId, fence, opening, keyName }
}

/**
 * Of a sync that the warehouse does not know, or knows no more: records may still carry what the state remembers, or its former name.
 * Null for the sync's own name, unless the keys of a renamed one begin with that.
 */
export async function newKeyName(
  { dialect, ledger, shared, sync }: SchemaContext,
  session: Session,
  { keyName }: Pick<SyncRecord, 'keyName'>,
  opening: string,
): Promise<string | null> {
  if (sync.type !== 'push') return null
  if (keyName !== null) return keyName
  const [renamed] = await session.query(whoseKeyName(dialect, shared, sync.name))
  const isTaken = renamed !== undefined || (await ledger.syncs()).some(isNamedLike(sync))
  return isTaken ? `${sync.name}~${opening}` : (sync.renamedFrom ?? null)
}

function isNamedLike({ name }: Pick<Sync, 'name'>): (record: SyncRecord) => boolean {
  return ({ keyName, sync }) => keyName === name && sync !== name
}

/** Promise 7: from here on, merges under an older fence affect nothing. */
async function raiseFence(
  context: SchemaContext,
  session: Session,
  known: OpenedRecord,
  alongside: readonly Statement[],
): Promise<OpenedRecord> {
  const { dialect, shared, sync } = context
  const { literal, quote } = dialect
  const { fence } = context.lease.current()
  if (known.fence > fence) await refuseOlderState(context, known.fence)
  await session.execute([
    {
      text: `update ${tableReference(dialect, shared.syncs)} set ${quote('fence')} = ${fence}, ${quote('opening')} = ${literal(known.opening)} where ${quote('sync')} = ${literal(sync.name)} and ${quote('fence')} <= ${fence}`,
      parameters: [],
      expectRows: 1,
    },
    ...alongside,
  ])
  return { ...known, fence }
}

/**
 * The warehouse has seen a later lease than ours. If another worker took over meanwhile, the fence
 * stops us; if ours is the newest that the state knows, the state is a restored older one.
 */
export async function refuseOlderState(
  context: Pick<SchemaContext, 'ledger' | 'lease' | 'sync'>,
  seen: number,
): Promise<void> {
  const { ledger, lease, sync } = context
  const holder = await ledger.leaseOf(sync.name)
  if (holder?.fence !== lease.current().fence) return
  throw stateErrors.diverged({
    message: `Sync ${sync.name}: the ${keptBy(context)} was used under lease ${seen}, the state has given out ${holder.fence} only`,
  })
}

/** What a sync's records belong to: the account; of a push the object, and the column that the keys come from. */
export type Belonging = Partial<
  Record<'account_id' | 'key_column' | 'object_name' | 'object_key', string>
>

/** Remembers what the sync's records belong to; what is not given stays. */
export async function bindSync(
  context: SchemaContext,
  session: Session,
  belonging: Belonging,
): Promise<void> {
  const { dialect, shared, sync } = context
  const { literal, quote } = dialect
  const values = Object.entries(belonging).map(
    ([name, value]) => `${quote(name)} = ${literal(value)}`,
  )
  await session.execute([
    {
      text: `update ${tableReference(dialect, shared.syncs)} set ${values.join(', ')} where ${quote('sync')} = ${literal(sync.name)} and ${quote('fence')} = ${context.lease.current().fence}`,
      parameters: [],
      expectRows: 1,
    },
  ])
}

/**
 * The first statement of whatever writes to a baseline outside a merge: a worker that lost its lease
 * affects no row, and everything is undone (promise 7).
 */
export function fenceStatement(
  context: Pick<SchemaContext, 'dialect' | 'shared' | 'sync' | 'lease'>,
): Statement {
  const { dialect, shared, sync, lease } = context
  const { literal, quote } = dialect
  const own = lease.current().fence
  return {
    text: `update ${tableReference(dialect, shared.syncs)} set ${quote('fence')} = ${own} where ${quote('sync')} = ${literal(sync.name)} and ${quote('fence')} = ${own}`,
    parameters: [],
    expectRows: 1,
  }
}
