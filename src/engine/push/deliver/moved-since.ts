/**
 * A condition on what the CRM holds is only as good as the look that it was judged by. Where that is
 * some seconds old, the records are read once more right before they are written, and what moved since
 * is left to the next plan (promise 4).
 */
import { type OperationOutcome, undelivered } from '../../../core/delivery/outcome.ts'
import { isAssociation } from '../../../core/mapping/association.ts'
import { type CompiledField, fieldKnowledge } from '../../../core/mapping/mapping.ts'
import { isHeld } from '../../../core/mapping/normal-form.ts'
import { sameValue } from '../../../core/mapping/same-value.ts'
import { isDecidedByLook } from '../../../core/plan/judge-field.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { CrmRecord } from '../../../core/plan/crm-record.ts'
import { readCurrent } from './read-current.ts'
import type { SendContext } from './send-context.ts'

/** How long what was seen of a record may be taken for what it holds. */
const freshMs = 10_000

export interface Rechecked {
  readonly ready: readonly PlanRow[]
  readonly moved: readonly OperationOutcome[]
}

export async function holdMoved(
  context: SendContext,
  rows: readonly PlanRow[],
): Promise<Rechecked> {
  const conditional = conditionalFields(context)
  const isStale = context.clock.now() - context.lookedAt > freshMs
  const doubtful = rows.filter(
    (row) => row.kind === 'update' && conditional.some(({ field }) => field.name in row.changes),
  )
  if (!isStale || doubtful.length === 0) return { ready: rows, moved: [] }
  const records = await readCurrent(context, fieldKnowledge(context.mapping), doubtful)
  const moved = new Map<PlanRow, OperationOutcome>()
  for (const row of doubtful) {
    const record = records.get(row.sequence)
    const fields = record === undefined ? [] : movedFields(context, conditional, row, record)
    if (fields.length === 0) continue
    const message = `changed in the CRM since the plan looked at it: ${fields.join(', ')}`
    moved.set(row, undelivered(row, { status: 'deferred', reason: 'record.changed', message }))
  }
  return { ready: rows.filter((row) => !moved.has(row)), moved: [...moved.values()] }
}

/** Fields of which a look decides whether they are written. */
export function conditionalFields({
  sync,
  mapping,
}: Pick<SendContext, 'sync' | 'mapping'>): readonly CompiledField[] {
  // Without a look nothing was judged.
  if (!sync.readBefore) return []
  return mapping.fields.filter(
    ({ field, mapping: given }) => isDecidedByLook(given) && !isAssociation(field.name),
  )
}

function movedFields(
  { mapping }: SendContext,
  conditional: readonly CompiledField[],
  row: PlanRow,
  record: CrmRecord,
): readonly string[] {
  return conditional.flatMap(({ field }) => {
    const change = row.changes[field.name]
    if (change === undefined || change.crm === undefined) return []
    const held = record.values[field.name] ?? null
    const isKnown =
      sameValue(field, held, change.crm) || isHeld(mapping.normalise, field, held, change.after)
    return isKnown ? [] : [field.name]
  })
}
