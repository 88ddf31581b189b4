/**
 * Bulk batches that are at work at the same time get in each other's way: a row whose record or parent
 * another of them wrote meanwhile may find it locked. Order is told by turns, not by the clock, since a
 * batch may take no time at all.
 */
export class Contention {
  /** How likely a row that meets another batch is refused, from 0 to 1. */
  rate = 0
  readonly #random: () => number
  /** The turn in which each batch began. */
  readonly #begun = new WeakMap<object, number>()
  /** The turn in which the last batch ended that wrote a record, or a child of it. */
  readonly #written = new Map<string, number>()
  #turn = 0

  constructor(random: () => number) {
    this.#random = random
  }

  begin(batch: object): void {
    this.#turn += 1
    this.#begun.set(batch, this.#turn)
  }

  /** Runs what writes the batch, and tells it of each record whether another batch is in the way. */
  write(batch: object, run: (contended: (ids: readonly string[]) => string | null) => void): void {
    const begun = this.#begun.get(batch) ?? 0
    const own = new Set<string>()
    run((ids) => {
      if (this.rate === 0) return null
      for (const id of ids) own.add(id)
      const rival = ids.find((id) => (this.#written.get(id) ?? 0) > begun)
      return rival !== undefined && this.#random() < this.rate ? rival : null
    })
    this.#turn += 1
    for (const id of own) this.#written.set(id, this.#turn)
  }

  /** While no batch is at work nobody is in the way. */
  clear(): void {
    this.#written.clear()
  }
}
