/** The data of a Bulk job, as the rows of its file. */
import type { ColumnDelimiter, IngestJob } from '../store/ingest-job.ts'
import { CsvFile } from './csv.ts'

export const delimiterTexts: Readonly<Record<ColumnDelimiter, string>> = {
  BACKQUOTE: '`',
  CARET: '^',
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  TAB: '\t',
}

const files = new WeakMap<IngestJob, CsvFile>()

/** The uploaded rows. */
export function fileOf(job: IngestJob): CsvFile {
  const known = files.get(job)
  if (known !== undefined) return known
  const file = new CsvFile(job.content ?? '', delimiterTexts[job.spec.columnDelimiter])
  files.set(job, file)
  return file
}
