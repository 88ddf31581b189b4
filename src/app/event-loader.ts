/**
 * Use case: what waits in the journal goes into the warehouse, for each pull that takes it, and is dropped from
 * the journal once all of them have it (promise 1). A pull that is at work elsewhere has its turn later.
 */
import {
  type EventContext,
  type EventCounts,
  type InDoubt,
  loadEvents,
} from '../engine/pull/load-events.ts'
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

export interface Loaded extends Omit<EventCounts, 'inDoubt'> {
  /** Entries that pulls took; one that several take counts for each. */
  readonly entries: number
  /** Whether records have to be asked for again a while later. */
  readonly isInDoubt: boolean
  /** What kept pulls from their turn, by sync. */
  readonly failed: ReadonlyMap<string, unknown>
}

/** What one pass came to; `advanced` where some pull has more than before. */
interface Pass extends Omit<Loaded, 'isInDoubt'> {
  readonly advanced: boolean
}

/** What loads the journal, for those who only say when. */
export type Loader = Pick<EventLoader, 'loadWaiting'>

export class EventLoader {
  readonly #workspace: Workspace
  readonly #pulls: readonly PullSync[]
  readonly #books = new Map<string, MetadataBook>()
  /** The last entry that each pull has. Lost with the process: then they are loaded once more. */
  readonly #reached = new Map<string, number>()
  /** What loads left in doubt, by sync. */
  readonly #doubted = new Map<string, InDoubt>()
  readonly #signal: AbortSignal
  #last: Promise<unknown> = Promise.resolve()

  constructor(workspace: Workspace, signal: AbortSignal) {
    this.#workspace = workspace
    this.#signal = signal
    this.#pulls = workspace.project.syncs.filter((sync) => isOf('pull', sync))
  }

  /**
   * Until nothing waits, or nobody gets any further. One load goes after the other: two at once would take each
   * other's lease.
   */
  loadWaiting(): Promise<Loaded> {
    const mine = this.#last.then(() => this.#loadAll())
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async #loadAll(): Promise<Loaded> {
    let sum = nothing
    // What was in doubt is asked for once, and then only together with news.
    for (let isFirst = true; ; isFirst = false) {
      const pass = await this.#pass(isFirst)
      sum = plus(sum, pass)
      if (!pass.advanced || this.#signal.aborted) {
        return { ...sum, failed: pass.failed, isInDoubt: this.#doubted.size > 0 }
      }
    }
  }

  async #pass(asksAgain: boolean): Promise<Pass> {
    const journal = await this.#workspace.journal()
    const failed = new Map<string, unknown>()
    let sum = nothing
    const before = this.#everyoneReached()
    let advanced = false
    for (const sync of this.#pulls) {
      if (this.#signal.aborted) break
      const entries = await journal.read(this.#reached.get(sync.name) ?? 0, perLoad)
      const own = entries.filter(({ connection }) => connection === sync.crm)
      try {
        if (own.length > 0 || (asksAgain && this.#doubted.has(sync.name))) {
          sum = plus(sum, { ...(await this.#loadOrAsk(sync, own)), entries: own.length })
        }
        const reached = entries.at(-1)?.position
        if (reached !== undefined) this.#reached.set(sync.name, reached)
        advanced ||= reached !== undefined
      } catch (error) {
        failed.set(sync.name, error)
      }
    }
    const reached = this.#everyoneReached()
    if (reached > before) await journal.forget(reached)
    return { ...sum, advanced, failed }
  }

  /** A sync with configuration errors may be a pull that wants what is there: nothing is dropped then. */
  #everyoneReached(): number {
    if (this.#pulls.length === 0 || this.#workspace.project.badSyncs.length > 0) return 0
    return Math.min(...this.#pulls.map(({ name }) => this.#reached.get(name) ?? 0))
  }

  async #loadOrAsk(sync: PullSync, entries: readonly StoredEntry[]): Promise<EventCounts> {
    const counts = await this.#load(sync, entries)
    const { source } = await this.#workspace.source(sync.crm)
    if (counts.inDoubt.size > 0 && source.reads !== false)
      this.#doubted.set(sync.name, counts.inDoubt)
    else this.#doubted.delete(sync.name)
    return counts
  }

  async #load(sync: PullSync, entries: readonly StoredEntry[]): Promise<EventCounts> {
    const workspace = this.#workspace
    const { source, reader } = await workspace.source(sync.crm)
    if (source.events === null) return none
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
      const doubted = this.#doubted.get(sync.name) ?? none.inDoubt
      const context: EventContext = { ...loading, reader, events: source.events, metadata }
      return await ofCrm(workspace, sync.crm, loadEvents(context, entries, doubted))
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

const none: EventCounts = {
  added: 0,
  passed: 0,
  unreadable: 0,
  newColumns: [],
  inDoubt: new Map(),
}

type Counts = Omit<Loaded, 'isInDoubt' | 'failed'>

const nothing: Counts = { added: 0, passed: 0, unreadable: 0, newColumns: [], entries: 0 }

function plus(a: Counts, b: Counts): Counts {
  return {
    added: a.added + b.added,
    passed: a.passed + b.passed,
    unreadable: a.unreadable + b.unreadable,
    newColumns: [...a.newColumns, ...b.newColumns],
    entries: a.entries + b.entries,
  }
}
