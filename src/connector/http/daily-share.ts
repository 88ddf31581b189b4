/**
 * What an account may ask in a day, by requests or by what each of them costs, which all its users share. The
 * CRM's answers say how much is used; a part of the day is left to the others.
 */
import { type BudgetUsage, RequestFailure } from '../connector.ts'
import type { KnownLimit } from './held-limits.ts'

/** What people call it: `the org's`, `daily requests`; and the option that gives our part in percent. */
export interface DailyWords {
  readonly whose: string
  readonly what: string
  readonly option: string
  /** When there is room again, as a clause. */
  readonly renewed: string
}

/** The day's count as an answer tells it. */
export interface ToldDay {
  readonly used: number
  readonly max: number
}

export class DailyShare {
  readonly #percent: number
  readonly #words: DailyWords
  #used = 0
  #max = Infinity
  /** Requests that began so far, how many had when the count was last told, and those without an answer yet. */
  #begun = 0
  #begunWhenTold = 0
  #underWay = 0

  /** Records are read and written until this percentage of the day is used. */
  constructor(percent: number, words: DailyWords) {
    this.#percent = percent
    this.#words = words
  }

  /** Our part of a day of so many. */
  #shareOf(max: number): number {
    return Math.floor((max * this.#percent) / 100)
  }

  /** What the part is called to people: `daily (80 % of 15,000)`. */
  #nameOf(max: number): string {
    if (this.#percent === 100) return 'daily'
    return `daily (${this.#percent} % of ${max.toLocaleString('en-US')})`
  }

  /** Takes over what an answer says. */
  note(used: number, max: number): void {
    this.#used = used
    this.#max = max
    this.#begunWhenTold = this.#begun
  }

  /** Sends a request that counts as used while it is under way; `told` finds the day's count in its answer. */
  async counting<T>(send: () => Promise<T>, told: (answer: T) => ToldDay | null): Promise<T> {
    this.#begun += 1
    const turn = this.#begun
    this.#underWay += 1
    try {
      const answer = await send()
      const day = told(answer)
      if (day !== null && this.#isNews(day, turn)) this.note(day.used, day.max)
      return answer
    } finally {
      this.#underWay -= 1
    }
  }

  /** Answers may overtake each other: a lower count is of an earlier moment, unless it was asked for after the last one. */
  #isNews({ used }: ToldDay, turn: number): boolean {
    return turn > this.#begunWhenTold || used > this.#used
  }

  /** The whole day, as the last answer told; empty where none did. */
  day(): KnownLimit {
    return this.#max === Infinity ? {} : { max: this.#max, remaining: this.#max - this.#used }
  }

  /** Of our part, as the last answer told; empty where none did. What others used beyond it was not of it. */
  usage(): readonly BudgetUsage[] {
    if (this.#max === Infinity) return []
    const max = this.#shareOf(this.#max)
    const used = Math.min(this.#used, max)
    return [{ name: this.#nameOf(this.#max), max, used, resetsAt: null, countedAt: null }]
  }

  /** Throws `exhausted` where our part of the day has no room for `cost` more. */
  require(cost = 1): void {
    if (this.#used + this.#underWay + cost <= this.#shareOf(this.#max)) return
    const { whose, what, option, renewed } = this.#words
    throw new RequestFailure({
      kind: 'exhausted',
      reason: 'DAILY',
      message: `${this.#used} of ${whose} ${this.#max} ${what} are used${this.#openText()}, and ${option} is ${this.#percent}; ${renewed}`,
    })
  }

  #openText(): string {
    return this.#underWay === 0 ? '' : ` and ${this.#underWay} under way`
  }
}
