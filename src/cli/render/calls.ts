/** The calls that a plan predicts, as lines and as JSON. */
import type { CallForecast, CallPrediction } from '../../app/push/push-sync.ts'
import type { PushSync } from '../../model/sync.ts'
import { count, operationWord } from './plan.ts'
import { time } from './runs.ts'

/** `12 API calls to deliver`. */
export function callTotal({ total }: CallForecast): string {
  return `${count(total)} API ${total === 1 ? 'call' : 'calls'} to deliver`
}

/** The total by kind, and what comes on top. */
function callSummary(sync: Pick<PushSync, 'removedRows'>, forecast: CallForecast): string {
  const { byKind, rechecks } = forecast
  const kinds = Object.entries(byKind)
    .filter(([, calls]) => calls > 0)
    .map(([kind, calls]) => `${count(calls)} ${kindWord(sync, kind as keyof typeof byKind)}`)
  const reads = `up to ${count(rechecks)} reads right before conditional writes`
  return `${callTotal(forecast)} (${kinds.join(', ')})${rechecks > 0 ? `, and ${reads}` : ''}`
}

function kindWord(sync: Pick<PushSync, 'removedRows'>, kind: keyof CallForecast['byKind']): string {
  switch (kind) {
    case 'associations':
      return 'for associations'
    case 'jobs':
      return 'or more for jobs'
    case 'confirm':
      return 'to confirm'
    default:
      return operationWord(sync, kind)
  }
}

export function predictionLines(
  sync: Pick<PushSync, 'crm' | 'maxCallsPerDay' | 'removedRows'>,
  predicted: CallPrediction | null,
): readonly string[] {
  if (predicted === null) return []
  const { left, beyond } = predicted
  const lines = [`  predicted: ${callSummary(sync, predicted)}`]
  if (left.cap !== null) {
    const cap = count(sync.maxCallsPerDay ?? 0)
    lines.push(`    max_calls_per_day: ${count(left.cap)} of ${cap} left today (UTC)`)
  }
  const { connectionCap = null } = left
  if (connectionCap !== null) {
    const whose = `max_calls_per_day of connection ${sync.crm}`
    lines.push(`    ${whose}: ${count(connectionCap)} left today (UTC) to all its syncs`)
  }
  if (left.vendor !== null) {
    const { name, left: rest, max, resetsAt } = left.vendor
    const reset = resetsAt === null ? '' : `, again at ${time(resetsAt)}`
    lines.push(`    CRM ${name} limit: ${count(rest)} of ${count(max)} left${reset}`)
  }
  if (beyond > 0) {
    const operations = beyond === 1 ? 'operation does' : 'operations do'
    lines.push(`    ${count(beyond)} ${operations} not fit and would be deferred`)
  }
  return lines
}

export function predictionJson(
  predicted: CallPrediction | null,
): Readonly<Record<string, unknown>> | null {
  if (predicted === null) return null
  const { byKind, total, rechecks, beyond, left } = predicted
  const { vendor } = left
  return {
    total,
    by_kind: byKind,
    rechecks_at_most: rechecks,
    left: {
      max_calls_per_day: left.cap,
      connection_max_calls_per_day: left.connectionCap ?? null,
      crm:
        vendor === null
          ? null
          : {
              limit: vendor.name,
              left: vendor.left,
              resets_at: vendor.resetsAt === null ? null : time(vendor.resetsAt),
            },
    },
    operations_deferred: beyond,
  }
}
