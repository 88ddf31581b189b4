/** Pipedrive, to be pulled from: deals, persons, organizations and what surrounds them. */
import type { OpenContext } from '../connector.ts'
import { createCallLog } from '../http/calls.ts'
import { ApiClient } from '../http/client.ts'
import { credentialName } from '../http/credential.ts'
import { DailyShare } from '../http/daily-share.ts'
import { heldLimits } from '../http/held-limits.ts'
import type { Transport } from '../http/transport.ts'
import { defineSource, type SubscribedReader } from '../source.ts'
import { readAccount } from './account.ts'
import type { PipedriveApi } from './api.ts'
import { authOf } from './auth.ts'
import { referencesOf } from './built-in-fields.ts'
import { classify, isExpired } from './errors.ts'
import { decodeEvents, mayTell } from './events.ts'
import { fetchRecords } from './fetch.ts'
import { burst, dayOf, deliveries, rateLimits, timing, windowOf } from './limits.ts'
import { pipedriveObjects } from './objects.ts'
import { baseUrlOf, type PipedriveOptions, pipedriveOptions } from './options.ts'
import { readPage } from './read.ts'
import { readSchema } from './schema.ts'
import { createSubscription, deleteSubscription, listSubscriptions } from './subscriptions.ts'

export const pipedriveSource = defineSource<PipedriveOptions>({
  name: 'pipedrive',
  options: pipedriveOptions,
  limits: rateLimits,
  objects: pipedriveObjects.map(({ name, singular, label, keyKind, withDeleted, builtIn }) => ({
    name,
    singular,
    label,
    keyKind,
    listsDeleted: Object.keys(withDeleted).length > 0,
    references: referencesOf(builtIn),
  })),
  timing,
  events: { decode: decodeEvents, mayTell },
  subscriptions: deliveries,
  open,
})

const dailyWords = {
  whose: "the company's",
  what: 'daily tokens',
  option: 'daily_tokens_percent',
  renewed: 'they are renewed each day',
}

function open(options: PipedriveOptions, context: OpenContext): SubscribedReader {
  const calls = createCallLog()
  const timeoutMs = timing.requestTimeoutMs
  const daily = new DailyShare(options.daily_tokens_percent, dailyWords)
  const client = new ApiClient({
    ...context,
    baseUrl: baseUrlOf(options),
    transport: countingDay(context.transport, daily),
    timeoutMs,
    auth: authOf(options, { ...context, calls, timeoutMs }),
    calls,
    dialect: { expired: isExpired, classify, window: windowOf },
  })
  const api: PipedriveApi = { client, burst: burstOf(options, context), daily }
  return {
    account: () => readAccount(api),
    describe: (object) => readSchema(api, object),
    list: (object, list) => readPage(api, object, list),
    fetch: (object, keys, fetching) => fetchRecords(api, object, keys, fetching),
    subscriptions: {
      list: () => listSubscriptions(api),
      create: (wanted) => createSubscription(api, wanted),
      delete: (id) => deleteSubscription(api, id),
    },
    usage: async () => {
      // No request is for it, but every answer tells it.
      if (daily.usage().length === 0) await readAccount(api)
      return daily.usage()
    },
    limits: () => {
      const budget = burstName(options)
      const burstOfToken = { max: firstBurst(options), ...client.window(), budget }
      return heldLimits(rateLimits, { burst: burstOfToken, 'daily tokens': daily.day() })
    },
    calls: () => calls.list(),
    // The transport belongs to whoever opened it, and is shared by connections.
    close: () => Promise.resolve(),
  }
}

/** Begins with what the smallest plan has; the first answer tells the real one. */
function burstOf(options: PipedriveOptions, { budgets }: OpenContext) {
  return budgets.get(burstName(options), { max: firstBurst(options), windowMs: burst.windowMs })
}

function burstName({ api_token: token, oauth }: PipedriveOptions): string {
  // Access tokens change by the hour; the refresh token stays, and names app and company.
  const credential = oauth ? `${oauth.client_id} ${oauth.refresh_token}` : (token ?? '')
  return `pipedrive:burst:${credentialName(credential)}`
}

function firstBurst({ oauth }: PipedriveOptions): number {
  return oauth === undefined ? burst.apiToken : burst.oauth
}

/** Takes over from every answer how much of the company's day is used. */
function countingDay(transport: Transport, daily: DailyShare): Transport {
  return {
    send: async (request) => {
      const response = await transport.send(request)
      const day = dayOf(response)
      if (day !== null && day.max !== null) daily.note(day.max - day.left, day.max)
      return response
    },
    close: () => Promise.resolve(),
  }
}
