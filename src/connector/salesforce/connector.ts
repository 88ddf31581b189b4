/** Salesforce: accounts, contacts, opportunities and every other object, custom ones included. */
import type { Crm, OpenContext } from '../connector.ts'
import { defineConnector } from '../define-connector.ts'
import { createCallLog } from '../http/calls.ts'
import { ApiClient } from '../http/client.ts'
import { DailyShare } from '../http/daily-share.ts'
import { heldLimits, type KnownLimit } from '../http/held-limits.ts'
import { readAccount } from './account.ts'
import type { SalesforceApi } from './api.ts'
import { signIn } from './auth.ts'
import { bulkLimits, bulkOf } from './bulk.ts'
import { classify, isExpired } from './errors.ts'
import { batchLimit, pages, rateLimits, timing } from './limits.ts'
import { type SalesforceOptions, salesforceOptions } from './options.ts'
import { ParentTurns } from './parent-turns.ts'
import { missingPermissions } from './permissions.ts'
import { absorbed } from './absorbed.ts'
import { mergedAway } from './merged-away.ts'
import { readById, readByValue } from './read.ts'
import { referenceLists, references } from './references.ts'
import { readSchema } from './schema.ts'
import { sessionTransport } from './session-transport.ts'
import type { SObject } from './sobject.ts'
import { readSObject, readSObjectNames } from './describe.ts'
import { readUsage } from './usage.ts'
import { normalise } from './values.ts'
import { create, remove, update, upsert } from './write.ts'

export const salesforce = defineConnector<SalesforceOptions>({
  name: 'salesforce',
  options: salesforceOptions,
  limits: rateLimits,
  pages,
  ownKey: {
    name: 'Syncline_Key__c',
    label: 'Syncline Key',
    howToMake:
      'make a text field of 255 characters in the Object Manager, marked as Unique and as External ID, and let the user see it',
  },
  bulk: bulkLimits,
  lists: referenceLists,
  accounts: { create: true, update: true, upsert: true, delete: true },
  timing,
  normalise,
  objectKey,
  open,
})

const dailyWords = {
  whose: "the org's",
  what: 'daily requests',
  option: 'daily_requests_percent',
  renewed: 'there is room again as requests turn 24 hours old',
}

function open(options: SalesforceOptions, context: OpenContext): Crm {
  const calls = createCallLog()
  const daily = new DailyShare(options.daily_requests_percent, dailyWords)
  const timeoutMs = timing.requestTimeoutMs
  const session = signIn(options, { ...context, calls, timeoutMs })
  const client = new ApiClient({
    ...context,
    // Paths alone: which host they are of, the session knows.
    baseUrl: '',
    transport: sessionTransport(context.transport, session, daily, options),
    timeoutMs,
    auth: session,
    calls,
    dialect: { expired: isExpired, classify, window: () => ({}) },
  })
  let batches: KnownLimit = {}
  const sobjects = new Map<string, Promise<SObject>>()
  const base = `/services/data/v${options.api_version}`
  const api: SalesforceApi = {
    client,
    base,
    daily,
    turns: new ParentTurns(),
    sobject: (name) => onceEach(sobjects, name.toLowerCase(), () => readSObject(api, name)),
  }
  return {
    account: () => readAccount(api),
    objects: () => readSObjectNames(api),
    describe: (object) => {
      // Who asks for metadata wants it as it is now; requests after it go by the answer.
      sobjects.delete(object.toLowerCase())
      return readSchema(api, object)
    },
    sameObject: (one, other) => Promise.resolve(objectKey(one) === objectKey(other)),
    missingPermissions: (object, needs) => missingPermissions(api, object, needs),
    references: (list, object) => references(api, list, object),
    readById: (ids, read) => readById(api, ids, read),
    absorbed: (ids, read) => absorbed(api, ids, read),
    mergedAway: (field, values, read) => mergedAway(api, field, values, read),
    readByValue: (field, values, read) => readByValue(api, field, values, read),
    // Queries find records by any field, and there is no index between that could lag.
    search: (field, values, read) => readByValue(api, field, values, read),
    create: (inputs, write) => create(api, inputs, write),
    update: (inputs, write) => update(api, inputs, write),
    upsert: (inputs, write) => upsert(api, inputs, write),
    delete: (ids, write) => remove(api, ids, write),
    requireDay: () => daily.require(),
    usage: async () => {
      const told = await readUsage(api)
      batches = told.batches
      return told.requests
    },
    limits: () => heldLimits(rateLimits, { daily: daily.day(), [batchLimit]: batches }),
    associations: null,
    bulk: bulkOf(api, options),
    calls: () => calls.list(),
    // The transport belongs to whoever opened it, and is shared by connections.
    close: () => Promise.resolve(),
  }
}

/** API names ignore case, and there are no others. */
function objectKey(object: string): string {
  return object.toLowerCase()
}

/** One answer for all who ask for the same; a failure is not kept. */
function onceEach<T>(
  answers: Map<string, Promise<T>>,
  name: string,
  ask: () => Promise<T>,
): Promise<T> {
  const known = answers.get(name)
  if (known !== undefined) return known
  const answer = ask().catch((error: unknown) => {
    answers.delete(name)
    throw error
  })
  answers.set(name, answer)
  return answer
}
