/** The reader of Pipedrive against the local Pipedrive, in one process and under one simulated clock. */
import type { RequestFailure } from '../../src/connector/connector.ts'
import { createBudgetBook } from '../../src/connector/http/budget-book.ts'
import { createHandlerTransport } from '../../src/connector/http/handler-transport.ts'
import { createSimulatedClock } from '../../src/connector/http/simulated-clock.ts'
import { pipedriveSource } from '../../src/connector/pipedrive/source.ts'
import type { ReadRecord, RecordPage, SourceObject } from '../../src/connector/source.ts'
import { isJsonObject, type Json, type JsonObject } from '../../src/simulator/json.ts'
import { createPipedrive, localToken } from '../../src/simulator/pipedrive/pipedrive.ts'
import { noLimits } from '../../src/simulator/pipedrive/request/rate-limits.ts'
import type { PipedriveOptions } from '../../src/simulator/pipedrive/simulator.ts'

export const epoch = Date.parse('2026-05-05T12:00:00Z')
export const app = {
  clientId: 'app',
  clientSecret: 'client-secret',
  redirectUri: 'https://app.example.com/installed',
  scopes: ['deals:read', 'contacts:read', 'users:read'],
}
export const refreshToken = {
  token: 'refresh-me',
  clientId: app.clientId,
  userId: '1',
  usedAt: epoch,
}
export const oauth = {
  client_id: app.clientId,
  client_secret: app.clientSecret,
  refresh_token: refreshToken.token,
  login_url: 'http://localhost',
}

/** `given` are options of the connection beyond its address; the company's limits are lifted unless told. */
export function openPipedrive(
  options: PipedriveOptions = {},
  given: Readonly<Record<string, unknown>> = { api_token: localToken },
  roundTripMs = 0,
) {
  const clock = createSimulatedClock(epoch)
  const company = createPipedrive({ limits: noLimits, ...options, now: clock.now })
  const urls: string[] = []
  const handled = createHandlerTransport((request) => company.handle(request), clock, roundTripMs)
  const transport: typeof handled = {
    ...handled,
    send: (request) => {
      urls.push(request.url)
      return handled.send(request)
    },
  }
  const reader = pipedriveSource.open(
    pipedriveSource.options.parse({ base_url: 'http://localhost', ...given }),
    { clock, random: () => 0.5, transport, budgets: createBudgetBook(clock) },
  )
  const { run } = clock

  /** A request past the reader: whatever another program does. */
  const call = (methodAndPath: string, body?: Json): JsonObject => {
    const [method = '', path = ''] = methodAndPath.split(' ')
    const { response } = company.handle({
      method,
      url: path,
      headers: { 'x-api-token': localToken },
      body: body === undefined ? null : JSON.stringify(body),
    })
    if (response.status >= 300) throw new Error(`${methodAndPath}: ${response.body}`)
    const { data }: { readonly data: JsonObject } = JSON.parse(response.body)
    return data
  }

  /** Every record of the object, page by page; `between` is called after each page but the last. */
  const readAll = async (
    object: SourceObject,
    since: string | null = null,
    between: (page: number) => void = () => {},
  ): Promise<readonly (readonly ReadRecord[])[]> => {
    const pages: (readonly ReadRecord[])[] = []
    let after: string | null = null
    do {
      const page: RecordPage = await run(reader.list(object, { after, since }))
      pages.push(page.records)
      after = page.next
      if (after !== null) between(pages.length)
    } while (after !== null)
    return pages
  }

  return {
    clock,
    company,
    reader,
    run,
    call,
    urls,
    readAll,
    describe: (object: string) => run(reader.describe(object)),
    create: (path: string, body: JsonObject): string => idOf(call(`POST ${path}`, body)),
  }
}

export type OpenPipedrive = ReturnType<typeof openPipedrive>

/** An id as text, whether it is a number or a text. */
export function idOf(record: Json, name = 'id'): string {
  const id = isJsonObject(record) ? record[name] : null
  if (typeof id === 'string' || typeof id === 'number') return String(id)
  throw new Error(`no ${name} in ${JSON.stringify(record)}`)
}

/** The failure that a call ends in; a call that succeeds fails the test. */
export async function failureOf(call: Promise<unknown>): Promise<RequestFailure> {
  try {
    await call
  } catch (error) {
    return error as RequestFailure
  }
  throw new Error('it did not fail')
}
