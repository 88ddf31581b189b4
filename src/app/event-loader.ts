/**
 * Use case: what waits in the journal goes into the warehouse, for each pull that takes it, and is dropped from
 * the journal once all of them have it (promise 1). A pull that is at work elsewhere has its turn later.
 */
import { type EventContext, type EventCounts, loadEvents } from '../engine/pull/load-events.ts'
import { loadContext } from '../engine/pull/context.ts'
import { openPull } from '../engine/pull/lifecycle.ts'
import { MetadataBook } from '../engine/pull/metadata-book.ts'
import type { StoredEntry } from '../journal/journal.ts'
import { isOf, type PullSync } from '../model/sync.ts'
import { ofCrm } from './crm-failure.ts'
import { holdLease } from './lease-keeper.ts'
import { newRunId } from './run-id.ts'
import { systemClock } from './system-clock.ts'
import { Waits } from './waits.ts'
import type { Workspace } from './workspace.ts'

/** Entries that are loaded together: each load is a few statements, however many there are. */
const perLoad = { entries: 5_000, bytes: 32 * 1024 * 1024 }

export interface Loaded extends EventCounts {
  /** Entries that no pull wanted, or that all have. */
  readonly entries: number
  /** What kept pulls from their turn, by sync. */
  readonly failed: ReadonlyMap<string, unknown>
}

export class EventLoader {
  readonly #workspace: Workspace
  readonly #pulls: readonly PullSync[]
  readonly #books = new Map<string, MetadataBook>()
  /** The last entry that each pull has. Lost with the process: then they are loaded once more. */
  readonly #reached = new Map<string, number>()
  /** Pulls with records that were fetched, and have to be looked at once more. */
  readonly #doubtful = new Set<string>()
  readonly #signal: AbortSignal

  constructor(workspace: Workspace, signal: AbortSignal) {
    this.#workspace = workspace
    this.#signal = signal
    this.#pulls = workspace.project.syncs.filter((sync) => isOf('pull', sync))
  }

  /** Until nothing waits, or nobody gets any further. */
  async loadWaiting(): Promise<Loaded> {
    let sum: Loaded = { ...nothing, entries: 0, failed: new Map() }
    for (;;) {
      const pass = await this.#pass()
      sum = {
        added: sum.added + pass.added,
        passed: sum.passed + pass.passed,
        unreadable: sum.unreadable + pass.unreadable,
        fetched: sum.fetched + pass.fetched,
        entries: sum.entries + pass.entries,
        failed: pass.failed,
      }
      if (pass.entries === 0 || this.#signal.aborted) return sum
    }
  }

  async #pass(): Promise<Loaded> {
    const journal = await this.#workspace.journal()
    const failed = new Map<string, unknown>()
    let counts = nothing
    const before = this.#everyoneReached()
    for (const sync of this.#pulls) {
      const entries = await journal.read(this.#reached.get(sync.name) ?? 0, perLoad)
      const own = entries.filter(({ connection }) => connection === sync.crm)
      const reached = entries.at(-1)?.position
      if (this.#signal.aborted) continue
      try {
        if (own.length > 0 || this.#doubtful.has(sync.name)) {
          counts = plus(counts, await this.#loadOrFetch(sync, own))
        }
        if (reached !== undefined) this.#reached.set(sync.name, reached)
      } catch (error) {
        failed.set(sync.name, error)
      }
    }
    const reached = this.#everyoneReached()
    if (reached > before) await journal.forget(reached)
    return { ...counts, entries: reached - before, failed }
  }

  /** A sync with configuration errors may be a pull that wants what is there: nothing is dropped then. */
  #everyoneReached(): number {
    if (this.#pulls.length === 0 || this.#workspace.project.badSyncs.length > 0) return 0
    return Math.min(...this.#pulls.map(({ name }) => this.#reached.get(name) ?? 0))
  }

  async #loadOrFetch(sync: PullSync, entries: readonly StoredEntry[]): Promise<EventCounts> {
    const counts = await this.#load(sync, entries)
    // What the CRM told of them may be older than what is known: its clock has whole seconds.
    if (counts.fetched > 0) this.#doubtful.add(sync.name)
    else this.#doubtful.delete(sync.name)
    return counts
  }

  async #load(sync: PullSync, entries: readonly StoredEntry[]): Promise<EventCounts> {
    const workspace = this.#workspace
    const { source, reader } = await workspace.source(sync.crm)
    if (source.events === null) return nothing
    const { paused } = await (await workspace.ledger()).sync(sync.name)
    if (paused) throw new Waits(`sync ${sync.name} is paused`)
    const ledger = await workspace.ledger()
    const lease = await holdLease(ledger, systemClock, sync.name, workspace.owner)
    try {
      const collaborators = {
        sync,
        ledger,
        warehouse: await workspace.warehouse(sync.warehouse),
        workingSchema: workspace.project.workingSchema,
        clock: systemClock,
        random: Math.random,
        progress: () => undefined,
      }
      const runId = newRunId(systemClock.now(), Math.random)
      const options = { runId, kind: 'run', signal: this.#signal } as const
      const loading = await loadContext(collaborators, lease, options)
      await openPull(loading)
      const metadata = this.#bookOf(sync)
      const context: EventContext = { ...loading, reader, events: source.events, metadata }
      return await ofCrm(workspace, sync.crm, loadEvents(context, entries))
    } finally {
      await lease.release()
    }
  }

  #bookOf(sync: PullSync): MetadataBook {
    const known = this.#books.get(sync.name)
    if (known !== undefined) return known
    const describe = async (object: string) =>
      (await this.#workspace.source(sync.crm)).reader.describe(object)
    const book = new MetadataBook(describe, systemClock)
    this.#books.set(sync.name, book)
    return book
  }
}

const nothing: EventCounts = { added: 0, passed: 0, unreadable: 0, fetched: 0 }

function plus(a: EventCounts, b: EventCounts): EventCounts {
  return {
    added: a.added + b.added,
    passed: a.passed + b.passed,
    unreadable: a.unreadable + b.unreadable,
    fetched: a.fetched + b.fetched,
  }
}
