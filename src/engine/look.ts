/**
 * The look at the CRM: current values of due records, by id where the baseline knows one, else by
 * the unique field or a search. Asked in batches, one answer for each row.
 */
import type { RemoteRecord } from '../connector/connector.ts'
import { type CompiledMapping, recordFields } from '../core/mapping/mapping.ts'
import { matchValue } from '../core/plan/decide.ts'
import type { DueRow } from '../core/plan/plan-row.ts'
import type { CrmValue } from '../model/operation.ts'
import { withAssociations } from './associate.ts'
import type { RunContext } from './context.ts'

export interface RowToLook {
  readonly due: DueRow
  readonly values: Readonly<Record<string, CrmValue>>
}

/** The records found for each row, in the rows' order. Pages never exceed the CRM's. */
export async function lookAt(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
): Promise<readonly (readonly RemoteRecord[])[]> {
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
  const unmatched = unknown.filter(({ due }) => !byKey.has(due.key))
  const byMatch = await readMatches(context, mapping, unmatched, options)
  const found = rows.map(({ due, values }) => {
    const id = knownId(due)
    if (id !== null) {
      const record = byId.get(id)
      return record === undefined ? [] : [record]
    }
    const own = byKey.get(due.key)
    if (own !== undefined) return own
    const value = matchValue(values, { mapping })
    return value === null ? [] : (byMatch.get(value) ?? [])
  })
  return lookAtAssociations(context, mapping, rows, found)
}

/** Adds what each single record is associated with; where several match nothing is decided by it. */
async function lookAtAssociations(
  context: RunContext,
  mapping: CompiledMapping,
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
  const seen = await withAssociations(context, mapping, records, (record, field) => {
    const row = owners.get(record)
    return [row?.values[field] ?? null, row?.due.baseline?.crmValues[field] ?? null]
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
): Promise<ReadonlyMap<string, readonly RemoteRecord[]>> {
  if (identity === null || identity.valueOf === null) return new Map()
  const keys = new Map(rows.map(({ due }) => [identity.valueOf?.(due.key) ?? '', due.key]))
  const found = await readPages(context, [...keys.keys()], (page) =>
    context.crm.readByValue(identity.field.name, page, options),
  )
  return new Map([...found].map(([value, records]) => [keys.get(value) ?? '', records]))
}

async function readMatches(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
  options: { readonly object: string; readonly fields: readonly string[] },
): Promise<ReadonlyMap<string, readonly RemoteRecord[]>> {
  const field = mapping.match?.field
  if (field === undefined) return new Map()
  const values = rows.flatMap((row) => matchValue(row.values, { mapping }) ?? [])
  return readPages(context, values, (page) =>
    field.lookup
      ? context.crm.readByValue(field.name, page, options)
      : context.crm.search(field.name, page, options),
  )
}

/** Asks for each distinct value once, in requests of at most the CRM's page size. */
export async function readPages<T>(
  context: Pick<RunContext, 'connector'>,
  asked: readonly string[],
  read: (page: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<ReadonlyMap<string, T>> {
  const size = context.connector.pages.read
  const distinct = [...new Set(asked)]
  const pages: Promise<ReadonlyMap<string, T>>[] = []
  for (let start = 0; start < distinct.length; start += size) {
    pages.push(read(distinct.slice(start, start + size)))
  }
  const found = new Map<string, T>()
  for (const page of await Promise.all(pages)) {
    for (const [key, value] of page) found.set(key, value)
  }
  return found
}
