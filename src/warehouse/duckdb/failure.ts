/** DuckDB's errors as ours. DuckDB gives no codes through this driver, only its messages. */
import { SynclineError } from '../../model/error.ts'
import { warehouseErrors } from '../errors.ts'

type Failure = (typeof warehouseErrors)[keyof typeof warehouseErrors]

const table: readonly (readonly [RegExp, Failure])[] = [
  [/no space left on device|not enough (disk )?space|disk quota/i, warehouseErrors.disk_full],
  [/^out of memory error/i, warehouseErrors.out_of_memory],
  [
    /^transactioncontext error|transaction conflict|write-write conflict/i,
    warehouseErrors.conflict,
  ],
  [/permission denied/i, warehouseErrors.auth],
  [
    /corrupt database file|checksum .*does not match|could not read enough bytes/i,
    warehouseErrors.bad_file,
  ],
]

/** Refused while opening the file, as opposed to while working in it. */
const openTable: readonly (readonly [RegExp, Failure])[] = [
  [
    /not a valid duckdb database|newer (storage )?version|storage version|corrupt/i,
    warehouseErrors.bad_file,
  ],
  ...table,
]

const heldPattern = /could not set lock on file|being used by another process/i

/** `LINE 3: …`, as DuckDB marks the place in the statement. */
const linePattern = /^LINE (\d+):/m

/** Any error of a DuckDB call; one of our own passes through. */
export function duckDbFailure(cause: unknown): SynclineError {
  if (cause instanceof SynclineError) return cause
  const message = messageOf(cause)
  const known = table.find(([pattern]) => pattern.test(message))
  if (known !== undefined) return known[1]({ message, cause })
  const line = linePattern.exec(message)?.[1]
  return warehouseErrors.query({
    message,
    cause,
    ...(line === undefined ? {} : { place: { file: 'query', line: Number(line) } }),
  })
}

/** An error of opening `file`. */
export function duckDbOpenFailure(file: string, cause: unknown): SynclineError {
  const message = messageOf(cause)
  const failure = openTable.find(([pattern]) => pattern.test(message))?.[1]
  return (failure ?? warehouseErrors.bad_file)({
    message: `Cannot open ${file}: ${message}`,
    cause,
  })
}

/** Whether another process holds the file, and who, as far as the system tells. */
export function holderOf(cause: unknown): { readonly name: string } | null {
  const message = messageOf(cause)
  if (!heldPattern.test(message)) return null
  const holder = /held in (.+?) \(PID (\d+)\)/.exec(message)
  if (holder !== null) return { name: `${holder[1]} (PID ${holder[2]})` }
  const pid = /PID (\d+)/.exec(message)
  return { name: pid === null ? 'another process' : `another process (PID ${pid[1]})` }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
