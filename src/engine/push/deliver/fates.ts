/** Asks the CRM what became of operations whose requests got no answer. */
import type { RemoteRecord } from '../../../connector/connector.ts'
import { judgeFate, showsAny } from '../../../core/delivery/fate.ts'
import type { OperationOutcome } from '../../../core/delivery/outcome.ts'
import type { FieldKnowledge } from '../../../core/mapping/mapping.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import type { RunContext } from '../../context.ts'
import type { RecordClaims } from './claimed-records.ts'
import {
  doubtfulOutcome,
  fateOutcome,
  mergedAwayOutcome,
  ownedOutcome,
  strangeOutcome,
} from './fate-outcomes.ts'
import { isUpserted } from './load-of.ts'
import { type LostCreates, readLostCreates } from './lost-creates.ts'
import { identityValue, readCurrent } from './read-current.ts'

export interface Fates {
  readonly outcomes: readonly OperationOutcome[]
  /** Certainly not applied: may be sent again. */
  readonly notApplied: readonly PlanRow[]
}

/** Reads with the connector's consistent lookups; throws when the CRM can't be read. */
export async function resolveFates(
  context: RunContext,
  claims: RecordClaims,
  knowledge: FieldKnowledge,
  rows: readonly PlanRow[],
): Promise<Fates> {
  const outcomes: OperationOutcome[] = []
  const notApplied: PlanRow[] = []
  const records = await readCurrent(context, knowledge, rows)
  const creates = rows.filter(({ kind }) => kind === 'create')
  const lost = await readLostCreates(context, claims, creates, records, {
    field: knowledge.identity?.name ?? '',
    valueOf: (row) => identityValue(row, knowledge),
  })
  for (const row of rows) {
    const record = records.get(row.sequence)
    const outcome = canBeFound(row, knowledge)
      ? outcomeOf(context, knowledge, row, record, lost)
      : doubtfulOutcome(row)
    if (outcome === null) notApplied.push(row)
    else outcomes.push(outcome)
  }
  return { outcomes, notApplied }
}

/** Null for an operation that was certainly not applied. */
function outcomeOf(
  context: RunContext,
  knowledge: FieldKnowledge,
  row: PlanRow,
  record: RemoteRecord | undefined,
  lost: LostCreates,
): OperationOutcome | null {
  const fate = judgeFate(row, record, knowledge)
  if (fate === 'not_applied') {
    const survivor = row.kind === 'create' ? lost.survivorOf(row) : null
    return survivor === null ? null : mergedAwayOutcome(row, survivor)
  }
  if (row.kind !== 'create' || record === undefined || fate === 'foreign') {
    return fateOutcome(context, knowledge, row, fate, record)
  }
  const wasTaken = lost.wasTaken(row, record)
  // A sync that only creates never adopts: what it is bound to by mistake, it might delete.
  const mayBeOurs = context.sync.mode !== 'insert' || showsAny(row, record, knowledge)
  if (fate === 'altered' && !mayBeOurs && !wasTaken) return strangeOutcome(row, record.id)
  const owner = lost.ownerOf(row, record)
  if (owner !== row.key && (!wasTaken || lost.isJoined(record))) {
    return ownedOutcome(context, row, record.id, owner)
  }
  // No record could be made, and a create changed nothing. An upsert wrote over the other row's record: it is refused
  // like any that finds another one's, which has the owner asked again.
  if (owner !== row.key && !isUpserted(context, row)) return null
  const outcome = fateOutcome(context, knowledge, row, fate, record)
  // What others brought into it is not ours to delete.
  return lost.isJoined(record) ? { ...outcome, origin: 'adopted' } : outcome
}

/** A create leaves no id behind: only the unique value that it carried tells whether it arrived. */
function canBeFound(row: PlanRow, knowledge: FieldKnowledge): boolean {
  return row.remoteId !== null || identityValue(row, knowledge) !== null
}
