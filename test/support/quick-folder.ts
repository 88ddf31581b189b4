/** Folders for what no test needs once it has ended: synced to a disk, or found on one, it need not be. */
import { statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

const memory = '/dev/shm'

/**
 * A folder in memory where the system has one that may hold `bytes`, else that for temporary files. Every process of a test
 * run gets the same: it goes by what the folder may hold, not by what is free.
 */
export function quickFolder(bytes: number): string {
  try {
    const { blocks, bsize } = statfsSync(memory)
    return blocks * bsize >= bytes ? memory : tmpdir()
  } catch {
    return tmpdir()
  }
}
