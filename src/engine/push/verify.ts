/**
 * Reads the CRM back and tells where it no longer holds what this sync confirmed: drift. Told per
 * field; settled only where asked, by the field's conflict policy.
 */
import { associationField } from '../../core/mapping/association.ts'
import { fieldMappings, recordFieldMappings } from '../../core/mapping/mapping.ts'
import { type FieldDrift, fieldDrift } from '../../core/plan/drift.ts'
import { linksInDoubt } from '../../core/plan/link-doubt.ts'
import { valueColumn } from '../../core/sql/names.ts'
import { reopenRecords } from '../../core/sql/reopen.ts'
import {
  acceptValues,
  baselineAfter,
  type BaselineRecord,
  readBaselineRecord,
} from '../../core/sql/verify.ts'
import type { RemoteRecord } from '../../connector/connector.ts'
import type { Field, ObjectSchema } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { ConflictPolicy, FieldMapping, PushSync } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'
import { withAssociations } from './look/associations.ts'
import type { Collaborators, LeaseKeeper, PushContext } from '../context.ts'
import { verifyTarget } from './look/object.ts'
import { describeFailure } from './errors/failures.ts'
import { openPush } from './lifecycle.ts'
import { fenceStatement } from '../working-schema.ts'
import { readPages } from './look/read-values.ts'

export interface Drift {
  readonly key: string
  readonly remoteId: string
  /** Null where the record as a whole is gone or merged away. */
  readonly field: string | null
  readonly kind: FieldDrift | 'gone' | 'merged'
  /** What this sync last confirmed; null, too, where it confirmed nothing. */
  readonly confirmed: CrmValue
  readonly found: CrmValue
  readonly policy: ConflictPolicy
}

export interface VerifyReport {
  readonly sync: string
  readonly records: number
  readonly drifted: number
  /** Drift by field; `(record)` for records that are gone or merged. */
  readonly byField: Readonly<Record<string, number>>
  /** The first of them. */
  readonly samples: readonly Drift[]
  /** Records that the next run writes again (`ours`), and values taken over (`theirs`). */
  readonly settled: { readonly ours: number; readonly theirs: number }
}

export interface VerifyOptions {
  /** Settles drift by each field's conflict policy; else only tells. */
  readonly settle: boolean
  readonly samples: number
}

const pageRows = 2_000

export async function verify(
  collaborators: Collaborators,
  lease: LeaseKeeper,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const context = await openPush(collaborators, lease, { keepsPlan: () => !options.settle })
  const settled = { ours: 0, theirs: 0 }
  const found = await readBack(context, options.samples, async (page, drift) => {
    if (!options.settle) return
    const { ours, theirs } = await settle(context, page, drift)
    settled.ours += ours
    settled.theirs += theirs
  })
  return { sync: context.sync.name, ...found, settled }
}

/** Compares every record of the baseline with the CRM, page by page; `each` is told of every page. */
export async function readBack(
  context: PushContext,
  mostSamples: number,
  each: (page: readonly BaselineRecord[], drift: readonly Drift[]) => Promise<void>,
): Promise<Omit<VerifyReport, 'sync' | 'settled'>> {
  const tally = { records: 0, drifted: 0 }
  const byField: Record<string, number> = {}
  const samples: Drift[] = []
  for await (const { page, drift } of comparedPages(context)) {
    tally.records += page.length
    tally.drifted += recordsOf(drift).length
    for (const one of drift) {
      const name = one.field ?? '(record)'
      byField[name] = (byField[name] ?? 0) + 1
      if (samples.length < mostSamples) samples.push(one)
    }
    await each(page, drift)
  }
  return { ...tally, byField, samples }
}

export function recordsOf(drift: readonly Drift[]): readonly string[] {
  return [...new Set(drift.map(({ remoteId }) => remoteId))]
}

async function* comparedPages(context: PushContext): AsyncGenerator<{
  readonly page: readonly BaselineRecord[]
  readonly drift: readonly Drift[]
}> {
  const { crm, dialect, sync, tables, warehouse } = context
  const baseline = await warehouse.session((session) =>
    session.columns(tables.baseline.schema, tables.baseline.table),
  )
  const key = baseline?.find((column) => column.name === 'key')
  if (key === undefined) return
  await verifyTarget(context)
  const fields = fieldsOf(context, await describeFailure(context, crm.describe(sync.object)))
  const columns = conditionalColumns(context, baseline ?? [])
  for (let last = ''; ; ) {
    const after = { after: last, limit: pageRows }
    const rows = await warehouse.session((session) =>
      session.query(baselineAfter(dialect, tables, key, columns, after)),
    )
    const page = rows.map((row) => readBaselineRecord(row, columns))
    const end = page.at(-1)
    if (end === undefined) return
    last = end.remoteId
    yield { page, drift: await compare(context, fields, page) }
  }
}

