/** HubSpot's documented limits, as data. Nothing here is measured; the headers correct it at run time. */
import type { PageLimits, RateLimit } from '../connector.ts'
import type { HttpResponse } from '../http/transport.ts'

const usagePage = 'https://developers.hubspot.com/docs/api/usage-details'
const searchPage = 'https://developers.hubspot.com/docs/api/crm/search'
const associationsPage = 'https://developers.hubspot.com/docs/api/crm/associations'
const objectsPage = 'https://developers.hubspot.com/docs/api/crm/understanding-the-crm'

export const tiers = ['free', 'professional', 'enterprise', 'limit_increase', 'oauth'] as const
export type Tier = (typeof tiers)[number]

export interface TierLimits {
  /** Requests in a rolling ten seconds, per app (for OAuth: per app and account). */
  readonly burst: number
  /** Requests a day, shared by all private apps of the account; null where none is documented. */
  readonly daily: number | null
  /** Requests to the associations API in ten seconds. */
  readonly associations: number
}

export const tierLimits: Readonly<Record<Tier, TierLimits>> = {
  free: { burst: 100, daily: 250_000, associations: 100 },
  professional: { burst: 190, daily: 625_000, associations: 150 },
  enterprise: { burst: 190, daily: 1_000_000, associations: 150 },
  limit_increase: { burst: 250, daily: 2_000_000, associations: 200 },
  oauth: { burst: 110, daily: null, associations: 100 },
}

export const burstWindowMs = 10_000
export const searchLimit = { max: 5, windowMs: 1_000 } as const

/** For the tier assumed when none is configured; a real tier is found out from the first answer. */
export const rateLimits: readonly RateLimit[] = [
  { name: 'burst', max: tierLimits.free.burst, windowMs: burstWindowMs, source: usagePage },
  { name: 'search', ...searchLimit, source: searchPage },
  {
    name: 'associations',
    max: tierLimits.free.associations,
    windowMs: burstWindowMs,
    source: associationsPage,
  },
]

/** The vendor's page that states the batch sizes below. */
export const pagesSource = objectsPage
export const pages: PageLimits = { read: 100, create: 100, update: 100, upsert: 100, delete: 100 }

/** Characters of a text value. */
export const longestText = 65_536

export const searchPages = {
  source: searchPage,
  /** Records per page. */
  size: 200,
  /** A page that begins here or later is refused. */
  end: 10_000,
  /** Characters of a whole request body; kept some below the documented 3,000. */
  bodyLength: 2_900,
  /** Values of one IN filter. */
  values: 100,
} as const

export const associationPages = {
  source: associationsPage,
  read: 1_000,
  create: 2_000,
  archive: 2_000,
} as const

export const ownersPageSize = 100

/**
 * A batch of 100 usually answers within seconds. What was sent and never answered may still be
 * applied some time after the connection died; `settlingMs` is what is granted for that.
 */
export const timing = { requestTimeoutMs: 30_000, settlingMs: 15_000 } as const

/** What the headers of an answer say of the ten-second window; searches carry none. */
export function windowOf(
  { headers }: HttpResponse,
  learnsMax: boolean,
): { readonly max?: number; readonly remaining?: number } {
  if (headers['x-hubspot-ratelimit-interval-milliseconds'] !== String(burstWindowMs)) return {}
  const max = countIn(headers['x-hubspot-ratelimit-max'])
  const remaining = countIn(headers['x-hubspot-ratelimit-remaining'])
  return {
    ...(max === null || !learnsMax ? {} : { max }),
    ...(remaining === null ? {} : { remaining }),
  }
}

function countIn(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : null
}
