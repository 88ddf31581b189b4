/** Holds a file for this process; a process that dies lets go of it, however it dies. */
import { DatabaseSync } from 'node:sqlite'
import { appErrors } from '../../errors.ts'

export interface FileLock {
  release(): void
}

/** Throws `app.local_held` where another process has it. The lock is a SQLite file beside it. */
export function lockFile(file: string): FileLock {
  // The operating system frees the lock of a database file with its process, which no file of our own
  // making would do on every platform.
  const database = new DatabaseSync(`${file}.lock`)
  try {
    database.exec('begin exclusive')
  } catch (cause) {
    database.close()
    throw appErrors.local_held({ message: `Another command works with ${file}.`, cause })
  }
  return { release: () => database.close() }
}
