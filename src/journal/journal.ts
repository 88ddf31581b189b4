/**
 * The durable inbox of what CRMs send. It keeps bodies as they came, in the order in which they were
 * committed, until the loader has them in the warehouse; nothing but the disk bounds it.
 */

export interface JournalEntry {
  /** The connection that it was sent for. */
  readonly connection: string
  /** Milliseconds since the epoch, by our clock. */
  readonly receivedAt: number
  /** What of the request's headers says how to read the body; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** How it came, where that is not plain from the connection. */
  readonly source: string | null
  /** Never parsed on the way in: what doesn't parse is kept as well. */
  readonly body: Uint8Array
}

export interface StoredEntry extends JournalEntry {
  /** Positive and growing; no two entries ever have the same, forgotten ones included. */
  readonly position: number
}

/** In place of a name: what was erased is of no connection. */
export const ofNobody = ''

/** How much to read at once; both at least 1. */
export interface ReadLimit {
  readonly entries: number
  /** Of bodies. One entry is given even when it alone has more. */
  readonly bytes: number
}

/** What waits to be loaded. */
export interface JournalExtent {
  readonly entries: number
  /** Of their bodies. */
  readonly bytes: number
  /** When the first of them was received; null where there is none. */
  readonly oldest: number | null
}

export type Waiting = Pick<JournalExtent, 'entries' | 'oldest'>

export interface Journal {
  /**
   * Resolves when the entry is on disk (promise 1). Rejected, nothing of it is there: with
   * `journal.full`, `journal.overloaded`, `journal.locked` or `journal.unreachable` until that is over,
   * which needs no new opening. Only where the connection to a database was lost in between is it
   * unknown, and a second append may make a second entry.
   */
  append(entry: JournalEntry): Promise<void>
  /**
   * Entries after a position, 0 for the first, in order. No entry ever appears before one that was
   * read: whoever reads on from the last position misses nothing.
   */
  read(after: number, limit: ReadLimit): Promise<readonly StoredEntry[]>
  /** Drops all entries up to and including a position, and gives their space back. */
  forget(through: number): Promise<void>
  /**
   * Empties the entries at these positions: they stay in their places and are of no connection any more. Of them, and of
   * all that was forgotten before, nothing is left in the files, as far as these are ours to rewrite, even where no
   * position is given. Throws `journal.locked` while others are in the way; repeating it is enough then.
   */
  erase(positions: readonly number[]): Promise<void>
  extent(): Promise<JournalExtent>
  /** Of what was received for one connection. */
  waiting(connection: string): Promise<Waiting>
  /**
   * A consistent copy, also while others append: a file that does not exist (SQLite), or a schema that holds no journal
   * (PostgreSQL). Throws `journal.backup_exists`.
   */
  backup(target: string): Promise<void>
  /** Ends this opening after everything asked for before it. */
  close(): Promise<void>
}
