/**
 * The database under the ledger and under the journal. One batch of statements is one short
 * transaction; what SQLite and PostgreSQL say differently is data on the store, so that both are
 * written once.
 */
import type { StorePurpose } from './purpose.ts'

export type StoreValue = string | number | Uint8Array | null

export type StoreRow = Readonly<Record<string, StoreValue>>

export interface StoreStatement {
  /** Placeholders are `$1`, `$2`, … in every dialect. */
  readonly text: string
  readonly parameters: readonly StoreValue[]
  /** The number of rows this must affect, or give if it is a query: else the batch is undone. */
  readonly expectRows?: number
}

export interface StoreResult {
  /** Rows of a query, else empty. Integers are numbers. */
  readonly rows: readonly StoreRow[]
  /** Rows affected, or given by a query. */
  readonly affected: number
}

export interface StoreDialect {
  /** Stands before every table name: the schema with its point, or nothing. */
  readonly prefix: string
  /** Ends a query whose rows stay locked until the batch is committed. */
  readonly forUpdate: string
  /** Gives the `name` of every table that exists where the store's tables belong. */
  readonly listTables: string
  /** Executed before any migration, where the database does not already admit one writer only. */
  readonly beforeMigration: readonly string[]
  /** What a migration's `{tokens}` stand for. */
  readonly tokens: Readonly<Record<string, string>>
}

export interface Store {
  readonly name: 'sqlite' | 'postgres'
  /** Names the place for people; never holds a secret. */
  readonly location: string
  readonly dialect: StoreDialect
  readonly purpose: StorePurpose
  /**
   * Executes all statements or none; resolves when that is on disk. Throws `ExpectationFailed` for
   * the first statement whose `expectRows` was not met.
   */
  execute(batch: readonly StoreStatement[]): Promise<readonly StoreResult[]>
  /** A consistent copy at `target`, which must not exist: a file (SQLite) or a schema (PostgreSQL). */
  backup(target: string): Promise<void>
  /**
   * Leaves nothing of deleted rows in the files behind the store, as far as they are ours to rewrite.
   * Throws `locked` while others read or write too long.
   */
  rewrite(): Promise<void>
  /** Ends this opening after everything asked for before it. */
  close(): Promise<void>
}

/** A statement affected another number of rows than it expected; its whole batch was undone. */
export class ExpectationFailed extends Error {
  /** Which statement of the batch, from 0. */
  readonly index: number
  readonly expected: number
  readonly affected: number

  constructor(index: number, expected: number, affected: number) {
    super(`statement ${index} was to affect ${expected} rows and affected ${affected}`)
    this.name = 'ExpectationFailed'
    this.index = index
    this.expected = expected
    this.affected = affected
  }
}
