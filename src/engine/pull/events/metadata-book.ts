/** Metadata of objects, asked for once and kept for a while: events are read by it, thousands to one answer. */
import type { SourceObject } from '../../../connector/source.ts'
import type { Clock } from '../../../model/clock.ts'

/** What was made since is asked for when an event names it; what was renamed may be as old as this. */
const longestKeptMs = 6 * 3_600_000
/** Events that name what is in no metadata are no reason to ask each time. */
const shortestKeptMs = 60_000
/** An object that can't be described is not asked for with each batch of events. */
const failureKeptMs = 10_000

interface Kept {
  readonly metadata: SourceObject
  readonly since: number
}

/**
 * What became of the wish for newer metadata: it will be asked for; it can't be yet; or what is lacking was asked for
 * before, and the CRM doesn't tell it.
 */
export type Renewal = 'renewed' | 'later' | 'in vain'

export class MetadataBook {
  readonly #describe: (object: string) => Promise<SourceObject>
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  readonly #failed = new Map<string, { readonly error: unknown; readonly since: number }>()
  /** By object, what was lacking when its metadata was renewed. */
  readonly #missed = new Map<string, Set<string>>()

  constructor(describe: (object: string) => Promise<SourceObject>, clock: Clock) {
    this.#describe = describe
    this.#clock = clock
  }

  /** Forgets an object's metadata that lacks what an event names. */
  renew(object: string, lacking: ReadonlySet<string>): Renewal {
    const missed = this.#missed.get(object) ?? new Set()
    if (lacking.isSubsetOf(missed)) return 'in vain'
    const kept = this.#kept.get(object)
    if (kept !== undefined && this.#clock.monotonic() - kept.since < shortestKeptMs) return 'later'
    this.#kept.delete(object)
    this.#missed.set(object, missed.union(lacking))
    return 'renewed'
  }

  async get(object: string): Promise<SourceObject> {
    const kept = this.#kept.get(object)
    const now = this.#clock.monotonic()
    if (kept !== undefined && now - kept.since < longestKeptMs) return kept.metadata
    const failed = this.#failed.get(object)
    if (failed !== undefined && now - failed.since < failureKeptMs) throw failed.error
    return this.#ask(object, now, kept !== undefined)
  }

  async #ask(object: string, since: number, isOld: boolean): Promise<SourceObject> {
    // What it lacked hours ago it may have now.
    if (isOld) this.#missed.delete(object)
    try {
      const metadata = await this.#describe(object)
      this.#kept.set(object, { metadata, since })
      return metadata
    } catch (error) {
      this.#failed.set(object, { error, since })
      throw error
    }
  }
}
