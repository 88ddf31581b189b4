/** What a store is kept for: how its tables are told from others', and how its errors are named. */
import type { ErrorDetails, SynclineError } from '../model/error.ts'

export interface Migration {
  /** The format it leads to. */
  readonly version: number
  /** SQL of both dialects, with `{tokens}` where they differ. */
  readonly text: string
}

export interface StorePurpose {
  /** What people call it, in the middle of a sentence: `state`, `journal`. */
  readonly noun: string
  /** Holds the versions of the format. That it is there says that the place is ours. */
  readonly formatTable: string
  /** The format table of another purpose, whose tables may stand in the same place. */
  readonly neighbour: string
  /** The newest format's tables but the format's own, each after those that it refers to. */
  readonly tables: readonly string[]
  /** Its formats, oldest first. */
  readonly migrations: () => Promise<readonly Migration[]>
  readonly errors: StoreErrors
}

/** What can go wrong with a database, whatever is kept in it. */
export const storeTroubles = [
  'locked',
  'disk_full',
  'disk',
  'not_writable',
  'foreign',
  'damaged',
  'newer_format',
  'statement',
  'closed',
  'backup_exists',
  'unreachable',
  'refused',
  'driver_missing',
] as const
export type StoreTrouble = (typeof storeTroubles)[number]

export type StoreErrors = Readonly<Record<StoreTrouble, (details: ErrorDetails) => SynclineError>>
