/** What waits in the journal. */
import { alarmOf, type JournalStanding } from '../../app/status/journal-standing.ts'
import type { Serving } from '../../app/serve/serve.ts'
import { errorLines } from './error.ts'
import { ageText } from './lag.ts'
import { count } from './plan.ts'
import { time } from './runs.ts'

type Waiting = Serving['waiting']

export function waitingText({ entries, bytes, oldest }: Waiting): string {
  const since = oldest === null ? '' : `, the oldest since ${time(oldest)}`
  return `${count(entries)} entries wait in the journal (${count(bytes)} bytes${since})`
}

export function waitingJson({ entries, bytes, oldest }: Waiting) {
  return { entries, bytes, oldest: oldest === null ? null : time(oldest) }
}

export function journalLines(standing: JournalStanding): readonly string[] {
  const { ageMs, entries } = standing
  const alarm = alarmOf(standing)
  if (entries === 0 && alarm === null) return []
  return [
    `${waitingText(standing)}, for ${ageText(ageMs)}`,
    ...(alarm === null ? [] : errorLines(alarm).map((line) => `  ${line}`)),
  ]
}
