/** Whether a disk is full: SQLite tells it of writes to the file, but not of the files that it puts beside it. */
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'

/** SQLite's shared memory grows by 32 KB; with less than twice that left nothing goes on. */
const leastBytes = 65_536

/** Of the file system that holds the file, in bytes or in numbers of files; false where it can't be asked. */
export function hasNoRoom(file: string): boolean {
  try {
    const { bavail, bsize, ffree, files } = statfsSync(dirname(file))
    // Some file systems have no fixed number of files, and tell of none.
    return bavail * bsize < leastBytes || (files > 0 && ffree === 0)
  } catch {
    return false
  }
}
