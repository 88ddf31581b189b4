/** What is right about an answer, as the official client gives it to its caller. */
import { expect } from 'vitest'
import type { Outcome } from './caller.ts'
import { type OwnError, showsRates } from './documented.ts'
import type { Endpoint, Refusal } from './endpoint.ts'
import type { Expected } from './errors-anywhere.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function expectSuccess({ status, shows, route }: Endpoint, outcome: Outcome): void {
  const { surface, headers, body } = outcome
  expect(surface).not.toBe('exception')
  expect(headers['x-hubspot-correlation-id']).toMatch(uuid)
  expectRates(route, outcome)
  if (status === 204) expect(body).toBe(undefined)
  else expect(body).toMatchObject(shows ?? {})
}

/** An error that any endpoint can answer. The client's methods throw it; its plain requests give back whatever comes. */
export function expectCommon(route: string, expected: Expected, outcome: Outcome): void {
  expect(outcome.surface).not.toBe('value')
  expect(outcome.status).toBe(expected.status)
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    expect([name, outcome.headers[name] ?? null]).toEqual([name, value])
  }
  if (expected.rates !== undefined) expectRates(route, outcome, expected.rates)
  if (expected.message === undefined) expectPage(outcome)
  else expectError(outcome, expected)
}

/** An error of the endpoint itself. */
export function expectRefusal(refusal: Refusal, outcome: Outcome): void {
  const status = Number.parseInt(refusal.error, 10)
  expect(outcome.status).toBe(status)
  if (status < 300) return expectPart(refusal, outcome)
  expect(outcome.surface).not.toBe('value')
  expectError(outcome, { ...refusal, category: categoryOf(refusal.error) })
}

/** Some of the batch is done, and each error says of the rest what an error of its own would. */
function expectPart({ body: expected, message }: Refusal, { body, surface }: Outcome): void {
  expect(surface).toBe('value')
  expect(body).toMatchObject({ status: 'COMPLETE', ...expected })
  const { errors } = body as { errors: readonly object[] }
  for (const one of errors) {
    expect(one).toMatchObject({ status: 'error', message: expect.stringMatching(message) })
  }
}

function categoryOf(error: OwnError): string | null {
  if (error === '404') return 'OBJECT_NOT_FOUND'
  if (error === '409') return 'CONFLICT'
  return error === '400 grant' || error === '414 merges' ? null : 'VALIDATION_ERROR'
}

/** What every error says in JSON, and what this one says. */
function expectError(
  { body, headers }: Outcome,
  { message = /./, category = null, body: more }: Pick<Expected, 'message' | 'category' | 'body'>,
): void {
  expect(body).toMatchObject({
    status: 'error',
    message: expect.stringMatching(message),
    correlationId: expect.stringMatching(uuid),
    ...more,
  })
  const said = body as { readonly correlationId: string; readonly category?: string }
  expect(headers['x-hubspot-correlation-id']).toBe(said.correlationId)
  expect(said.category ?? null).toBe(category)
  expect(headers['content-type']).toMatch(/^application\/json/)
}

/** Of a gateway, which knows nothing of HubSpot's limits and correlation ids. */
function expectPage({ body, headers, status }: Outcome): void {
  expect(headers['content-type']).toBe('text/html')
  expect(Object.keys(headers).filter((name) => name.startsWith('x-hubspot'))).toEqual([])
  expect(body).toMatch(new RegExp(`^<html>.*<title>Error ${status}</title>`))
}

const rateHeaders = ['max', 'remaining', 'interval-milliseconds', 'daily', 'daily-remaining']

/** All of the rate headers, those of `rates` with these values; none where the endpoint has none. */
function expectRates(route: string, { headers }: Outcome, rates: Expected['rates'] = {}): void {
  for (const name of rateHeaders) {
    const value = headers[`x-hubspot-ratelimit-${name}`]
    if (showsRates(route)) expect(value ?? '').toMatch(new RegExp(`^${rates[name] ?? '\\d+'}$`))
    else expect(value).toBe(undefined)
  }
}
