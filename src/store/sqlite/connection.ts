/** One connection to a store's file: its settings, and statements prepared once. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { StoreResult, StoreRow, StoreStatement } from '../store.ts'
import { sqliteCode } from './failure.ts'
import { makeOwnFile } from './own-file.ts'
import type { WorkerOptions } from './sqlite-messages.ts'

/** Our own statements are a few dozen; runs listed by many filters must not pile up. */
const preparedAtMost = 200

const busy = 5
const incremental = 2
const switchAgainMs = 20

export class Connection {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()
  readonly #busyTimeoutMs: number

  constructor(options: WorkerOptions) {
    this.#busyTimeoutMs = options.busyTimeoutMs
    makeOwnFile(options.file)
    this.#database = new DatabaseSync(options.file, { timeout: options.busyTimeoutMs })
    // A file of someone else's is only looked at; the migrator refuses it by what it finds.
    if (this.#isForeign(options.formatTable)) return
    this.#configure(options)
  }

  /** False when SQLite gave up the transaction by itself, as it may when the disk is full. */
  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  run(statement: StoreStatement): StoreResult {
    const prepared = this.#prepare(statement.text)
    if (prepared.columns().length > 0) {
      const rows = prepared.all(...statement.parameters) as unknown as StoreRow[]
      return { rows, affected: rows.length }
    }
    return { rows: [], affected: Number(prepared.run(...statement.parameters).changes) }
  }

  exec(text: string): void {
    this.#database.exec(text)
  }

  /** The number that a pragma answers. */
  pragma(name: string): number {
    return Number(Object.values(this.#database.prepare(`pragma ${name}`).get() ?? {})[0] ?? 0)
  }

  /** For work that another process's need comes before: its lock is an error at once. */
  withoutWaiting(work: () => void): void {
    this.exec('pragma busy_timeout = 0')
    try {
      work()
    } finally {
      this.exec(`pragma busy_timeout = ${this.#busyTimeoutMs}`)
    }
  }

  /** Writes a compact, consistent copy to a new file. */
  copyTo(file: string): void {
    // It takes an empty file like none.
    makeOwnFile(file)
    this.#database.prepare('vacuum into ?').run(file)
  }

  /** Writes the file anew and empties its log, so that neither holds a page of what was deleted. */
  rewrite(): void {
    this.exec('vacuum')
    // That another process is in its way it answers as a number instead of throwing.
    if (this.pragma('wal_checkpoint(truncate)') === 0) return
    throw Object.assign(new Error('others still read its log'), { errcode: busy })
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }

  #prepare(text: string): StatementSync {
    const known = this.#prepared.get(text)
    if (known !== undefined) return known
    if (this.#prepared.size >= preparedAtMost) this.#prepared.clear()
    // `$1` would be a name to SQLite; `?1` is its numbered placeholder.
    const prepared = this.#database.prepare(text.replace(/\$(?=\d)/g, '?'))
    this.#prepared.set(text, prepared)
    return prepared
  }

  #isForeign(formatTable: string): boolean {
    const tables = this.#database
      .prepare(`select name from sqlite_master where type = 'table'`)
      .all()
      .map((row) => row.name)
    return tables.length > 0 && !tables.includes(formatTable)
  }

  #configure(options: WorkerOptions): void {
    // Before the journal mode, which writes the first page and settles this for good. Setting it again
    // would change nothing, and wait for whoever is writing.
    if (this.pragma('auto_vacuum') !== incremental) this.exec('pragma auto_vacuum = incremental')
    this.#writeAheadLog(options.busyTimeoutMs)
    // Promise 1: an answer means that the disk has it, through a power cut too.
    this.exec('pragma synchronous = full')
    this.exec('pragma foreign_keys = on')
    // What is deleted is overwritten, so that an erased person is not left in free pages.
    this.exec('pragma secure_delete = on')
    this.exec(`pragma journal_size_limit = ${4 * 1024 * 1024}`)
    if (options.maxPages !== null) this.exec(`pragma max_page_count = ${options.maxPages}`)
  }

  /** SQLite does not wait for this lock by itself: several processes may open a new file at once. */
  #writeAheadLog(waitMs: number): void {
    const until = performance.now() + waitMs
    for (;;) {
      try {
        this.exec('pragma journal_mode = wal')
        return
      } catch (error) {
        const isBusy = ((sqliteCode(error) ?? 0) & 0xff) === busy
        if (!isBusy || performance.now() >= until) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, switchAgainMs)
      }
    }
  }
}
