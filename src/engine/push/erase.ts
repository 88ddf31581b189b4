/**
 * Removes a person from everything that a sync keeps: baseline, before-images, held rows, failures,
 * waiting plans, and what the state tells of runs. The CRM and the model are not touched.
 */
import {
  eraseHeld,
  eraseHeldNaming,
  eraseKeys,
  eraseMessages,
  eraseOperation,
  type EraseTables,
  keysSpelling,
  operationsNaming,
  recordsKeyed,
  recordsMatching,
  recordsNaming,
} from '../../core/sql/erase.ts'
import { matchKey } from '../../core/mapping/normal-form.ts'
import type { CrmValue, FieldChange } from '../../model/operation.ts'
import type { Row } from '../../model/value.ts'
import type { Session } from '../../warehouse/warehouse.ts'
import type { Collaborators, LeaseKeeper, PushContext } from '../context.ts'
import { eraseMarked } from '../erase-marked.ts'
import { describeFailure } from './errors/failures.ts'
import { dropLeftovers } from './leftover-tables.ts'
import { openPush } from './lifecycle.ts'

/** Who is meant: by the model's key as canonical text, or by the value that finds the record. */
export type Person = { readonly key: string } | { readonly matchValue: string }

export interface Erasure {
  readonly sync: string
  /** Rows removed. */
  readonly baseline: number
  readonly held: number
  readonly operations: number
  /** Messages about other rows that named the person. */
  readonly messages: number
}

/**
 * Ends what earlier runs left first, which drops plans that wait and the state's batches, so that
 * nothing of the person is still to be merged. A dry run counts what would go; plans that wait stay.
 */
export async function erase(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  person: Person,
  dryRun: boolean,
): Promise<Erasure> {
  const opening = { keepsPlan: () => dryRun, remakesErasures: true }
  const context = { ...(await openPush(collaborators, lease, opening)), dryRun }
  const { ledger, sync, warehouse } = context
  const given = await givenOf(context, person)
  const nothing = { sync: sync.name, baseline: 0, held: 0, operations: 0, messages: 0 }
  const { erasure, texts } = await warehouse.session(async (session) => {
    if (!dryRun) await dropLeftovers(context, session)
    const { schema, table } = context.tables.baseline
    const columns = await session.columns(schema, table)
    const keyColumn = columns?.find((column) => column.name === 'key')
    if (keyColumn === undefined) {
      await eraseMarked(context, session, () => [])
      return { erasure: nothing, texts: given.texts }
    }
    const tables: EraseTables = {
      dialect: context.dialect,
      shared: context.shared,
      sync: context.tables,
      syncName: sync.name,
      keyColumn,
    }
    const traces = await find(context, session, tables, person, given)
    const counts = await remove(context, session, tables, traces)
    return { erasure: { ...nothing, ...counts }, texts: traces.texts }
  })
  if (!dryRun) await ledger.scrub(texts)
  return erasure
}

interface NamedOperation {
  readonly runId: string
  readonly sequence: number
  readonly key: string
}

interface Traces {
  readonly keys: readonly string[]
  /** What messages may name the person by. */
  readonly texts: readonly string[]
  /** Operations of other keys that had the person's match value. */
  readonly operations: readonly NamedOperation[]
}

async function find(
  context: PushContext,
  session: Session,
  tables: EraseTables,
  person: Person,
  given: Given,
): Promise<Traces> {
  const records =
    'key' in person
      ? await session.query(recordsKeyed(tables, [person.key]))
      : await recordsOfValue(context, session, tables, given)
  const ownKeys =
    'key' in person ? [person.key] : await keysOfValue(context, session, tables, given)
  const keys = unique([...ownKeys, ...records.map(([key]) => key ?? '')])
  const matchValues = records.flatMap((record) => matchValuesOf(context, record))
  const texts = unique([...given.texts, ...matchValues, ...keys.filter(namesSomebody)])
  const operations: NamedOperation[] = []
  for (const text of unique([...('key' in person ? [] : given.texts), ...matchValues])) {
    for (const [runId, sequence, key, changes] of await session.query(
      operationsNaming(tables, text),
    )) {
      if (!hadMatchValue(context, changes ?? '{}', text)) continue
      operations.push({ runId: runId ?? '', sequence: Number(sequence), key: key ?? '' })
    }
  }
  return { keys, texts, operations }
}

