/** How often something happened in the last 24 hours, kept by the hour. */

const hour = 3_600_000

export class RollingDay {
  readonly #hours = new Map<number, number>()

  add(count: number, now: number): void {
    const at = Math.floor(now / hour)
    this.#hours.set(at, (this.#hours.get(at) ?? 0) + count)
  }

  used(now: number): number {
    const oldest = Math.floor(now / hour) - 23
    let sum = 0
    for (const [at, count] of this.#hours) {
      if (at < oldest) this.#hours.delete(at)
      else sum += count
    }
    return sum
  }
}
