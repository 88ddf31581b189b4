/** A pull's progress as one line. */
import type { Progress } from '../../app/pull/pull-sync.ts'
import { many } from './plan.ts'
import { waitingLine } from './progress.ts'

export function pullProgressLine(sync: string, event: Progress): string {
  switch (event.at) {
    case 'waiting':
      return waitingLine(sync, event)
    case 'reading':
      return `${sync}: reading ${event.object}, ${many(event.records, 'record')} …`
    case 'loaded':
      return `${sync}: ${event.object} is loaded, ${many(event.changes, 'change')}`
    default:
      return event satisfies never
  }
}

/** What a line in a log is worth: each stage of an object, and each doubling of a long read. */
export function pullProgressStep(sync: string, event: Progress): string {
  if (event.at === 'waiting') return `${sync} waiting`
  const share = event.at === 'reading' ? Math.floor(Math.log2(event.records + 1)) : ''
  return `${sync} ${event.at} ${event.object} ${share}`
}
