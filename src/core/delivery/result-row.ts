/** Outcomes as rows of the table of results. */
import type { Row } from '../../model/value.ts'
import { withoutNul } from '../sql/held-text.ts'
import { resultColumns } from '../sql/working-schema.ts'
import type { OperationOutcome } from './outcome.ts'

/** In the order of `resultColumns`; `at` is an instant with microseconds, `…Z`; `job` the CRM's own id. */
export function writeResultRow(outcome: OperationOutcome, at: string, job: string | null): Row {
  const cells: Record<keyof typeof resultColumns, string | null> = {
    sequence: String(outcome.sequence),
    status: outcome.status,
    reason: outcome.reason,
    message: withoutNul(outcome.message),
    hold: outcome.hold,
    remote_id: outcome.remoteId,
    origin: outcome.origin,
    presence: outcome.presence,
    crm_values: JSON.stringify(outcome.crmValues),
    withheld: JSON.stringify(outcome.withheld),
    reopen: outcome.reopen ? 'yes' : null,
    keeps_match: outcome.keepsMatch ? 'yes' : null,
    at,
    job,
  }
  return Object.keys(resultColumns).map((name) => cells[name as keyof typeof resultColumns])
}
