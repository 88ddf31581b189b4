/**
 * The three files that tell what came of a job's rows. Each repeats the columns of the uploaded file, its
 * rows in an order of their own: whoever wants to know which row is which must have put a key into it.
 */
import { seededRandom, shuffled } from '../../random.ts'
import { quotedLine } from './csv.ts'
import { delimiterTexts, fileOf } from './job-file.ts'
import type { IngestJob, RowOutcome } from '../store/ingest-job.ts'

export function successfulResults(job: IngestJob): string {
  return resultFile(job, ['sf__Id', 'sf__Created'], (outcome) =>
    outcome !== null && 'created' in outcome ? [outcome.id, String(outcome.created)] : null,
  )
}

export function failedResults(job: IngestJob): string {
  return resultFile(job, ['sf__Id', 'sf__Error'], (outcome) =>
    outcome !== null && 'error' in outcome ? [outcome.id, outcome.error] : null,
  )
}

/** Rows of a job that failed or was aborted before it came to them. */
export function unprocessedRecords(job: IngestJob): string {
  return resultFile(job, [], (outcome) => (outcome === null ? [] : null))
}

/** `tell` gives the cells before the row's own, or null for a row that is not in the file. */
function resultFile(
  job: IngestJob,
  names: readonly string[],
  tell: (outcome: RowOutcome | null) => readonly string[] | null,
): string {
  if (job.content === null) return ''
  const file = fileOf(job)
  const delimiter = delimiterTexts[job.spec.columnDelimiter]
  const ending = job.spec.lineEnding === 'LF' ? '\n' : '\r\n'
  const lines: string[] = []
  for (let row = 0; row < file.count; row += 1) {
    const told = tell(job.outcomes[row] ?? null)
    if (told === null) continue
    const cells = fitted(file.row(row).cells, file.header.cells.length)
    lines.push(quotedLine([...told, ...cells], delimiter))
  }
  const header = quotedLine([...names, ...file.header.cells], delimiter)
  const random = seededRandom(job.spec.shuffleSeed)
  return [header, ...shuffled(lines, random), ''].join(ending)
}

/** A row with too many cells, or too few, must not shift those that follow. */
function fitted(cells: readonly string[], count: number): readonly string[] {
  if (cells.length === count) return cells
  return Array.from({ length: count }, (_, index) => cells[index] ?? '')
}
