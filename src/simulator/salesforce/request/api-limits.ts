/** What the org may ask of its API: requests and Bulk batches by the day, long requests at a time. */
import { overLimit, tooManySignIns } from '../wire/api-error.ts'
import { RollingDay } from './rolling-day.ts'

/** For all users together; null has no end. Days are rolling. */
export interface LimitSettings {
  readonly dailyRequests: number | null
  /** Each is 10,000 rows of a Bulk job at most. */
  readonly dailyBulkBatches: number | null
  /** How many requests at a time may be at it for twenty seconds and more; while they are, nobody else is let in. */
  readonly longRequests: number | null
  /** Of one user; beyond it the token endpoint gives nothing for a while. */
  readonly signInsPerHour: number | null
  /** Room for data: a record takes 2 KB. */
  readonly dataStorageMB: number | null
}

export const developerLimits: LimitSettings = {
  dailyRequests: 15_000,
  dailyBulkBatches: 15_000,
  longRequests: 5,
  signInsPerHour: 3_600,
  // What a new org has would not do for a first try of a sync.
  dataStorageMB: null,
}
export const noLimits: LimitSettings = {
  dailyRequests: null,
  dailyBulkBatches: null,
  longRequests: null,
  signInsPerHour: null,
  dataStorageMB: null,
}

const longMs = 20_000
const hourMs = 3_600_000

export class ApiLimits {
  settings: LimitSettings
  readonly requests = new RollingDay()
  readonly bulkBatches = new RollingDay()
  /** When requests that are under way are long ones. */
  #long: { readonly from: number; readonly to: number }[] = []
  /** When users signed in, those of the last hour. */
  readonly #signIns = new Map<string, readonly number[]>()

  constructor(settings: LimitSettings) {
    this.settings = settings
  }

  /** Counts a request that will take so long, or refuses it; a refused one does not count. */
  admit(now: number, durationMs: number): Readonly<Record<string, string>> {
    const { dailyRequests, longRequests } = this.settings
    if (longRequests !== null && this.#longAt(now) >= longRequests) throw overLimit('concurrent')
    if (dailyRequests !== null && this.requests.used(now) >= dailyRequests) {
      throw overLimit('total')
    }
    this.requests.add(1, now)
    if (durationMs > longMs) this.#long.push({ from: now + longMs, to: now + durationMs })
    return this.headers(now)
  }

  /** Counts a user's sign-in, or refuses it; a refused one does not count. */
  admitSignIn(userId: string, now: number): void {
    const { signInsPerHour } = this.settings
    if (signInsPerHour === null) return
    const recent = (this.#signIns.get(userId) ?? []).filter((at) => at > now - hourMs)
    if (recent.length >= signInsPerHour) throw tooManySignIns()
    this.#signIns.set(userId, [...recent, now])
  }

  headers(now: number): Readonly<Record<string, string>> {
    return { 'sforce-limit-info': `api-usage=${this.requests.used(now)}/${this.maxRequests()}` }
  }

  maxRequests(): number {
    return this.settings.dailyRequests ?? 5_000_000
  }

  /** How many of the wanted Bulk batches the day still has; these are counted. */
  grantBulkBatches(wanted: number, now: number): number {
    const granted = Math.min(wanted, this.#bulkBatchesLeft(now))
    this.bulkBatches.add(granted, now)
    return granted
  }

  hasBulkBatches(now: number): boolean {
    return this.#bulkBatchesLeft(now) > 0
  }

  maxBulkBatches(): number {
    return this.settings.dailyBulkBatches ?? 15_000
  }

  maxStorageMB(): number {
    return this.settings.dataStorageMB ?? 10_240
  }

  #longAt(now: number): number {
    this.#long = this.#long.filter(({ to }) => to > now)
    return this.#long.filter(({ from }) => from <= now).length
  }

  #bulkBatchesLeft(now: number): number {
    const most = this.settings.dailyBulkBatches
    return most === null ? Infinity : Math.max(0, most - this.bulkBatches.used(now))
  }
}
