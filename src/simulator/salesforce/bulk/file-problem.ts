/** What keeps a job from looking at any of its rows, in the words of the job's `errorMessage`. */
import type { ObjectType } from '../store/object-type.ts'
import type { WriteContext } from '../writes/write-context.ts'
import { columnOf } from './columns.ts'
import type { IngestJob, JobSpec } from '../store/ingest-job.ts'
import { fileOf } from './job-file.ts'

const mostFields = 5000
const mostInRow = 400_000
const mostInField = 131_072

/** Null where the rows can be processed. */
export function fileProblem(
  context: WriteContext,
  type: ObjectType,
  job: IngestJob,
): string | null {
  const { header, endsInLf, endsInCrlf } = fileOf(job)
  const { lineEnding } = job.spec
  if (lineEnding === 'LF' ? endsInCrlf : endsInLf) {
    return `ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is ${lineEnding}`
  }
  if (header.problem !== null) return `InvalidBatch : ${header.problem}`
  if (header.cells.length === 0) return 'InvalidBatch : The file has no header'
  if (header.cells.length > mostFields) {
    return `InvalidBatch : Exceeded number of columns, which is ${mostFields}`
  }
  const strange = header.cells.find((name) => columnOf(context, type, name) === null)
  const missing = strange ?? missingColumn(job.spec, header.cells)
  return missing === null ? sizeProblem(job) : `InvalidBatch : Field name not found : ${missing}`
}

/** The one that says which record a row is about. */
function missingColumn(
  { operation, externalIdFieldName }: JobSpec,
  header: readonly string[],
): string | null {
  if (operation === 'insert') return null
  const wanted = operation === 'upsert' ? (externalIdFieldName ?? 'Id') : 'Id'
  const found = header.some((name) => name.toLowerCase() === wanted.toLowerCase())
  return found ? null : wanted
}

function sizeProblem(job: IngestJob): string | null {
  const file = fileOf(job)
  for (let row = 0; row < file.count; row += 1) {
    // No cell is longer than its row, so that nearly all rows need not be taken apart.
    const size = file.size(row)
    if (size > mostInRow) {
      return `InvalidBatch : Exceeded max length for one record: ${size}. Max length for one record should be less than or equal to ${mostInRow}`
    }
    const longest =
      size > mostInField ? Math.max(...file.row(row).cells.map(({ length }) => length)) : 0
    if (longest > mostInField) {
      return `InvalidBatch : Exceeded max length for one single field: ${longest}. Max length for one single field should be less than or equal to ${mostInField}`
    }
  }
  return null
}
