/** The org's daily count of API requests: a rolling day, kept by the hour, for all users together. */
import { overLimit } from './api-error.ts'

export interface LimitSettings {
  /** Requests per rolling 24 hours; null counts without end. */
  readonly dailyRequests: number | null
}

export const developerLimits: LimitSettings = { dailyRequests: 15_000 }
export const noLimits: LimitSettings = { dailyRequests: null }

const hour = 3_600_000

export class ApiLimits {
  settings: LimitSettings
  readonly #hours = new Map<number, number>()

  constructor(settings: LimitSettings) {
    this.settings = settings
  }

  /** Counts a request, or refuses it; a refused one does not count. */
  admit(now: number): Readonly<Record<string, string>> {
    const most = this.settings.dailyRequests
    if (most !== null && this.used(now) >= most) throw overLimit('total')
    this.add(1, now)
    return this.headers(now)
  }

  headers(now: number): Readonly<Record<string, string>> {
    return { 'sforce-limit-info': `api-usage=${this.used(now)}/${this.max()}` }
  }

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

  max(): number {
    return this.settings.dailyRequests ?? 5_000_000
  }
}
