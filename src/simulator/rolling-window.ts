/** Counts what happened in the last so many milliseconds, by an injected clock. */

/** The times of the requests that still count. */
export class RollingWindow {
  #times: number[] = []
  #head = 0

  add(now: number): void {
    this.#times.push(now)
  }

  count(now: number, windowMs: number): number {
    // A clock that jumped back must not leave requests of the future in the window for long.
    if ((this.#times.at(-1) ?? 0) > now) {
      this.#times = this.#times.slice(this.#head).filter((time) => time <= now)
      this.#head = 0
    }
    while ((this.#times[this.#head] ?? Infinity) <= now - windowMs) this.#head += 1
    if (this.#head > 4096) {
      this.#times = this.#times.slice(this.#head)
      this.#head = 0
    }
    return this.#times.length - this.#head
  }

  /** How long until the oldest that counts no longer does; the whole window where there is none. */
  freeIn(now: number, windowMs: number): number {
    const counted = this.count(now, windowMs)
    const oldest = this.#times[this.#head]
    return counted === 0 || oldest === undefined ? windowMs : oldest + windowMs - now
  }
}
