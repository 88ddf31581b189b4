/** Writes the rows of one batch, each for itself, and notes what became of each. */
import { ApiError, noSuchColumn } from '../wire/api-error.ts'
import { sabotageRow } from '../writes/collection.ts'
import { normalId } from '../store/ids.ts'
import type { JsonObject } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import { RowWriter } from '../writes/row-writer.ts'
import { upsertKey } from '../writes/upsert.ts'
import type { WriteContext } from '../writes/write-context.ts'
import { type Column, columnOf, recordOf } from './columns.ts'
import type { CsvRow } from './csv.ts'
import { type IngestJob, type RowOutcome, conclude } from '../store/ingest-job.ts'
import { fileOf } from './job-file.ts'
import { rowErrorText } from './row-error.ts'

type Written = Extract<RowOutcome, { readonly created: boolean }>

/** Rows from `from` until before `to`. Throws `ApiError` where the object is no longer what the job needs. */
export function writeRows(
  context: WriteContext,
  type: ObjectType,
  job: IngestJob,
  from: number,
  to: number,
): void {
  const file = fileOf(job)
  const columns = file.header.cells.map((name) => {
    const column = columnOf(context, type, name)
    if (column === null) throw noSuchColumn(name, type.name)
    return column
  })
  const write = rowWrite(context, type, job)
  for (let row = from; row < to; row += 1) {
    conclude(job, row, outcomeOf(context, columns, file.row(row), faultOf(job, row), write))
  }
}

type Write = (record: JsonObject) => Written
type Fault = NonNullable<IngestJob['rowFault']>['kind'] | null

function faultOf({ rowFault }: IngestJob, row: number): Fault {
  return rowFault?.row === row ? rowFault.kind : null
}

function outcomeOf(
  { org }: WriteContext,
  columns: readonly Column[],
  { cells, problem }: CsvRow,
  fault: Fault,
  write: Write,
): RowOutcome {
  if (problem !== null) return { id: '', error: `ClientInputError:${problem}:--` }
  const record = recordOf(columns, cells)
  const lost = fault === 'silent_drop_applied' || fault === 'silent_drop_unapplied'
  try {
    sabotageRow(fault, org.id)
    const written = write(record)
    return lost ? { lost: true } : written
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (lost) return { lost: true }
    return { id: givenId(record), error: rowErrorText(error.problems) }
  }
}

function givenId(record: JsonObject): string {
  const given = record['Id']
  return typeof given === 'string' ? (normalId(given) ?? '') : ''
}

function rowWrite(context: WriteContext, type: ObjectType, { spec }: IngestJob): Write {
  const writer = new RowWriter(context)
  switch (spec.operation) {
    case 'insert':
      return (record) => ({ id: writer.create(type, record), created: true })
    case 'update':
      return (record) => ({ id: writer.update(type, record), created: false })
    case 'upsert': {
      const key = upsertKey(context, type, spec.externalIdFieldName ?? 'Id')
      return (record) => writer.upsert(type, key, record)
    }
    case 'delete':
      return (record) => ({ id: writer.delete(type, record['Id']), created: false })
    case 'hardDelete':
      return (record) => ({ id: writer.hardDelete(type, record['Id']), created: false })
    default: {
      const unreachable: never = spec.operation
      return unreachable
    }
  }
}
