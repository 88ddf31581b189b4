/** For tests: a connection whose answers are a function of each request, under a simulated clock. */
import { createBudgetBook } from '../http/budget-book.ts'
import { createScriptedTransport, json, type ScriptedAnswer } from '../http/scripted-transport.ts'
import { createSimulatedClock } from '../http/simulated-clock.ts'
import type { SourceObject } from '../source.ts'
import { pipedriveSource } from './source.ts'

/** One request as the script sees it. */
export interface ScriptedRequest {
  /** Method, host and path: `GET acme.pipedrive.com/api/v2/deals`. */
  readonly url: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export const date = 'Tue, 10 Mar 2026 12:00:00 GMT'

/** A dated answer of the vendor's form. */
export function ok(
  data: unknown,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  return json(200, { success: true, data, ...more }, { date, ...headers })
}

/** A dated refusal of the vendor's form. */
export function refused(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): ScriptedAnswer {
  return json(status, { success: false, error, errorCode: status }, { date, ...headers })
}

export function page(status: number, title: string): ScriptedAnswer {
  const body = `<html><head><title>${title}</title></head><body></body></html>`
  return { status, headers: { 'content-type': 'text/html', date }, body }
}

/** An object of which only a name is known. */
export function schemaOf(name: string): SourceObject {
  const fields = [{ name: 'name', label: 'Name', kind: 'text' }] as const
  const singular = name.slice(0, -1)
  return { name, singular, label: name, keyKind: 'integer', fields, resolution: 'second' }
}

export function scriptedPipedrive(
  script: (request: ScriptedRequest, before: number) => ScriptedAnswer,
  options: Readonly<Record<string, unknown>> = { api_token: 'secret-api-token' },
) {
  const clock = createSimulatedClock(1_700_000_000_000)
  const seen: ScriptedRequest[] = []
  const transport = createScriptedTransport(async (raw) => {
    await clock.sleep(10)
    const { host, pathname, searchParams: query } = new URL(raw.url)
    const { method, headers, body } = raw
    const request = { url: `${method} ${host}${pathname}`, query, headers, body }
    seen.push(request)
    return script(request, seen.length - 1)
  })
  const reader = pipedriveSource.open(
    pipedriveSource.options.parse({ company_domain: 'acme', ...options }),
    { clock, random: () => 0.25, transport, budgets: createBudgetBook(clock) },
  )
  return { reader, clock, seen, transport, run: clock.run }
}
