/** Pipedrive's documented limits, as data. Plan and seats are not asked for: the headers tell what holds. */
import type { DeliveryTerms } from '../../model/subscription.ts'
import type { RateLimit } from '../connector.ts'
import type { HttpResponse } from '../http/transport.ts'

const limitsPage = 'https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting'

/** Requests in a rolling two seconds, per token, on the smallest plan. */
export const burst = { windowMs: 2_000, apiToken: 20, oauth: 80 } as const

/** Tokens of one seat on the smallest plan. A company has so many for each seat, more on larger plans. */
const dailyTokens = 30_000

export const rateLimits: readonly RateLimit[] = [
  { name: 'burst', max: burst.apiToken, windowMs: burst.windowMs, source: limitsPage },
  { name: 'daily tokens', max: dailyTokens, windowMs: 86_400_000, source: limitsPage },
]

/** Daily tokens that a request costs, whatever the size of its answer; told by `x-token-cost` in the vendor's API documents. */
export const costs = {
  v2: { list: 10, get: 1, shortList: 5, archived: 20 },
  v1: { list: 20, get: 2 },
} as const

/** The dearest request there is. One that is refused with more than this left is refused for something else. */
export const dearest = 40

export const pages = {
  source: 'https://pipedrive.readme.io/docs/core-api-concepts-pagination',
  /** Records of a list; a list costs the same whatever it shows. */
  list: 500,
  /** Values of `ids`. */
  ids: 100,
} as const

export const timing = { requestTimeoutMs: 30_000 } as const

/**
 * A delivery that fails is tried again after 3, 30 and 150 seconds. Ten events whose first attempt failed ban a
 * webhook, and three days without a success delete it. A look costs ten tokens, so that a day of looks takes
 * a twentieth of what the smallest company has.
 */
export const deliveries: DeliveryTerms = {
  source: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  triesForMs: 183_000,
  silentForMs: 30 * 60_000,
  lookEveryMs: 10 * 60_000,
}

/** How long whoever went on after being refused is shut out, at the least. */
export const blockedPauseMs = 60_000

/** What the headers of an answer say of the two seconds. */
export function windowOf({ headers }: HttpResponse): {
  readonly max?: number
  readonly remaining?: number
} {
  const max = countIn(headers['x-ratelimit-limit'])
  const remaining = countIn(headers['x-ratelimit-remaining'])
  return {
    ...(max === null ? {} : { max }),
    ...(remaining === null ? {} : { remaining }),
  }
}

/** What the headers say of the company's day; null where they say nothing, as nobody documents them. */
export function dayOf({
  headers,
}: HttpResponse): { readonly left: number; readonly max: number | null } | null {
  const left = countIn(headers['x-daily-ratelimit-token-remaining'])
  return left === null ? null : { left, max: countIn(headers['x-daily-ratelimit-token-limit']) }
}

export function countIn(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : null
}
