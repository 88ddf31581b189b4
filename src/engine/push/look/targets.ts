/**
 * Finds the records that values lead to: parents by a unique field, for associations and lookups.
 * What becomes of a row without its target is the mapping's to say.
 */
import type { RemoteRecord } from '../../../connector/connector.ts'
import { shortList } from '../../../core/mapping/lookup.ts'
import type { CompiledField, CompiledMapping } from '../../../core/mapping/mapping.ts'
import { maskMessage } from '../../../core/mapping/sensitive.ts'
import { concluded, type DueRow, type PlanRow } from '../../../core/plan/plan-row.ts'
import type { CrmValue } from '../../../model/operation.ts'
import type { RunContext } from '../../context.ts'
import type { RowToLook } from './look.ts'
import { nothingRead, type ReadValues, readValues } from './read-values.ts'

export interface Resolved {
  /** Rows whose targets are known, with ids in place of names. */
  readonly rows: readonly RowToLook[]
  /** Rows that end here for want of a target. */
  readonly concluded: readonly PlanRow[]
}

export async function resolveTargets(
  context: RunContext,
  mapping: CompiledMapping,
  rows: readonly RowToLook[],
): Promise<Resolved> {
  const fields = mapping.fields.filter((compiled) => compiled.target !== null)
  if (fields.length === 0) return { rows, concluded: [] }
  const found = new Map<CompiledField, ReadValues<readonly RemoteRecord[]>>()
  for (const compiled of fields) found.set(compiled, await lookUp(context, compiled, rows))
  const resolved: RowToLook[] = []
  const ended: PlanRow[] = []
  for (const row of rows) {
    const result = resolveRow(context, mapping, row, found)
    if ('values' in result) resolved.push(result)
    else ended.push(result)
  }
  return { rows: resolved, concluded: ended }
}

async function lookUp(
  context: RunContext,
  { target, field }: CompiledField,
  rows: readonly RowToLook[],
): Promise<ReadValues<readonly RemoteRecord[]>> {
  if (target === null) return nothingRead
  const names = rows.flatMap(({ due, values }) =>
    due.side === 'removed' ? [] : (values[field.name] ?? []),
  )
  const options = { object: target.object, fields: [target.field] }
  return readValues(context, names, (page) => context.crm.readByValue(target.field, page, options))
}

function resolveRow(
  { sync }: RunContext,
  mapping: CompiledMapping,
  row: RowToLook,
  found: ReadonlyMap<CompiledField, ReadValues<readonly RemoteRecord[]>>,
): RowToLook | PlanRow {
  const { due } = row
  if (due.side === 'removed') return row
  const values: Record<string, CrmValue> = { ...row.values }
  for (const [{ field, target }, read] of found) {
    const name = values[field.name] ?? null
    if (name === null || target === null) continue
    const refused = read.refused.get(name)
    if (refused !== undefined) {
      const message = maskMessage(`${field.name}: ${refused.message}`, row.values, mapping)
      const { reason, hold } = refused
      return concluded(due, { status: 'rejected', reason, message, hold })
    }
    const records = read.found.get(name) ?? []
    const [record, another] = records
    if (another !== undefined) {
      const ids = shortList(records.map(({ id }) => id))
      const what = `${field.name}: several records are ${JSON.stringify(name)}: ${ids}`
      return ambiguous(due, maskMessage(what, row.values, mapping))
    }
    if (record !== undefined) values[field.name] = record.id
    // Left as it is: what the record leads to now stays.
    else if (target.ifMissing === 'skip') delete values[field.name]
    else {
      const what = `${sync.name}: ${field.name}: no ${target.object} has ${target.field} ${JSON.stringify(name)}`
      return missing(due, target.ifMissing, maskMessage(what, row.values, mapping))
    }
  }
  return { due, values }
}

function missing(due: DueRow, ifMissing: 'defer' | 'reject', message: string): PlanRow {
  return ifMissing === 'defer'
    ? concluded(due, { status: 'deferred', reason: 'dependency', message })
    : concluded(due, { status: 'rejected', reason: 'lookup.unknown', message, hold: 'retry' })
}

function ambiguous(due: DueRow, message: string): PlanRow {
  return concluded(due, { status: 'rejected', reason: 'lookup.ambiguous', message, hold: 'retry' })
}
