import { expect, it } from 'vitest'
import { type FailureKind, notTheApi, RequestFailure } from '../connector/connector.ts'
import { failuresToldBy } from './failures.ts'
import { pullErrors } from './pull/errors.ts'

it.each<[FailureKind, string]>([
  ['unknown', 'pull.unreachable'],
  ['invalid', 'pull.unreachable'],
  ['unavailable', 'pull.unreachable'],
])('an answer that is no API’s, of kind %s, leads to the address', (kind, code) => {
  const sync = { name: 'crm', crm: 'pipes' }
  const failure = new RequestFailure({ kind, reason: notTheApi, message: 'X answered 302' })
  const error = failuresToldBy(pullErrors).failureError({ sync }, failure)
  expect(error).toMatchObject({ code, message: 'Sync crm, connection pipes: X answered 302' })
  expect(error.remedy).toContain('does not look like the CRM’s API')
  expect(error.remedy).toContain('`base_url`')
})
