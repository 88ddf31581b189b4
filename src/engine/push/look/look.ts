/**
 * The look at the CRM: current values of due records, by id where the baseline knows one, else by
 * the unique field or a search. Asked in batches, one answer for each row.
 */
import type { RemoteRecord } from '../../../connector/connector.ts'
import { type CompiledMapping, recordFields } from '../../../core/mapping/mapping.ts'
import { linksToLookFor } from '../../../core/plan/link-doubt.ts'
import { matchValue } from '../../../core/plan/match-value.ts'
import type { DueRow } from '../../../core/plan/plan-row.ts'
import type { CrmValue } from '../../../model/operation.ts'
import { withAssociations } from './associations.ts'
import type { RunContext } from '../../context.ts'
import { nothingRead, readPages, type ReadValues, readValues, type Refusal } from './read-values.ts'

export interface RowToLook {
  readonly due: DueRow
  readonly values: Readonly<Record<string, CrmValue>>
}

/** What a look found for a row, or why the CRM refused to look. */
export interface Looked {
  readonly records: readonly RemoteRecord[]
  readonly refused: Refusal | null
  /** The key that left the model and whose record is found; null where no key is. */
  readonly supersedes: string | null
  /** What was found is all bound to other keys. */
  readonly taken: boolean
}

/** What was found for each row, in the rows' order. Pages never exceed the CRM's. */
export async function lookAt(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
): Promise<readonly Looked[]> {
  const fields = recordFields(mapping).map(({ field }) => field.name)
  const options = { object: context.sync.object, fields }
  const known = rows.filter(({ due }) => knownId(due) !== null)
  const unknown = rows.filter(({ due }) => knownId(due) === null)
  const [byId, byKey] = await Promise.all([
    readPages(
      context,
      known.map(({ due }) => knownId(due) ?? ''),
      (page) => context.crm.readById(page, options),
    ),
    readIdentities(context, mapping, unknown, options),
  ])
  const unmatched = unknown.filter(
    ({ due }) => !byKey.found.has(due.key) && !byKey.refused.has(due.key),
  )
  const byMatch = await readMatches(context, mapping, unmatched, options)
  const found = rows.map(({ due, values }) => {
    const id = knownId(due)
    if (id !== null) {
      const record = byId.get(id)
      return record === undefined ? [] : [record]
    }
    const own = byKey.found.get(due.key)
    if (own !== undefined) return own
    const value = matchValue(values, { mapping })
    return value === null ? [] : (byMatch.found.get(value) ?? [])
  })
  const complete = await lookAtAssociations(context, rows, found)
  return rows.map(({ due, values }, index) => {
    const value = knownId(due) === null ? matchValue(values, { mapping }) : null
    const refused = byKey.refused.get(due.key) ?? byMatch.refused.get(value ?? '') ?? null
    return { records: complete[index] ?? [], refused, supersedes: null, taken: false }
  })
}

/** Adds what each single record is associated with; where several match nothing is decided by it. */
async function lookAtAssociations(
  context: RunContext,
  rows: readonly RowToLook[],
  found: readonly (readonly RemoteRecord[])[],
): Promise<readonly (readonly RemoteRecord[])[]> {
  const owners = new Map<RemoteRecord, RowToLook>()
  found.forEach((records, index) => {
    const [record] = records
    const row = rows[index]
    if (records.length === 1 && record !== undefined && row !== undefined) owners.set(record, row)
  })
  const records = [...owners.keys()]
  const seen = await withAssociations(context, records, (record, field) => {
    const row = owners.get(record)
    return linksToLookFor(row?.due.baseline?.crmValues ?? {}, field, row?.values[field] ?? null)
  })
  const complete = new Map(records.map((record, index) => [record, seen[index] ?? record]))
  return found.map((each) => each.map((record) => complete.get(record) ?? record))
}

/** The id to read by; a record that this sync archived is looked for anew. */
function knownId(due: DueRow): string | null {
  return due.baseline === null || due.baseline.presence === 'archived'
    ? null
    : due.baseline.remoteId
}

/** Records that carry a key of ours although the baseline does not know them: by key of the row. */
async function readIdentities(
  context: RunContext,
  { identity }: CompiledMapping,
  rows: readonly RowToLook[],
  options: { readonly object: string; readonly fields: readonly string[] },
): Promise<ReadValues<readonly RemoteRecord[]>> {
  if (identity === null || identity.valueOf === null) return nothingRead
  const keys = new Map(rows.map(({ due }) => [identity.valueOf?.(due.key) ?? '', due.key]))
  const read = await readValues(context, [...keys.keys()], (page) =>
    context.crm.readByValue(identity.field.name, page, options),
  )
  const byKey = <T>(values: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...values].map(([value, each]) => [keys.get(value) ?? '', each]))
  return { found: byKey(read.found), refused: byKey(read.refused) }
}

async function readMatches(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
  options: { readonly object: string; readonly fields: readonly string[] },
): Promise<ReadValues<readonly RemoteRecord[]>> {
  const values = rows.flatMap((row) => matchValue(row.values, { mapping }) ?? [])
  return recordsMatching(context, mapping, values, options)
}

/** The records that hold match values, however the CRM finds them. */
export async function recordsMatching(
  context: RunContext,
  mapping: CompiledMapping,
  values: readonly string[],
  options: { readonly object: string; readonly fields: readonly string[] },
): Promise<ReadValues<readonly RemoteRecord[]>> {
  const field = mapping.match?.field
  if (field === undefined) return nothingRead
  return readValues(context, values, (page) =>
    field.lookup
      ? context.crm.readByValue(field.name, page, options)
      : context.crm.search(field.name, page, options),
  )
}
