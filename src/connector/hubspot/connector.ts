/** HubSpot: contacts, companies, deals, tickets and every other CRM object, custom ones included. */
import type { Account, Crm, OpenContext } from '../connector.ts'
import { absorbed } from './absorbed.ts'
import { defineConnector } from '../define-connector.ts'
import { createCallLog } from '../http/calls.ts'
import { ApiClient, type Authorizer } from '../http/client.ts'
import { credentialName } from '../http/credential.ts'
import { heldLimits } from '../http/held-limits.ts'
import { readAccount, untilReset } from './account.ts'
import type { HubSpotApi } from './api.ts'
import { associationsOf } from './associations-of.ts'
import { oauthAuth, privateAppAuth } from './auth.ts'
import { createUniqueField } from './create-field.ts'
import { classify, isExpired } from './errors.ts'
import {
  burstWindowMs,
  pages,
  rateLimits,
  searchLimit,
  type TierLimits,
  tierLimits,
  timing,
  windowOf,
} from './limits.ts'
import { type HubSpotOptions, hubspotOptions } from './options.ts'
import { missingPermissions } from './permissions.ts'
import { readById, readByValue } from './read.ts'
import { referenceLists, references } from './references.ts'
import { isStandard, named, readCustomObjects, readSchema, standardObjects } from './schema.ts'
import { search } from './search.ts'
import { readUsage } from './usage.ts'
import { normalise, typeIdOf } from './values.ts'
import { archive, create, update, upsert } from './write.ts'

export const hubspot = defineConnector<HubSpotOptions>({
  name: 'hubspot',
  options: hubspotOptions,
  limits: rateLimits,
  pages,
  ownKey: {
    name: 'syncline_key',
    label: 'Syncline key',
    howToMake: 'make a property for single-line text that requires unique values',
  },
  bulk: null,
  lists: referenceLists,
  accounts: { create: true, update: true, upsert: true, delete: false },
  timing,
  normalise,
  objectKey,
  open,
})

function open(given: HubSpotOptions, context: OpenContext): Crm {
  const calls = createCallLog()
  const baseUrl = given.base_url.replace(/\/+$/, '')
  const auth = authOf(given, { ...context, baseUrl, calls, timeoutMs: timing.requestTimeoutMs })
  const client = new ApiClient({
    ...context,
    baseUrl,
    timeoutMs: timing.requestTimeoutMs,
    auth,
    calls,
    dialect: {
      expired: isExpired,
      classify: (response, effect) => {
        const failure = classify(response, effect)
        return failure && untilReset(failure, context.clock.now(), timeZone)
      },
      window: (response) => windowOf(response, given.requests_per_10_seconds === undefined),
    },
  })
  let timeZone: string | null = null
  const account = once(async () => {
    const known = await readAccount(api)
    timeZone = known.timeZone
    return known
  })
  const customObjects = once(() => readCustomObjects(api))
  const api = apiOf(given, context, client, { account, customObjects })
  return {
    account,
    objects: async () => [
      ...standardObjects,
      ...(await customObjects()).map(({ name, label }) => ({ name, label })),
    ],
    describe: (object) => readSchema(api, object, customObjects),
    sameObject: (one, other) => sameObject(api, one, other),
    missingPermissions: (object, needs) => missingPermissions(api, object, needs),
    references: (list, object) => references(api, list, object),
    readById: (ids, read) => readById(api, ids, read),
    readByValue: (field, values, read) => readByValue(api, field, values, read),
    absorbed: (ids, read) => absorbed(api, ids, read),
    search: (field, values, read) => search(api, field, values, read),
    create: (inputs, write) => create(api, inputs, write),
    update: (inputs, write) => update(api, inputs, write),
    upsert: (inputs, write) => upsert(api, inputs, write),
    delete: (ids, write) => archive(api, ids, write),
    createUniqueField: (object, field) => createUniqueField(api, object, field),
    // No daily limit is documented for OAuth apps, and the count is of private apps alone.
    usage: async () => (given.oauth === undefined ? readUsage(api) : []),
    limits: () => {
      const { burst, associations } = ownLimits(given)
      const known = {
        burst: { max: burst, ...client.window(), budget: budgetName('burst', given) },
        associations: { max: associations, budget: budgetName('associations', given) },
      }
      return heldLimits(rateLimits, known)
    },
    associations: associationsOf(api),
    calls: () => calls.list(),
    // The transport belongs to whoever opened it, and is shared by connections.
    close: () => Promise.resolve(),
  }
}

function authOf(given: HubSpotOptions, context: Parameters<typeof oauthAuth>[1]): Authorizer {
  if (given.oauth !== undefined) return oauthAuth(given.oauth, context)
  return privateAppAuth(given.access_token ?? '')
}

interface Known {
  readonly account: () => Promise<Account>
  readonly customObjects: () => ReturnType<typeof readCustomObjects>
}

function apiOf(
  given: HubSpotOptions,
  context: OpenContext,
  client: ApiClient,
  { account, customObjects }: Known,
): HubSpotApi {
  const { budgets, random } = context
  const limits = ownLimits(given)
  const burst = budgets.get(budgetName('burst', given), {
    max: limits.burst,
    windowMs: burstWindowMs,
  })
  const associations = budgets.get(budgetName('associations', given), {
    max: limits.associations,
    windowMs: burstWindowMs,
  })
  return {
    client,
    burst,
    associations,
    random,
    search: async () => budgets.get(`hubspot:search:${(await account()).id}`, searchLimit),
    typeOf: async (object) =>
      isStandard(object) || /^\d+-\d+$/.test(object)
        ? object
        : ((await customObjects()).find(named(object))?.typeId ?? object),
  }
}

/** Of a limit that HubSpot counts by app. */
function budgetName(limit: 'burst' | 'associations', given: HubSpotOptions): string {
  // A rotated client secret leaves the app the same; the refresh token names the account.
  const credential = given.oauth
    ? `${given.oauth.client_id} ${given.oauth.refresh_token}`
    : (given.access_token ?? '')
  return `hubspot:${limit}:${credentialName(credential)}`
}

/** What a connection begins with: its tier, or what its options leave it of that. */
function ownLimits(given: HubSpotOptions): Pick<TierLimits, 'burst' | 'associations'> {
  const { burst, associations } =
    tierLimits[given.tier ?? (given.oauth === undefined ? 'free' : 'oauth')]
  const own = given.requests_per_10_seconds
  if (own === undefined) return { burst, associations }
  return { burst: own, associations: Math.min(associations, own) }
}

function objectKey(object: string): string {
  return typeIdOf(object).toLowerCase()
}

/** Only custom objects go by names that the account alone knows. */
async function sameObject(api: HubSpotApi, one: string, other: string): Promise<boolean> {
  const isSame = objectKey(one) === objectKey(other)
  if (isSame || isStandard(one) || isStandard(other)) return isSame
  return objectKey(await api.typeOf(one)) === objectKey(await api.typeOf(other))
}

/** One answer for all who ask; a failure is not kept. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => {
    answer ??= ask().catch((error: unknown) => {
      answer = null
      throw error
    })
    return answer
  }
}
