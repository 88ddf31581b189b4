/** A comparison's progress as one line. */
import type { CompareProgress } from '../../app/compare/compare-tables.ts'
import { count } from './plan.ts'

export function compareProgressLine(table: string, event: CompareProgress): string {
  switch (event.at) {
    case 'counting':
      return `${table}: counting rows and keys …`
    case 'hashing':
      return `${table}: comparing sums of buckets of rows …`
    case 'reading':
      return `${table}: reading rows of buckets that differ, ${count(event.rows)} of ${count(event.of)} …`
    default:
      return event satisfies never
  }
}

/** What a line in a log is worth: each stage of a table, and each doubling of a long read. */
export function compareProgressStep(table: string, event: CompareProgress): string {
  const share = event.at === 'reading' ? Math.floor(Math.log2(event.rows + 1)) : ''
  return `${table} ${event.at} ${share}`
}
