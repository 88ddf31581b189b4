/** Carries an error over the thread boundary and gives it its name on the other side. */
import type { StorePurpose } from '../purpose.ts'
import { hasNoRoom } from './room.ts'
import { ExpectationFailed } from '../store.ts'
import type { Failure } from './sqlite-messages.ts'

/** What was thrown inside the worker, as a value. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof ExpectationFailed) {
    const { index, expected, affected } = error
    return { kind: 'expectation', index, expected, affected }
  }
  const message = error instanceof Error ? error.message : String(error)
  const code = sqliteCode(error)
  return code === null ? { kind: 'other', message } : { kind: 'sqlite', code, message }
}

/** SQLite's extended result code of what `node:sqlite` threw, or null for any other error. */
export function sqliteCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error)) return null
  return typeof error.errcode === 'number' ? error.errcode : null
}

/** SQLite's primary result codes (sqlite.org/rescode.html) by what they mean to us. */
const meanings = {
  locked: [5, 6, 15],
  disk_full: [13],
  not_writable: [3, 8, 14, 23],
  foreign: [26],
  damaged: [11],
  disk: [10],
} as const

/** The shared memory beside the file can't grow, which says nothing else (SQLITE_IOERR_SHMSIZE). */
const sharedMemoryFull = 4874

/** The error to throw for a failure of the file's worker; `isFull` tells whether the disk of a file is full. */
export function errorFrom(
  failure: Failure,
  file: string,
  purpose: StorePurpose,
  isFull: (file: string) => boolean = hasNoRoom,
): Error {
  switch (failure.kind) {
    case 'expectation':
      return new ExpectationFailed(failure.index, failure.expected, failure.affected)
    case 'sqlite':
      return sqliteError(failure, file, purpose, isFull)
    case 'other':
      return purpose.errors.statement({
        message: `The ${purpose.noun} in ${file} failed: ${failure.message}.`,
      })
    default:
      return failure satisfies never
  }
}

function sqliteError(
  { code, message: text }: Extract<Failure, { kind: 'sqlite' }>,
  file: string,
  { errors }: StorePurpose,
  isFull: (file: string) => boolean,
): Error {
  const primary = code & 0xff
  const has = (codes: readonly number[]) => codes.includes(primary)
  const said = `(SQLite ${code}: ${text})`
  const mayBeFull = has(meanings.disk) || has(meanings.not_writable)
  if (has(meanings.locked)) {
    return errors.locked({ message: `Another process kept ${file} locked ${said}.` })
  }
  if (has(meanings.disk_full) || code === sharedMemoryFull || (mayBeFull && isFull(file))) {
    return errors.disk_full({ message: `There is no room for ${file} to grow ${said}.` })
  }
  if (has(meanings.not_writable)) {
    return errors.not_writable({ message: `${file} cannot be opened for writing ${said}.` })
  }
  if (has(meanings.foreign)) {
    return errors.foreign({ message: `${file} is not an SQLite database ${said}.` })
  }
  if (has(meanings.damaged)) {
    return errors.damaged({ message: `${file} is damaged ${said}.` })
  }
  if (has(meanings.disk)) {
    return errors.disk({ message: `Reading or writing ${file} failed ${said}.` })
  }
  return errors.statement({ message: `${file} refused a statement ${said}.` })
}
