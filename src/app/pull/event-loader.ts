/**
 * Use case: what waits in the journal goes into the warehouse, for each pull that takes it, and is dropped from
 * the journal once all of them have it (promise 1). A pull that is at work elsewhere has its turn later.
 */
import { sharedTables } from '../../core/sql/names.ts'
import { verifyPulledAccount } from '../../engine/pull/account.ts'
import { loadContext } from '../../engine/pull/context.ts'
import { Doubts } from '../../engine/pull/events/doubts.ts'
import {
  type EventContext,
  type EventCounts,
  loadEvents,
} from '../../engine/pull/events/load-events.ts'
import { openPull, supersedeLeft } from '../../engine/pull/lifecycle.ts'
import { MetadataBook } from '../../engine/pull/events/metadata-book.ts'
import type { StoredEntry } from '../../journal/journal.ts'
import type { Clock } from '../../model/clock.ts'
import { isOf, type PullSync } from '../../model/sync.ts'
import { ofCrm } from '../workspace/crm-failure.ts'
import { holdSync } from '../run/follow-rename.ts'
import { isPaused } from '../run/name-in-state.ts'
import { refuseUnwritable } from './pull-sync.ts'
import { newRunId } from '../run/run-id.ts'
import { systemClock } from '../system-clock.ts'
import { UnknownPulls } from './unknown-pulls.ts'
import { Waits } from '../waits.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** Entries that are loaded together: each load is a few statements, however many there are. */
const perLoad = { entries: 5_000, bytes: 32 * 1024 * 1024 }

export interface Loaded extends Omit<EventCounts, 'held'> {
  /** Entries that pulls took; one that several take counts for each. */
  readonly entries: number
  /** Whether records have to be asked for again a while later. */
  readonly isInDoubt: boolean
  /** What kept pulls, or some of their objects, from their turn, by sync. */
  readonly failed: ReadonlyMap<string, unknown>
}

/** What one pass came to; `advanced` where some pull has more than before. */
interface Pass extends Omit<Loaded, 'isInDoubt'> {
  readonly advanced: boolean
  /** Entries that were behind a pull and are so no longer: of the pull that had most of them. */
  readonly read: number
}

/** What loads the journal, for those who only say when. */
export type Loader = Pick<EventLoader, 'loadWaiting'>

interface Held {
  /** The last entry before the first that is missing. */
  readonly reached: number
  readonly why: unknown
}

/** Where one pull stands. Lost with the process: then what the journal holds is loaded once more. */
interface Standing {
  readonly sync: PullSync
  readonly book: MetadataBook
  readonly doubts: Doubts
  /** The last entry that was loaded. */
  reached: number
  /** Entries on the way there. */
  read: number
  /** Objects whose events wait in the journal, though others of the same entries are loaded. */
  readonly held: Map<string, Held>
  /** Whether the CRM was asked whose account the credentials reach. */
  isVerified: boolean
}

export class EventLoader {
  readonly #workspace: Workspace
  readonly #pulls: readonly Standing[]
  readonly #signal: AbortSignal
  readonly #unknown: UnknownPulls
  #last: Promise<unknown> = Promise.resolve()

  constructor(workspace: Workspace, signal: AbortSignal, clock: Clock = systemClock) {
    this.#workspace = workspace
    this.#signal = signal
    this.#unknown = new UnknownPulls(workspace.project.syncs, clock.now())
    this.#pulls = workspace.project.syncs
      .filter((sync) => isOf('pull', sync))
      .map((sync) => ({
        sync,
        book: new MetadataBook(
          async (object) => (await workspace.source(sync.crm)).reader.describe(object),
          clock,
        ),
        doubts: new Doubts(clock),
        reached: 0,
        read: 0,
        held: new Map(),
        isVerified: false,
      }))
  }