/** Those bound by the value, and those found by another one, whose record was confirmed to have this one. */
async function recordsOfValue(
  context: PushContext,
  session: Session,
  tables: EraseTables,
  { texts, keyOf }: Given,
): Promise<readonly Row[]> {
  const bound = await session.query(recordsMatching(tables, texts))
  const naming: Row[] = []
  for (const text of texts) naming.push(...(await session.query(recordsNaming(tables, text))))
  const holding = naming.filter((record) =>
    matchValuesOf(context, record).some((value) => texts.includes(keyOf(value))),
  )
  return [...bound, ...holding]
}

/** A row that was never confirmed has no record, and its key may be the match value itself, however that is spelt. */
async function keysOfValue(
  context: PushContext,
  session: Session,
  tables: EraseTables,
  { texts, keyOf }: Given,
): Promise<readonly string[]> {
  if (!keyIsMatch(context)) return []
  const spelt: string[] = [...texts]
  for (const text of texts) {
    const keys = await session.query(keysSpelling(tables, text))
    spelt.push(...keys.flatMap(([key]) => key ?? []).filter((key) => texts.includes(keyOf(key))))
  }
  return spelt
}

/** What may find the record: by what the row found it, and what the CRM confirmed of it. */
function matchValuesOf({ sync }: PushContext, [, value, crmValues]: Row): readonly string[] {
  const confirmed = (JSON.parse(crmValues ?? '{}') as Record<string, CrmValue>)[
    sync.match?.field ?? ''
  ]
  return [value, confirmed].flatMap((text) => text ?? [])
}

async function remove(
  context: PushContext & { readonly dryRun: boolean },
  session: Session,
  tables: EraseTables,
  { keys, texts, operations }: Traces,
): Promise<Pick<Erasure, 'baseline' | 'held' | 'operations' | 'messages'>> {
  // A row that was never confirmed is known by what was to be done to it, and may be held.
  const others = unique(operations.map(({ key }) => key).filter((key) => !keys.includes(key)))
  const groups = [
    keys.length === 0 ? [] : eraseKeys(tables, keys),
    others.length === 0 ? [] : [eraseHeld(tables, others)],
    operations.map(({ runId, sequence }) => eraseOperation(tables, runId, sequence)),
    texts.map((text) => eraseHeldNaming(tables, text)),
    texts.flatMap((text) => eraseMessages(tables, text)),
  ]
  const affected = await eraseMarked(context, session, () => groups.flat())
  const [ofKeys = [], ofOthers = [], named = [], naming = [], told = []] = groups.map(
    (group, index) => {
      const before = groups.slice(0, index).flat().length
      return affected.slice(before, before + group.length)
    },
  )
  const [baseline = 0, held = 0, rows = 0] = ofKeys
  return {
    baseline,
    held: held + sum(ofOthers) + sum(naming),
    operations: rows + sum(named),
    messages: sum(told),
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, rows) => all + rows, 0)
}

/** What is known of the person before anything was read. */
interface Given {
  readonly texts: readonly string[]
  /** The one of equal match values that stands for all. */
  readonly keyOf: (matchValue: string) => string
}

/**
 * A match value is meant as it was given, as the CRM holds it, and as it finds records by it; which that is, only the
 * field's metadata tells.
 */
async function givenOf(context: PushContext, person: Person): Promise<Given> {
  const asIs = (value: string): string => value
  if ('key' in person) return { texts: [person.key].filter(namesSomebody), keyOf: asIs }
  const { connector, crm, sync } = context
  const value = person.matchValue
  const schema =
    sync.match === null ? null : await describeFailure(context, crm.describe(sync.object))
  const field = schema?.fields.get(sync.match?.field ?? '')
  if (field === undefined) return { texts: unique([value, value.trim()]), keyOf: asIs }
  const keyOf = (held: string): string => matchKey(connector.normalise, field, held)
  const forms = [connector.normalise(field, value), keyOf(value)]
  return { texts: unique([value, value.trim(), ...forms]), keyOf }
}

function keyIsMatch({ sync }: PushContext): boolean {
  return sync.match?.column === sync.key
}

/** A bare number is part of many messages, and leads to nobody once the records are gone. */
function namesSomebody(key: string): boolean {
  return !/^\d*$/.test(key)
}

/**
 * Whether the operation's match field had the value before, in the CRM, or after; in whatever case, since
 * the history of one row too many is nobody's loss.
 */
function hadMatchValue({ sync }: PushContext, json: string, value: string): boolean {
  if (sync.match === null) return false
  const change = (JSON.parse(json) as Record<string, FieldChange>)[sync.match.field]
  const folded = (text: string): string => text.trim().toLowerCase()
  return [change?.sent, change?.crm, change?.after].some(
    (text) => typeof text === 'string' && folded(text) === folded(value),
  )
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
