/** The portal's limits, counted by the injected clock: a rolling window per app, searches per second, calls per day. */
import { ApiError, throttled } from '../wire/api-error.ts'
import { CalendarDay } from '../../calendar-day.ts'
import { RollingWindow } from '../../rolling-window.ts'
import type { Caller } from '../store/tokens.ts'

export interface WindowLimit {
  readonly max: number
  readonly windowMs: number
}

/** Null lifts a limit. */
export interface LimitSettings {
  /** Per private app. */
  readonly burst: WindowLimit | null
  /** Per OAuth app. */
  readonly oauthBurst: WindowLimit | null
  /** Per account. */
  readonly search: WindowLimit | null
  readonly associations: WindowLimit | null
  /** Per account, shared by its private apps; OAuth apps have none. */
  readonly daily: number | null
}

export const portalTiers = ['starter', 'professional', 'enterprise', 'add_on'] as const
export type PortalTier = (typeof portalTiers)[number]

const tenSeconds = (max: number): WindowLimit => ({ max, windowMs: 10_000 })

function tier(burst: number, daily: number, associations: number): LimitSettings {
  return {
    burst: tenSeconds(burst),
    oauthBurst: tenSeconds(110),
    search: { max: 5, windowMs: 1000 },
    associations: tenSeconds(associations),
    daily,
  }
}

export const tierLimits: Readonly<Record<PortalTier, LimitSettings>> = {
  starter: tier(100, 250_000, 100),
  professional: tier(190, 625_000, 150),
  enterprise: tier(190, 1_000_000, 150),
  add_on: tier(250, 2_000_000, 200),
}

export const noLimits: LimitSettings = {
  burst: null,
  oauthBurst: null,
  search: null,
  associations: null,
  daily: null,
}

/** What a request counts against; `none` for those that are free. */
export const limitClasses = ['general', 'search', 'associations', 'none'] as const
export type LimitClass = (typeof limitClasses)[number]

/** Where no limit is set, the headers still say a number. */
const unlimited = 1_000_000_000

export class RateLimits {
  settings: LimitSettings
  readonly #day: CalendarDay
  readonly #windows = new Map<string, RollingWindow>()

  constructor(settings: LimitSettings, timeZone: string) {
    this.settings = settings
    this.#day = new CalendarDay(timeZone)
  }

  /** Counts a request and returns its headers, or throws the 429. A refused request doesn't count. */
  admit(caller: Caller, kind: LimitClass, now: number): Readonly<Record<string, string>> {
    if (kind === 'none') return {}
    const { limit, window } = this.#windowOf(caller, kind)
    const daily = caller.kind === 'private' ? this.settings.daily : null
    if (daily !== null && this.#day.used(now) >= daily) {
      throw refusal('DAILY', this.#headers(caller, kind, limit, window, now))
    }
    if (limit !== null && window.count(now, limit.windowMs) >= limit.max) {
      const policy = kind === 'search' ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING'
      throw refusal(policy, this.#headers(caller, kind, limit, window, now))
    }
    if (limit !== null) window.add(now)
    if (caller.kind === 'private') this.#day.add(1, now)
    return this.#headers(caller, kind, limit, window, now)
  }

  /** A 429 that an injected fault asks for, with the headers of the moment. */
  refuse(
    caller: Caller,
    kind: LimitClass,
    now: number,
    policy: 'DAILY' | 'TEN_SECONDLY_ROLLING' | 'SECONDLY',
  ): ApiError {
    const { limit, window } = this.#windowOf(caller, kind)
    return refusal(policy, this.#headers(caller, kind, limit, window, now))
  }

  /** What the account's private apps have used today, and when it starts again. */
  usage(now: number): { used: number; limit: number; resetsAt: number } {
    return {
      used: this.#day.used(now),
      limit: this.settings.daily ?? unlimited,
      resetsAt: this.#day.endsAt(now),
    }
  }

  /** Puts back the count of a dumped state. */
  restore(used: number, now: number): void {
    this.#day.restore(used, now)
  }

  #windowOf(
    caller: Caller,
    kind: LimitClass,
  ): { limit: WindowLimit | null; window: RollingWindow } {
    const { burst, oauthBurst, search, associations } = this.settings
    const own = caller.kind === 'private' ? burst : oauthBurst
    const limit = kind === 'search' ? search : kind === 'associations' ? associations : own
    const key = kind === 'general' ? caller.app : kind
    const window = this.#windows.get(key) ?? new RollingWindow()
    this.#windows.set(key, window)
    return { limit, window }
  }

  #headers(
    caller: Caller,
    kind: LimitClass,
    limit: WindowLimit | null,
    window: RollingWindow,
    now: number,
  ): Readonly<Record<string, string>> {
    if (kind === 'search') return {}
    const max = limit?.max ?? unlimited
    const left = limit === null ? unlimited : Math.max(0, max - window.count(now, limit.windowMs))
    const headers: Record<string, string> = {
      'x-hubspot-ratelimit-max': String(max),
      'x-hubspot-ratelimit-remaining': String(left),
      'x-hubspot-ratelimit-interval-milliseconds': String(limit?.windowMs ?? 10_000),
      'x-hubspot-ratelimit-secondly': String(Math.ceil(max / 10)),
      'x-hubspot-ratelimit-secondly-remaining': String(Math.min(left, Math.ceil(max / 10))),
    }
    if (caller.kind === 'oauth') return headers
    const daily = this.settings.daily ?? unlimited
    headers['x-hubspot-ratelimit-daily'] = String(daily)
    headers['x-hubspot-ratelimit-daily-remaining'] = String(
      Math.max(0, daily - this.#day.used(now)),
    )
    return headers
  }
}

function refusal(
  policy: 'DAILY' | 'TEN_SECONDLY_ROLLING' | 'SECONDLY',
  headers: Readonly<Record<string, string>>,
): ApiError {
  const { httpStatus, content } = throttled(policy)
  return new ApiError(httpStatus, content, headers)
}
