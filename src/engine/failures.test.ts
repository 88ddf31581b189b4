import { expect, it } from 'vitest'
import { type FailureKind, notTheApi, RequestFailure } from '../connector/connector.ts'
import { failureError } from './failures.ts'

it.each<[FailureKind, string]>([
  ['unknown', 'pull.unreachable'],
  ['invalid', 'pull.unreachable'],
  ['unavailable', 'pull.unreachable'],
])('an answer that is no API’s, of kind %s, leads to the address', (kind, code) => {
  const sync = { type: 'pull', name: 'crm', crm: 'pipes' } as const
  const failure = new RequestFailure({ kind, reason: notTheApi, message: 'X answered 302' })
  const error = failureError({ sync }, failure)
  expect(error).toMatchObject({ code, message: 'Sync crm, connection pipes: X answered 302' })
  expect(error.remedy).toContain('does not look like the CRM’s API')
  expect(error.remedy).toContain('`base_url`')
})
