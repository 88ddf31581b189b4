/**
 * Pulls of which a process has no file, as it read its files before they were added, and that are at work all the same: other processes run
 * them with the same state. What is theirs is not to be thrown away.
 */
import type { Ledger, RunRecord, SyncRecord } from '../../ledger/ledger.ts'
import { namesOf, type Sync } from '../../model/sync.ts'

type Runs = Pick<Ledger, 'runs' | 'syncs' | 'transitions'>

export class UnknownPulls {
  readonly #known: ReadonlySet<string>
  readonly #since: number
  /** As they were when somebody asked first: each load of a sync opens its warehouse, and most have no run. */
  #openings: ReadonlyMap<string, string> | null = null

  /** `since`: when the files of these syncs had just been read, in milliseconds since the epoch. */
  constructor(syncs: readonly Pick<Sync, 'name' | 'renamedFrom'>[], since: number) {
    this.#known = new Set(syncs.flatMap(namesOf))
    this.#since = since
  }

  /** From when on loads are seen; the sooner, the better. */
  async watch(ledger: Runs): Promise<readonly SyncRecord[]> {
    const unknown = (await ledger.syncs()).filter(({ sync }) => !this.#known.has(sync))
    this.#openings ??= new Map(unknown.map((record) => [record.sync, openingsOf(record)]))
    return unknown
  }

  /**
   * Whether there is none. One that neither began a run since the files were read nor loaded since `watch` is taken for one that was
   * given up: nobody would ever come for what is kept for it.
   */
  async areNone(ledger: Runs): Promise<boolean> {
    for (const record of await this.watch(ledger)) {
      if (await this.#isAtWork(ledger, record)) return false
    }
    return true
  }

  async #isAtWork(ledger: Runs, record: SyncRecord): Promise<boolean> {
    const [newest] = await ledger.runs({ sync: record.sync, limit: 1 })
    const hasLoaded = (this.#openings?.get(record.sync) ?? neverOpened) !== openingsOf(record)
    if (newest === undefined) return hasLoaded
    return (hasLoaded || newest.startedAt >= this.#since) && (await isOfPull(ledger, newest))
  }
}

const neverOpened = JSON.stringify([null])

function openingsOf({ openings }: SyncRecord): string {
  return JSON.stringify(openings)
}

async function isOfPull(ledger: Runs, { id, state }: RunRecord): Promise<boolean> {
  const [first] = await ledger.transitions(id)
  return (first?.from ?? state) === 'pulling'
}