async function compare(
  context: PushContext,
  fields: ReadonlyMap<string, Field>,
  page: readonly BaselineRecord[],
): Promise<readonly Drift[]> {
  const mappings = fieldMappings(context.sync).filter(({ field }) => fields.has(field))
  const found = await describeFailure(context, readRecords(context, fields, page))
  return page.flatMap((row): Drift[] => {
    const record = found.get(row.remoteId)
    const { key, remoteId } = row
    const whole = { key, remoteId, field: null, confirmed: null, policy: 'ask' } as const
    if (record === undefined) return [{ ...whole, kind: 'gone', found: null }]
    if (record.id !== remoteId) return [{ ...whole, kind: 'merged', found: record.id }]
    return mappings.flatMap((mapping): Drift[] => {
      const { field: name, conflict: policy, write } = mapping
      const field = fields.get(name)
      // What is in doubt is due again as it is.
      if (field === undefined || linksInDoubt(row.crmValues, name).length > 0) return []
      const confirmed = row.crmValues[name]
      const withheld = row.withheld[name] ?? null
      const hasValue = isFilled(mapping, row)
      const now = record.values[name] ?? null
      const kind = fieldDrift({ field, write, confirmed, withheld, hasValue }, now)
      if (kind === null) return []
      return [
        { key, remoteId, field: name, kind, confirmed: confirmed ?? null, found: now, policy },
      ]
    })
  })
}

/**
 * The columns whose fields a write condition may withhold, as far as the baseline has them. What comes
 * out of a transform is not kept there.
 */
function conditionalColumns(
  { sync, dialect }: PushContext,
  baseline: readonly Column[],
): readonly string[] {
  if (sync.transform !== null) return []
  const known = new Set(baseline.map((column) => column.name))
  const columns = recordFieldMappings(sync).flatMap(({ source, write }) =>
    write === 'always' || source.from !== 'column' ? [] : [source.column],
  )
  return [...new Set(columns)].filter((column) => known.has(valueColumn(dialect, column)))
}

function isFilled({ source }: FieldMapping, { filled }: BaselineRecord): boolean {
  return source.from === 'column' ? filled.has(source.column) : source.value !== null
}

/** The fields that can be compared: those that the CRM still has, and associations. */
function fieldsOf({ sync }: PushContext, schema: ObjectSchema): ReadonlyMap<string, Field> {
  const associations = sync.associations.map(associationField)
  return new Map([...schema.fields, ...associations.map((field) => [field.name, field] as const)])
}

/** By the ids of the page, with the associations that this sync confirmed where they still stand. */
async function readRecords(
  context: PushContext,
  fields: ReadonlyMap<string, Field>,
  page: readonly BaselineRecord[],
): Promise<ReadonlyMap<string, RemoteRecord>> {
  const { crm, sync } = context
  const names = recordFieldMappings(sync).map(({ field }) => field)
  const options = { object: sync.object, fields: names.filter((name) => fields.has(name)) }
  const ids = page.map((row) => row.remoteId)
  const found = await readPages(context, ids, (asked) => crm.readById(asked, options))
  const confirmed = new Map(page.map(({ remoteId, crmValues }) => [remoteId, crmValues]))
  // What a survivor leads to says nothing of the record that it took in.
  const own = [...found].filter(([id, record]) => record.id === id).map(([, record]) => record)
  const complete = await withAssociations(context, own, ({ id }, name) => [
    confirmed.get(id)?.[name] ?? null,
  ])
  return new Map([...found, ...complete.map((record) => [record.id, record] as const)])
}

/**
 * `ours`: the record is due again. `theirs`: the CRM's value counts as confirmed. `ask`: nothing. Where a
 * field is free to be written nobody's value is at stake: the record is due again under `theirs`, too. One that is gone
 * is due again where the sync makes such records again.
 */
async function settle(
  context: PushContext,
  page: readonly BaselineRecord[],
  drift: readonly Drift[],
): Promise<{ readonly ours: number; readonly theirs: number }> {
  const { dialect, tables } = context
  const ours = recordsOf(drift.filter((each) => isWrittenAgain(each, context.sync)))
  const accepted = page.flatMap((row) => {
    const theirs = drift.filter(
      (each) =>
        each.remoteId === row.remoteId && each.policy === 'theirs' && each.kind === 'edited',
    )
    if (theirs.length === 0) return []
    const values = Object.fromEntries(theirs.map((each) => [each.field ?? '', each.found]))
    return [{ remoteId: row.remoteId, crmValues: { ...row.crmValues, ...values } }]
  })
  const statements = [
    ...(ours.length > 0 ? [reopenRecords(dialect, tables, ours)] : []),
    ...(accepted.length > 0 ? [acceptValues(dialect, tables, accepted)] : []),
  ]
  if (statements.length > 0) {
    await context.warehouse.session((session) =>
      session.execute([fenceStatement(context), ...statements]),
    )
  }
  return { ours: ours.length, theirs: accepted.length }
}

function isWrittenAgain({ kind, policy }: Drift, { ifDeleted }: PushSync): boolean {
  if (kind === 'gone') return ifDeleted === 'recreate'
  return policy === 'ours' || (policy === 'theirs' && kind === 'freed')
}
