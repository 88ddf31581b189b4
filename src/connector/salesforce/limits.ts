/** Salesforce's documented limits, as data. */
import type { PageLimits, RateLimit } from '../connector.ts'

const limitsPage =
  'https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_api.htm'
const collectionsPage =
  'https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm'

/** What jobs are worked off in, of up to 10,000 rows each: counted apart from requests. */
export const batchLimit = 'bulk batches'

/** Of the smallest edition; what an org really has of requests every answer says, and of batches only `/limits`. */
export const rateLimits: readonly RateLimit[] = [
  { name: 'daily', max: 15_000, windowMs: 86_400_000, source: limitsPage },
  { name: batchLimit, max: 15_000, windowMs: 86_400_000, source: limitsPage },
]

/** The vendor's page that states the sizes of collections. */
export const pagesSource = collectionsPage
export const pages: PageLimits = { read: 2_000, create: 200, update: 200, upsert: 200, delete: 200 }

export const soqlPages = {
  source:
    'https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_limits.htm',
  /**
   * Characters of an encoded query. Address and headers together may have 16,384 bytes, of which
   * token, host and the rest take some.
   */
  encodedLength: 14_000,
  /** Above this the fields of a lookup are read apart, so that the values find room. */
  encodedFields: 6_000,
} as const

/**
 * Saving 200 records with their triggers and flows may take minutes. What was sent and never answered
 * may still be saved some time after the connection died; `settlingMs` is what is granted for that.
 */
export const timing = { requestTimeoutMs: 120_000, settlingMs: 30_000 } as const

/** How long a refused request waits where too many were open at a time. */
export const concurrencyPauseMs = 5_000
