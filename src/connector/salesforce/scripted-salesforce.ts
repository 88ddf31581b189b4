/** For tests: a connection whose answers are a function of each request, under a simulated clock. */
import type { Crm } from '../connector.ts'
import { createBudgetBook } from '../http/budget-book.ts'
import { createScriptedTransport, json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import { salesforce } from './connector.ts'

/** One request as the script sees it. */
export interface ScriptedRequest {
  readonly method: string
  /** Host and path: `org.test/services/data/v67.0/query`. */
  readonly url: string
  /** Below the API's version, without the query; the whole path of other requests. */
  readonly path: string
  readonly query: URLSearchParams
  /** As it was sent. */
  readonly text: string | null
  readonly headers: Readonly<Record<string, string>>
}

export const client = { client_id: 'app', client_secret: 'client-secret' }
export const orgId = '00D000000000001EAA'

/** A token that the script need not know of. */
export function token(number: number, more: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  const id = `https://login.salesforce.com/id/${orgId}/005000000000001AAA`
  const session = { access_token: `00D!session-${number}`, instance_url: 'https://org.test/', id }
  return json(200, { ...session, token_type: 'Bearer', issued_at: '1700000000000', ...more })
}

const text = { type: 'string', length: 255, createable: true, updateable: true, nillable: true }

/** As describe says it: a text that can be written, and what is told of it. */
export function described(name: string, more: Readonly<Record<string, unknown>> = {}): object {
  return { ...text, name, label: name, filterable: true, ...more }
}

const key = { externalId: true, idLookup: true, unique: true }

/** Accounts with an id, a name, a unique external id, a revenue and a checkbox. */
export const account = json(200, {
  name: 'Account',
  label: 'Account',
  queryable: true,
  createable: true,
  updateable: true,
  deletable: true,
  fields: [
    described('Id', { type: 'id', length: 18, createable: false, updateable: false }),
    described('Name', { nillable: false }),
    described('Key__c', { ...key, length: 40 }),
    described('AnnualRevenue', { type: 'currency', precision: 18, scale: 2, length: 0 }),
    described('Active__c', { type: 'boolean', nillable: false, length: 0 }),
  ],
  recordTypeInfos: [],
})

/** Signing in and the describe of accounts are answered here; all else by `script`. */
export function scriptedSalesforce(
  script: (request: ScriptedRequest, before: number) => ScriptedAnswer,
  options: Readonly<Record<string, unknown>> = {},
) {
  const clock = createSimulatedClock(1_700_000_000_000)
  const seen: ScriptedRequest[] = []
  const signIns: ScriptedRequest[] = []
  const transport = createScriptedTransport(async (raw) => {
    await clock.sleep(10)
    const url = new URL(raw.url)
    const request = {
      method: raw.method,
      url: `${url.host}${url.pathname}`,
      path: url.pathname.replace(/^\/services\/data\/v67\.0/, ''),
      query: url.searchParams,
      text: raw.body,
      headers: raw.headers,
    }
    if (url.pathname === '/services/oauth2/token') {
      signIns.push(request)
      return token(signIns.length)
    }
    if (request.path === '/sobjects/Account/describe') return account
    seen.push(request)
    return script(request, seen.length - 1)
  })
  const given = {
    login_url: 'https://acme.my.salesforce.com',
    client_credentials: client,
    ...options,
  }
  const crm: Crm = salesforce.open(salesforce.options.parse(given), {
    clock,
    random: () => 0.25,
    transport,
    budgets: createBudgetBook(clock),
  })
  return { crm, clock, seen, signIns, transport, run: clock.run }
}
