/**
 * Gives free pages back to the disk in small steps. Some are kept, since the next batches need them;
 * without the rest returned, the largest push ever would set the file's size for good.
 */
import { failureFrom } from './failure.ts'
import type { Connection } from './connection.ts'

/** 4 MB stay free inside the file, and giving back begins at 8 MB. */
const keptPages = 1024
const tolerablePages = 2048
/** About 16 MB in one transaction: other processes wait no longer than for that. */
const pagesPerStep = 4096

/** One step; true when another is due. */
export function giveBackFreePages(connection: Connection): boolean {
  try {
    // A full disk fails reads, too: they map an index, which has to grow.
    const surplus = connection.pragma('freelist_count') - keptPages
    if (surplus <= tolerablePages - keptPages) return false
    connection.withoutWaiting(() => giveBack(connection, surplus))
    return surplus > pagesPerStep
  } catch (error) {
    // Another process is writing, or the disk is full: neither is reason to fail anyone's batch.
    if (failureFrom(error).kind !== 'sqlite') throw error
    return false
  }
}

function giveBack(connection: Connection, surplus: number): void {
  connection.exec(`pragma incremental_vacuum(${Math.min(surplus, pagesPerStep)})`)
  // After the last step the log has grown as much as the file had: it goes back to the disk as well.
  if (surplus <= pagesPerStep) connection.exec('pragma wal_checkpoint(truncate)')
}
