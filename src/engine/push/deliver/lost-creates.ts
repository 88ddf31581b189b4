/**
 * Whose record it is that a look finds for a create without an answer. People may have merged what the create made
 * before anybody knew its id, so that nothing but the merges tells of it.
 */
import type { RemoteRecord } from '../../../connector/connector.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { RunContext } from '../../context.ts'
import { readPages } from '../look/read-values.ts'
import type { RecordClaims } from './claimed-records.ts'

export interface LostCreates {
  /** The key that has the record, or had one of those that went up in it; the row's own where none has. */
  readonly ownerOf: (row: PlanRow, record: RemoteRecord) => string
  /** Whether the record is another row's, and had the value already when it was confirmed last, before the create was sent. */
  readonly wasTaken: (row: PlanRow, record: RemoteRecord) => boolean
  /** Whether others went up in the record: then it is not the row's alone. */
  readonly isJoined: (record: RemoteRecord) => boolean
  /** The record that one with the row's own value went up in; null where there is none. */
  readonly survivorOf: (row: PlanRow) => string | null
}

/** `valueOf` gives the value that a create is found by; `field` is the field that has it. */
export async function readLostCreates(
  context: RunContext,
  claims: RecordClaims,
  creates: readonly PlanRow[],
  records: ReadonlyMap<number, RemoteRecord>,
  { field, valueOf }: { readonly field: string; readonly valueOf: (row: PlanRow) => string | null },
): Promise<LostCreates> {
  const { crm, sync } = context
  const options = { object: sync.object }
  const found = creates.flatMap(({ sequence }) => records.get(sequence)?.id ?? [])
  const missed = creates.flatMap((row) => (records.has(row.sequence) ? [] : (valueOf(row) ?? [])))
  const [absorbed, survivors] = await Promise.all([
    readPages(context, found, (page) => crm.absorbed(page, options)),
    readPages(
      context,
      crm.mergedAway === undefined ? [] : missed,
      async (page) => (await crm.mergedAway?.(field, page, options)) ?? new Map<string, string>(),
    ),
  ])
  const [owners, matchValues] = await Promise.all([
    claims.ownersOf([...found, ...[...absorbed.values()].flat()]),
    claims.matchValuesOf(found),
  ])
  return {
    ownerOf: ({ key }, { id }) => {
      const guests = (absorbed.get(id) ?? []).flatMap((guest) => owners.get(guest) ?? [])
      return owners.get(id) ?? guests.find((guest) => guest !== key) ?? claims.reserve(id, key)
    },
    wasTaken: (row, { id }) =>
      (owners.get(id) ?? row.key) !== row.key && matchValues.get(id) === valueOf(row),
    isJoined: ({ id }) => absorbed.has(id),
    survivorOf: (row) => survivors.get(valueOf(row) ?? '') ?? null,
  }
}