  /**
   * Until what waits now is loaded, or nobody gets any further; what arrives meanwhile is for the next load, or reads would
   * not have their turn for as long as something arrives. One load goes after the other: two at once would take each
   * other's lease.
   */
  loadWaiting(): Promise<Loaded> {
    const mine = this.#last.then(() => this.#loadAll())
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async #loadAll(): Promise<Loaded> {
    await this.#unknown.watch(await this.#workspace.ledger())
    let sum = nothing
    let { entries: waiting } = await (await this.#workspace.journal()).extent()
    // What was held or in doubt is asked for once, and then only together with news.
    for (let isFirst = true; ; isFirst = false) {
      const pass = await this.#pass(isFirst)
      sum = plus(sum, pass)
      waiting -= pass.read
      if (!pass.advanced || waiting <= 0 || this.#signal.aborted) {
        const isInDoubt = this.#pulls.some(({ doubts }) => !doubts.isEmpty())
        return { ...sum, failed: pass.failed, isInDoubt }
      }
    }
  }

  async #pass(asksAgain: boolean): Promise<Pass> {
    const failed = new Map<string, unknown>()
    let sum = nothing
    const before = this.#everyoneReached()
    let advanced = false
    let read = 0
    for (const pull of this.#pulls) {
      const { doubts, held, reached, read: readBefore, sync } = pull
      for (const work of asksAgain ? [this.#again, this.#next] : [this.#next]) {
        if (this.#signal.aborted) break
        try {
          sum = plus(sum, await work.call(this, pull))
        } catch (error) {
          doubts.listAgain()
          failed.set(sync.name, error)
        }
      }
      const [waits] = held.values()
      if (waits !== undefined && !failed.has(sync.name)) failed.set(sync.name, waits.why)
      advanced ||= pull.reached > reached
      read = Math.max(read, pull.read - readBefore)
    }
    const reached = this.#everyoneReached()
    // Another may not have loaded yet what all that are known have.
    if (reached > before && (await this.#unknown.areNone(await this.#workspace.ledger()))) {
      await (await this.#workspace.journal()).forget(reached)
    }
    return { ...sum, advanced, failed, read }
  }

  /** What came since. */
  async #next(pull: Standing): Promise<Counts> {
    const { held, reached, sync } = pull
    const entries = await (await this.#workspace.journal()).read(reached, perLoad)
    const last = entries.at(-1)
    if (last === undefined) return nothing
    const own = entries.filter(({ connection }) => connection === sync.crm)
    const counts = own.length === 0 ? none : await this.#load(pull, own, sync.objects)
    for (const [object, error] of counts.held) {
      held.set(object, { reached, ...held.get(object), why: whyHeld(sync, object, error) })
    }
    pull.reached = last.position
    pull.read += entries.length
    return { ...countsOf(counts), entries: own.length }
  }

  /** What was held back, and records that are in doubt. */
  async #again(pull: Standing): Promise<Counts> {
    const { doubts, held, sync } = pull
    const { project, source: sourceOf, warehouse: warehouseOf } = this.#workspace
    const { source } = await sourceOf(sync.crm)
    if (source.events === null) return nothing
    let added = 0
    for (const object of held.keys()) added += await this.#loadHeld(pull, object)
    // Nobody can be asked about a record in doubt.
    if (source.reads === false) return { ...nothing, added }
    const objects = source.objects.filter(({ name }) => sync.objects.includes(name))
    const warehouse = await warehouseOf(sync.warehouse)
    const { workingSchema } = project
    const shared = sharedTables(workingSchema)
    const { dialect } = warehouse
    await doubts.list({ dialect, shared, sync, warehouse, workingSchema }, objects)
    if (doubts.areDue()) added += (await this.#load(pull, [], sync.objects)).added
    return { ...nothing, added }
  }

  async #loadHeld(pull: Standing, object: string): Promise<number> {
    const { held, sync } = pull
    const journal = await this.#workspace.journal()
    let added = 0
    for (let from = held.get(object); from !== undefined; from = held.get(object)) {
      const entries = await journal.read(from.reached, perLoad)
      const missing = entries.filter(({ position }) => position <= pull.reached)
      const last = missing.at(-1)
      const own = missing.filter(({ connection }) => connection === sync.crm)
      const counts = own.length === 0 ? none : await this.#load(pull, own, [object])
      if (counts.held.has(object)) break
      added += counts.added
      if (last === undefined || last.position === pull.reached) held.delete(object)
      else held.set(object, { ...from, reached: last.position })
    }
    return added
  }

  /** A sync with configuration errors may be a pull that wants what is there: nothing is dropped then. */
  #everyoneReached(): number {
    if (this.#pulls.length === 0 || this.#workspace.project.badSyncs.length > 0) return 0
    return Math.min(
      ...this.#pulls.flatMap(({ reached, held }) => [
        reached,
        ...[...held.values()].map((one) => one.reached),
      ]),
    )
  }

  async #load(
    pull: Standing,
    entries: readonly StoredEntry[],
    objects: readonly string[],
  ): Promise<EventCounts> {
    const { book, doubts, sync } = pull
    const workspace = this.#workspace
    const { source, reader } = await workspace.source(sync.crm)
    if (source.events === null) return none
    refuseUnwritable(workspace, sync)
    const ledger = await workspace.ledger()
    if (await isPaused(ledger, sync)) throw new Waits(`sync ${sync.name} is paused`)
    const lease = await holdSync(workspace, sync)
    try {
      const collaborators = {
        sync,
        ledger,
        reader,
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
      // Who waits for the sync would take a run that was left for one at work.
      await supersedeLeft(loading)
      // Credentials may have been changed since the history was begun.
      if (!pull.isVerified) await verifyPulledAccount(loading)
      pull.isVerified = true
      const account = (await ledger.sync(sync.name)).accountId ?? ''
      const { events } = source
      const journal = await workspace.journal()
      const told = { journal, events, metadata: book, doubts, objects, account }
      const context: EventContext = { ...loading, ...told, canAsk: source.reads !== false }
      return await ofCrm(workspace, sync.crm, loadEvents(context, entries))
    } finally {
      await lease.release()
    }
  }
}

/** Newer metadata can be had a while later. */
function whyHeld({ name }: PullSync, object: string, error: unknown): unknown {
  return error ?? new Waits(`sync ${name} waits for newer metadata of ${object}`)
}

const none: EventCounts = {
  added: 0,
  passed: 0,
  unreadable: 0,
  newColumns: [],
  notices: [],
  held: new Map(),
}

type Counts = Omit<Loaded, 'isInDoubt' | 'failed'>

/** Of a load that took nothing. */
export const nothing: Counts = {
  added: 0,
  passed: 0,
  unreadable: 0,
  newColumns: [],
  notices: [],
  entries: 0,
}

function countsOf(counts: EventCounts): Omit<Counts, 'entries'> {
  const { added, passed, unreadable, newColumns, notices } = counts
  return { added, passed, unreadable, newColumns, notices }
}

function plus(a: Counts, b: Counts): Counts {
  return {
    added: a.added + b.added,
    passed: a.passed + b.passed,
    unreadable: a.unreadable + b.unreadable,
    newColumns: [...a.newColumns, ...b.newColumns],
    notices: [...a.notices, ...b.notices],
    entries: a.entries + b.entries,
  }
}
