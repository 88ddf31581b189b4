/** What is used of a day that ends at midnight, by an injected clock. */
import { dayEnd } from './time-zone.ts'

export class CalendarDay {
  readonly #timeZone: string
  #used = 0
  #from = 0
  #to = 0

  constructor(timeZone: string) {
    this.#timeZone = timeZone
  }

  used(now: number): number {
    this.#turn(now)
    return this.#used
  }

  add(count: number, now: number): void {
    this.#turn(now)
    this.#used += count
  }

  endsAt(now: number): number {
    this.#turn(now)
    return this.#to
  }

  /** Puts back the count of a dumped state. */
  restore(used: number, now: number): void {
    this.#turn(now)
    this.#used = used
  }

  #turn(now: number): void {
    if (now >= this.#from && now < this.#to) return
    this.#used = 0
    this.#from = now
    this.#to = dayEnd(now, this.#timeZone)
  }
}
