/** A push's progress as one line. */
import type { Progress } from '../../app/push/push-sync.ts'
import type { Waiting } from '../../app/run/run-under-lease.ts'
import { callTotal } from './calls.ts'
import { count } from './plan.ts'
import { time } from './runs.ts'

export function waitingLine(sync: string, { for: what, until }: Waiting): string {
  if (what === 'load') {
    return `${sync}: a load of webhooks holds it; waiting for its end, until ${time(until)} at most …`
  }
  if (what === 'lapse') {
    return `${sync}: a run holds it, and its process gives no sign of life; waiting for the end of its lease …`
  }
  return `${sync}: a process that died may have sent a request; waiting until ${time(until)}, when it can no longer be applied …`
}

export function progressLine(sync: string, event: Progress): string {
  switch (event.at) {
    case 'waiting':
      return waitingLine(sync, event)
    case 'recovering':
      return `${sync}: finding out what became of ${event.batches} interrupted batches …`
    case 'diffing':
      return `${sync}: comparing the model with the baseline …`
    case 'diffed':
      return `${sync}: ${count(event.due)} of ${count(event.rows)} rows are due`
    case 'planning':
      return `${sync}: looking at the CRM, ${count(event.done)} of ${count(event.due)} …`
    case 'planned':
      return `${sync}: planned`
    case 'predicted':
      return `${sync}: ${callTotal(event.calls)}`
    case 'delivering':
      return `${sync}: delivering, ${count(event.done)} of ${count(event.operations)} …`
    case 'confirmed':
      return `${sync}: confirmed`
    default:
      return event satisfies never
  }
}

const steps = 10

/** What a line in a log is worth: each stage, and each tenth of a long one. */
export function progressStep(sync: string, event: Progress): string {
  const share = shareDone(event)
  return `${sync} ${event.at} ${share === null ? '' : Math.floor(share * steps)}`
}

function shareDone(event: Progress): number | null {
  if (event.at === 'planning') return event.due === 0 ? null : event.done / event.due
  if (event.at !== 'delivering' || event.operations === 0) return null
  return event.done / event.operations
}
