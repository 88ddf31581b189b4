/** A push's progress as one line. */
import type { Progress } from '../../engine/progress.ts'
import { count } from './plan.ts'

export function progressLine(sync: string, event: Progress): string {
  switch (event.at) {
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
    case 'delivering':
      return `${sync}: delivering, ${count(event.done)} of ${count(event.operations)} …`
    case 'confirmed':
      return `${sync}: confirmed`
    default:
      return event satisfies never
  }
}
