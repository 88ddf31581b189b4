/** Rows that were not delivered, as lines and as JSON: a few of them, and where all of them are. */
import type { FailedRow, FailedRows } from '../../app/push/failed-rows.ts'
import type { PushSync } from '../../model/sync.ts'
import type { Result } from '../output.ts'
import { shellWord } from './shell-word.ts'

export function failedRowLines(
  { name }: Pick<PushSync, 'name'>,
  { rows, places }: FailedRows,
): readonly string[] {
  const [first] = rows
  if (first === undefined) return []
  return [
    ...rows.map(rowLine),
    ...(rows.some(({ place }) => place === 'own') ? [`  all of them: ${places.own}`] : []),
    ...(rows.some(({ place }) => place === 'held') ? [`  all that are held: ${places.held}`] : []),
    `  one of them: \`syncline explain ${shellWord(name)} ${shellWord(first.key)}\``,
  ]
}

function rowLine({ key, status, reason, message, held }: FailedRow): string {
  const told = message === null ? reason : `${reason}: ${message}`
  return `  ! ${status} ${key}: ${told}${held ? ' (held since an earlier run)' : ''}`
}

export function failedRowsJson({ rows }: FailedRows): Result {
  return {
    failed_rows: rows.map(({ key, status, reason, message, held }) => ({
      key,
      status,
      reason,
      message,
      held,
    })),
  }
}
