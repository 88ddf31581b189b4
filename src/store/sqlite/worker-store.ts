/** A store over one worker thread, which keeps the process alive only while it owes an answer. */
import { existsSync } from 'node:fs'
import { resolve as resolvePath } from 'node:path'
import type { Worker } from 'node:worker_threads'
import type { StorePurpose } from '../purpose.ts'
import type { Store, StoreResult, StoreStatement } from '../store.ts'
import { errorFrom } from './failure.ts'
import type {
  WorkerAnswer,
  WorkerOpening,
  WorkerOptions,
  WorkerRequest,
} from './sqlite-messages.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { leaveThread, takeThread } from './threads.ts'

interface Pending {
  resolve(results: readonly StoreResult[]): void
  reject(error: Error): void
}

/** Distributes over the union, which `Omit` would not. */
type Asked<R> = R extends unknown ? Omit<R, 'id'> : never

export class WorkerStore implements Store {
  readonly name = 'sqlite'
  readonly location: string
  readonly dialect = sqliteDialect
  readonly purpose: StorePurpose
  readonly #worker: Worker
  readonly #pending = new Map<number, Pending>()
  #lastId = 0
  /** Why nothing can be asked any more. */
  #ended: Error | null = null

  private constructor(options: WorkerOptions, purpose: StorePurpose) {
    this.location = options.file
    this.purpose = purpose
    this.#worker = takeThread()
    this.#worker.on('message', (message: WorkerAnswer) => this.#settle(message))
    this.#worker.on('error', (error) => this.#end(this.#crashed(error)))
    this.#worker.on('exit', () => this.#end(this.#closed()))
  }

  /** Resolves when the file is open; throws when it cannot be. */
  static async open(options: WorkerOptions, purpose: StorePurpose): Promise<WorkerStore> {
    const store = new WorkerStore(options, purpose)
    await store.#lastingOnlyIf(store.#ask({ kind: 'open', options }))
    return store
  }

  async execute(batch: readonly StoreStatement[]): Promise<readonly StoreResult[]> {
    return await this.#ask({ kind: 'execute', batch })
  }

  async backup(target: string): Promise<void> {
    const file = resolvePath(target)
    if (existsSync(file)) {
      throw this.purpose.errors.backup_exists({ message: `${file} exists already.` })
    }
    await this.#ask({ kind: 'backup', target: file })
  }

  async rewrite(): Promise<void> {
    await this.#ask({ kind: 'rewrite' })
  }

  async close(): Promise<void> {
    // The thread may be another store's by now.
    if (this.#ended !== null) throw this.#ended
    const closing = this.#ask({ kind: 'close' })
    this.#ended = this.#closed()
    await this.#lastingOnlyIf(closing)
    leaveThread(this.#worker)
  }

  /** Where a file can't be opened or closed, the end of the thread lets go of it. */
  async #lastingOnlyIf(done: Promise<unknown>): Promise<void> {
    try {
      await done
    } catch (error) {
      await this.#worker.terminate()
      throw error
    }
  }

  async #ask(request: Asked<WorkerOpening | WorkerRequest>): Promise<readonly StoreResult[]> {
    if (this.#ended !== null) throw this.#ended
    this.#lastId += 1
    const id = this.#lastId
    return await new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject })
      this.#worker.ref()
      this.#worker.postMessage({ ...request, id } satisfies WorkerOpening | WorkerRequest)
    })
  }

  #settle({ id, answer }: WorkerAnswer): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (this.#pending.size === 0) this.#worker.unref()
    if (answer.ok) pending?.resolve(answer.results)
    else pending?.reject(errorFrom(answer.failure, this.location, this.purpose))
  }

  #end(reason: Error): void {
    this.#ended ??= reason
    for (const pending of this.#pending.values()) pending.reject(reason)
    this.#pending.clear()
  }

  #closed(): Error {
    const { errors, noun } = this.purpose
    return errors.closed({ message: `The ${noun} in ${this.location} is closed.` })
  }

  #crashed(error: unknown): Error {
    const text = error instanceof Error ? error.message : String(error)
    return this.purpose.errors.statement({
      message: `The thread that writes ${this.location} ended: ${text}.`,
      cause: error,
    })
  }
}
