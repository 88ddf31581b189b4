/**
 * Every endpoint through the official client: success, both ends of paging, and each error that is
 * documented for it. What is asked and what is right stands in test/hubspot-client/.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Caller, callerOf, outcomeOf } from '../../../test/hubspot-client/caller.ts'
import { type CallerTraits, commonRows } from '../../../test/hubspot-client/errors-anywhere.ts'
import { commonErrors, documents } from '../../../test/hubspot-client/documented.ts'
import { type Endpoint, nextPage } from '../../../test/hubspot-client/endpoint.ts'
import { endpoints } from '../../../test/hubspot-client/endpoints.ts'
import { expectCommon, expectRefusal, expectSuccess } from '../../../test/hubspot-client/judge.ts'
import { state, tokens } from '../../../test/hubspot-client/portal.ts'
import { Table } from '../../../test/hubspot-client/table.ts'
import { noLimits } from './request/rate-limits.ts'
import { routes } from './routes/routes.ts'
import { type HubSpotServer, serveHubSpot } from './serve.ts'

let server: HubSpotServer
const callers = new Map<string, Caller>()

/** One client for each kind of caller, for all rows. */
function caller({ token = tokens.good, query = '' }: CallerTraits = {}): Caller {
  const key = `${token} ${query}`
  const known = callers.get(key) ?? callerOf(server.url, token, query)
  callers.set(key, known)
  return known
}

beforeAll(async () => {
  server = await serveHubSpot({ port: 0, state, limits: noLimits })
})
afterAll(() => server.close())

beforeEach(() => {
  server.simulator.configure({ limits: noLimits })
  server.simulator.reset()
})

const served = routes.map(({ method, segments }) => `${method} /${segments.join('/')}`)
const table = new Table(served)
const named = endpoints.map((endpoint) => [nameOf(endpoint), endpoint] as const)

function nameOf({ route, way }: Endpoint): string {
  return way === undefined ? route : `${route} ${way}`
}

describe('an endpoint succeeds through the official client:', () => {
  it.each(named)('%s', async (_, endpoint) => {
    const outcome = await outcomeOf(endpoint.call(caller()))
    expect(outcome.status).toBe(endpoint.status)
    expectSuccess(endpoint, outcome)
    table.count(endpoint.route, '2xx')
  })

  const paged = named.flatMap(([name, { route, pages }]) =>
    pages === undefined ? [] : [[name, route, pages] as const],
  )
  it.each(paged)('%s from its first page to its last', async (_, route, pages) => {
    server.simulator.seed(pages.given ?? {})
    const first = pages.read(await outcomeOf(pages.first(caller())))
    expect(first.next).toEqual(nextPage(pages, server.url))
    const last = pages.read(await outcomeOf(pages.next(first.next?.after ?? '')(caller())))
    expect(last.next).toBe(undefined)
    expect(first.ids.length * last.ids.length).toBeGreaterThan(0)
    expect([...first.ids, ...last.ids]).toEqual(pages.ids)
    table.count(route, 'pages')
  })

  it('all pages, one after the other, where the client pages by itself', async () => {
    expect(await caller().client.crm.contacts.getAll(2)).toHaveLength(3)
  })

  it.each(named.filter(([, { pages }]) => pages === undefined))(
    '%s whole, without pages',
    async (_, { call }) => {
      const { body = {} } = await outcomeOf(call(caller()))
      expect(body).not.toHaveProperty('paging')
    },
  )
})

describe('any endpoint may answer, and the official client tells,', () => {
  const rows = named.flatMap(([name, endpoint]) =>
    commonErrors
      .filter((error) => documents(endpoint.route, error))
      .map((error) => [error, name, endpoint] as const),
  )
  it.each(rows)('%s: %s', async (error, _, endpoint) => {
    const { simulator } = server
    const { answers, provoke = [], caller: traits } = commonRows[error]
    for (const [at, expected] of answers.entries()) {
      const before = simulator.log().length
      provoke[at]?.(simulator)
      const outcome = await outcomeOf(endpoint.call(caller(traits)))
      expectCommon(endpoint.route, expected, outcome)
      const fault = simulator.faultEvents()[at]
      expect(fault?.kind).toBe(expected.fault?.kind)
      expect(fault?.applied).toBe(expected.fault?.applied ?? fault?.applied)
      expect(fault?.applied === true || simulator.log().length === before).toBe(true)
    }
    table.count(endpoint.route, error)
  })
})

describe('one endpoint refuses through the official client', () => {
  const rows = endpoints.flatMap(({ route, refusals = [] }) =>
    refusals.map((refusal) => [refusal.error, refusal.what, route, refusal] as const),
  )
  it.each(rows)('%s: %s, of %s', async (error, _, route, refusal) => {
    server.simulator.seed(refusal.given ?? {})
    const before = server.simulator.log().length
    const outcome = await outcomeOf(refusal.call(caller()))
    expectRefusal(refusal, outcome)
    expect(outcome.status < 300 || server.simulator.log().length === before).toBe(true)
    table.count(route, error)
  })
})

it('every endpoint that is served has its row, and no cell of the table is empty', () => {
  process.stdout.write(`${table.text()}\n`)
  expect(new Set(endpoints.map(({ route }) => route))).toEqual(new Set(served))
  expect(table.empty()).toEqual([])
  expect(table.undocumented()).toEqual([])
})
