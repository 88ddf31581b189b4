/** The company's limits, counted by the injected clock: tokens per day, requests per rolling two seconds, and what comes of going on. */
import { CalendarDay } from '../../calendar-day.ts'
import { RollingWindow } from '../../rolling-window.ts'
import { type ApiError, blockedPage, throttled } from '../wire/api-error.ts'
import type { Caller } from '../store/tokens.ts'

/** Null lifts a limit. */
export interface LimitSettings {
  /** Of the whole company: every user and every integration draws on it. */
  readonly dailyTokens: number | null
  /** Per API token. */
  readonly burst: number | null
  /** Per token of an OAuth app. */
  readonly oauthBurst: number | null
  /** Searches, per token. */
  readonly search: number | null
  /** How many refusals an API token may collect before it gets pages instead of answers. */
  readonly hammering: Hammering | null
}

export interface Hammering {
  readonly refusals: number
  readonly withinMs: number
  readonly blockMs: number
}

export const burstWindowMs = 2000

export const plans = ['lite', 'growth', 'premium', 'ultimate'] as const
export type Plan = (typeof plans)[number]

const planFigures: Readonly<Record<Plan, { multiplier: number; burst: number }>> = {
  lite: { multiplier: 1, burst: 20 },
  growth: { multiplier: 2, burst: 40 },
  premium: { multiplier: 5, burst: 100 },
  ultimate: { multiplier: 7, burst: 120 },
}

const tokensPerSeat = 30_000
const hammering: Hammering = { refusals: 10, withinMs: 60_000, blockMs: 60_000 }

export function planLimits(plan: Plan, seats = 1, topUps = 0): LimitSettings {
  const { multiplier, burst } = planFigures[plan]
  return {
    dailyTokens: tokensPerSeat * multiplier * seats + topUps,
    burst,
    oauthBurst: burst * 4,
    search: 10,
    hammering,
  }
}

export const noLimits: LimitSettings = {
  dailyTokens: null,
  burst: null,
  oauthBurst: null,
  search: null,
  hammering: null,
}

/** Which window a request counts in; `none` for those that are free. */
export const limitClasses = ['general', 'search', 'none'] as const
export type LimitClass = (typeof limitClasses)[number]

/** What a request asks of the limits. */
export interface Demand {
  readonly limit: LimitClass
  readonly cost: number
  readonly method: string
}

/** Where no limit is set, the headers still say a number. */
const unlimited = 1_000_000_000

export class RateLimits {
  settings: LimitSettings
  /** Whether answers carry the daily headers that nobody documents. */
  dailyHeaders = true
  readonly #day: CalendarDay
  readonly #windows = new Map<string, RollingWindow>()
  readonly #refusals = new Map<string, RollingWindow>()
  readonly #blocked = new Map<string, number>()

  constructor(settings: LimitSettings, timeZone: string) {
    this.settings = settings
    this.#day = new CalendarDay(timeZone)
  }

  /** Counts a request and adds its headers to those of the answer, or throws the refusal, which costs nothing. */
  admit(caller: Caller, demand: Demand, now: number, headers: Record<string, string>): void {
    if (demand.limit === 'none') return
    if (now < (this.#blocked.get(caller.token) ?? 0)) throw blockedPage()
    const { max, window } = this.#windowOf(caller, demand.limit)
    const isOver =
      (max !== null && window.count(now, burstWindowMs) >= max) ||
      this.#day.used(now) + demand.cost > (this.settings.dailyTokens ?? Infinity)
    if (isOver) {
      Object.assign(headers, this.#headers(caller, demand, now))
      throw this.#refusal(caller, now)
    }
    window.add(now)
    this.#day.add(demand.cost, now)
    Object.assign(headers, this.#headers(caller, demand, now))
  }

  /** A 429 that an injected fault asks for; its headers say which limit it would be. */
  refuse(caller: Caller, demand: Demand, now: number, kind: 'burst' | 'daily') {
    const headers = this.#headers(caller, demand, now)
    const spent: Record<string, string> =
      kind === 'burst'
        ? { 'x-ratelimit-remaining': '0' }
        : this.dailyHeaders
          ? { 'x-daily-ratelimit-token-remaining': '0' }
          : {}
    return { error: throttled(), headers: { ...headers, ...spent } }
  }

  /** What the company has used today, and when it starts again. */
  usage(now: number): { used: number; limit: number; resetsAt: number } {
    return {
      used: this.#day.used(now),
      limit: this.settings.dailyTokens ?? unlimited,
      resetsAt: this.#day.endsAt(now),
    }
  }

  /** Puts back the count of a dumped state. */
  restore(used: number, now: number): void {
    this.#day.restore(used, now)
  }

  /** Whoever goes on after too many refusals is shut out for a while. */
  #refusal(caller: Caller, now: number): ApiError {
    const rule = this.settings.hammering
    if (caller.kind === 'oauth' || rule === null) return throttled()
    const refusals = windowIn(this.#refusals, caller.token)
    refusals.add(now)
    if (refusals.count(now, rule.withinMs) <= rule.refusals) return throttled()
    this.#blocked.set(caller.token, now + rule.blockMs)
    return blockedPage()
  }

  #windowOf({ kind, token }: Caller, limit: LimitClass) {
    const { burst, oauthBurst, search } = this.settings
    const own = kind === 'token' ? burst : oauthBurst
    const max = limit === 'search' ? search : own
    return { max, window: windowIn(this.#windows, `${limit} ${token}`) }
  }

  #headers(caller: Caller, { limit, method }: Demand, now: number): Record<string, string> {
    const { max, window } = this.#windowOf(caller, limit)
    const left = max === null ? unlimited : Math.max(0, max - window.count(now, burstWindowMs))
    const headers: Record<string, string> = {
      'x-ratelimit-limit': String(max ?? unlimited),
      'x-ratelimit-remaining': String(left),
      'x-ratelimit-reset': String(Math.ceil(window.freeIn(now, burstWindowMs) / 1000)),
    }
    const daily = this.settings.dailyTokens ?? unlimited
    const tokensLeft = String(Math.max(0, daily - this.#day.used(now)))
    if (caller.kind === 'token' && (method === 'POST' || method === 'PUT')) {
      headers['x-daily-requests-left'] = tokensLeft
    }
    if (!this.dailyHeaders) return headers
    headers['x-daily-ratelimit-token-limit'] = String(daily)
    headers['x-daily-ratelimit-token-remaining'] = tokensLeft
    return headers
  }
}

function windowIn(windows: Map<string, RollingWindow>, key: string): RollingWindow {
  const known = windows.get(key)
  if (known !== undefined) return known
  const made = new RollingWindow()
  windows.set(key, made)
  return made
}
