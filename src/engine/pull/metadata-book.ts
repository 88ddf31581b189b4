/** Metadata of objects, asked for once and kept for a while: events are read by it, thousands to one answer. */
import type { SourceObject } from '../../connector/source.ts'
import type { Clock } from '../../model/clock.ts'

/** A field that was made since is asked for when an event names it; a label may be as old as this. */
const longestKeptMs = 6 * 3_600_000
/** An event with a field that is in no metadata is no reason to ask each time. */
const shortestKeptMs = 60_000

interface Kept {
  readonly metadata: SourceObject
  readonly since: number
}

export class MetadataBook {
  readonly #describe: (object: string) => Promise<SourceObject>
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()

  constructor(describe: (object: string) => Promise<SourceObject>, clock: Clock) {
    this.#describe = describe
    this.#clock = clock
  }

  async all(objects: readonly string[]): Promise<ReadonlyMap<string, SourceObject>> {
    const found = new Map<string, SourceObject>()
    for (const object of objects) found.set(object, await this.#get(object))
    return found
  }

  /** Forgets an object's metadata that names too little; false where it was asked for just now. */
  renew(object: string): boolean {
    const kept = this.#kept.get(object)
    if (kept === undefined || this.#clock.monotonic() - kept.since < shortestKeptMs) return false
    return this.#kept.delete(object)
  }

  async #get(object: string): Promise<SourceObject> {
    const kept = this.#kept.get(object)
    const now = this.#clock.monotonic()
    if (kept !== undefined && now - kept.since < longestKeptMs) return kept.metadata
    const metadata = await this.#describe(object)
    this.#kept.set(object, { metadata, since: now })
    return metadata
  }
}
