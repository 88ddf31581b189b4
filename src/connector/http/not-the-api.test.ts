import { expect, it } from 'vitest'
import { unreadable } from './json.ts'
import { httpReason } from './not-the-api.ts'

const page = '\n<!doctype html><title>Sign in</title>'

it.each([
  [301, '', 'not_the_api'],
  [302, page, 'not_the_api'],
  [308, '{}', 'not_the_api'],
  [200, page, 'not_the_api'],
  [404, page, 'not_the_api'],
  [405, page, 'not_the_api'],
  [404, '', 'HTTP 404'],
  [300, '[]', 'HTTP 300'],
  [304, '', 'HTTP 304'],
  [403, page, 'HTTP 403'],
  [429, page, 'HTTP 429'],
  [502, page, 'HTTP 502'],
])('%d with the body %j is told by %s', (status, body, reason) => {
  expect(httpReason({ status, body })).toBe(reason)
})

it('a page where JSON was wanted is told from JSON of another shape', () => {
  const reasons = [page, '[]', ''].map((body) => unreadable('X', { status: 200, body }, 'x').reason)
  expect(reasons).toEqual(['not_the_api', 'unreadable', 'unreadable'])
})
