/** For tests: a connection whose answers are a function of each request, under a simulated clock. */
import type { Crm } from '../connector.ts'
import { createBudgetBook } from '../http/budget-book.ts'
import { createScriptedTransport, json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import { hubspot } from './connector.ts'

/** One request as the script sees it: path and query apart, the body parsed. */
export interface ScriptedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: ScriptedBody
  readonly headers: Readonly<Record<string, string>>
}

export interface ScriptedBody {
  readonly idProperty?: string
  readonly properties?: readonly string[]
  readonly filterGroups?: readonly { readonly filters: readonly { readonly values: string[] }[] }[]
  readonly after?: string
  readonly inputs: readonly ScriptedInput[]
}

export interface ScriptedInput {
  readonly id: string
  readonly idProperty?: string
  readonly objectWriteTraceId: string
  readonly properties: Readonly<Record<string, string>>
}

export const account = json(200, { portalId: 4711, timeZone: 'Europe/Berlin' })

/** Custom objects and the account are answered here; everything else by `script`. */
export function scriptedHubSpot(
  script: (request: ScriptedRequest, before: number) => ScriptedAnswer,
  options: Record<string, unknown> = { access_token: 'pat-test-token' },
) {
  const clock = createSimulatedClock(1_700_000_000_000)
  const seen: ScriptedRequest[] = []
  const transport = createScriptedTransport(async (raw) => {
    await clock.sleep(10)
    const url = new URL(raw.url)
    if (url.pathname === '/account-info/v3/details') return account
    const isForm = raw.headers['content-type'] === 'application/x-www-form-urlencoded'
    const request = {
      method: raw.method,
      path: url.pathname,
      query: url.searchParams,
      body: raw.body === null || isForm ? { inputs: [] } : JSON.parse(raw.body),
      headers: raw.headers,
    }
    seen.push(request)
    return script(request, seen.length - 1)
  })
  const crm: Crm = hubspot.open(hubspot.options.parse(options), {
    clock,
    random: () => 0.25,
    transport,
    budgets: createBudgetBook(clock),
  })
  return { crm, clock, seen, transport, run: clock.run }
}
