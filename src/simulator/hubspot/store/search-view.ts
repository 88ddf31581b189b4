/**
 * What the search index knows: the records as they were `lagMs` ago. Only records written within
 * the lag are remembered apart; everything else is searched where it lies.
 */

interface Arrival<Version> {
  readonly at: number
  readonly id: string
  readonly version: Version | null
}

export class SearchView<Version extends { readonly id: string }> {
  lagMs = 0
  readonly #behind = new Map<string, { version: Version | null; arrivals: number }>()
  #queue: Arrival<Version>[] = []
  #head = 0

  changed(before: Version | null, after: Version | null, now: number): void {
    const id = (after ?? before)?.id
    if (this.lagMs <= 0 || id === undefined) return
    const known = this.#behind.get(id)
    if (known === undefined) this.#behind.set(id, { version: before, arrivals: 1 })
    else known.arrivals += 1
    this.#queue.push({ at: now + this.lagMs, id, version: after })
  }

  /** Lets in what the index has caught up with at `now`. */
  catchUp(now: number): void {
    for (let next = this.#queue[this.#head]; next !== undefined && next.at <= now; ) {
      const known = this.#behind.get(next.id)
      if (known !== undefined) {
        known.version = next.version
        known.arrivals -= 1
        if (known.arrivals === 0) this.#behind.delete(next.id)
      }
      this.#head += 1
      next = this.#queue[this.#head]
    }
    if (this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  isBehind(id: string): boolean {
    return this.#behind.has(id)
  }

  /** The indexed versions of what is being remembered apart. */
  *behind(): Generator<Version> {
    for (const { version } of this.#behind.values()) if (version !== null) yield version
  }
}
