/**
 * The org's rolling day of requests, which all its users share. Every answer says how many are used;
 * a part of them is left to the others.
 */
import { RequestFailure } from '../connector.ts'

export class DailyRequests {
  readonly #percent: number
  #used = 0
  #max = Infinity

  /** Records are read and written until this percentage of the day's requests is used. */
  constructor(percent: number) {
    this.#percent = percent
  }

  /** Our part of a day of so many requests. */
  shareOf(max: number): number {
    return Math.floor((max * this.#percent) / 100)
  }

  /** What the part is called to people: `daily (80 % of 15,000)`. */
  nameOf(max: number): string {
    if (this.#percent === 100) return 'daily'
    return `daily (${this.#percent} % of ${max.toLocaleString('en-US')})`
  }

  /** Takes over what an answer's `Sforce-Limit-Info` says. */
  note(header: string | undefined): void {
    const found = /(?:^|[\s,;])api-usage=(\d+)\/(\d+)/.exec(header ?? '')
    if (found === null) return
    this.#used = Number(found[1])
    this.#max = Number(found[2])
  }

  /** Throws `exhausted` once our part of the day is used up. */
  require(): void {
    if (this.#used < this.shareOf(this.#max)) return
    throw new RequestFailure({
      kind: 'exhausted',
      reason: 'DAILY',
      message: `${this.#used} of the org's ${this.#max} daily requests are used, and daily_requests_percent is ${this.#percent}`,
    })
  }
}
