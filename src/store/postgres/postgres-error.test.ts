import { expect, test } from 'vitest'
import { ledgerErrors } from '../../ledger/errors.ts'
import { ledgerPurpose } from '../../ledger/ledger-purpose.ts'
import { ExpectationFailed } from '../store.ts'
import { isConflict, isOfConnection, postgresError } from './postgres-error.ts'

function serverError(code: string): Error {
  return Object.assign(new Error('said'), { code })
}

test.each([
  ['ECONNREFUSED', 'ledger.unreachable'],
  ['ENOTFOUND', 'ledger.unreachable'],
  ['08006', 'ledger.unreachable'],
  ['57P01', 'ledger.unreachable'],
  ['57P03', 'ledger.unreachable'],
  ['53300', 'ledger.unreachable'],
  ['28P01', 'ledger.refused'],
  ['28000', 'ledger.refused'],
  ['3D000', 'ledger.not_writable'],
  ['42501', 'ledger.not_writable'],
  ['25006', 'ledger.not_writable'],
  ['53100', 'ledger.disk_full'],
  ['55P03', 'ledger.locked'],
  ['40001', 'ledger.locked'],
  ['58030', 'ledger.disk'],
  ['XX001', 'ledger.damaged'],
  ['23505', 'ledger.statement'],
  ['42601', 'ledger.statement'],
])('%s is %s, and the message names the place', (code, expected) => {
  const error = postgresError(serverError(code), 'host/database', ledgerPurpose)
  expect(error).toMatchObject({ code: expected })
  expect(error.message).toBe('The state in host/database: said.')
})

test('an error without a code is of the connection', () => {
  const error = postgresError(new Error('Connection terminated'), 'host/database', ledgerPurpose)
  expect(error).toMatchObject({ code: 'ledger.unreachable' })
})

test('errors of our own stay what they are', () => {
  const expectation = new ExpectationFailed(0, 1, 0)
  expect(postgresError(expectation, 'host', ledgerPurpose)).toBe(expectation)
  const busy = ledgerErrors.busy({ message: 'held' })
  expect(postgresError(busy, 'host', ledgerPurpose)).toBe(busy)
})

test('only serialization failures and deadlocks are tried again', () => {
  const codes = ['40001', '40P01', '40003', '23505', 'ECONNRESET']
  expect(codes.filter((code) => isConflict(serverError(code)))).toEqual(['40001', '40P01'])
})

test('a connection that failed is told from what the server said on it', () => {
  const lost = [serverError('ECONNRESET'), new Error('Query read timeout')]
  const said = [serverError('23505'), new ExpectationFailed(0, 1, 0)]
  expect([...lost, ...said].map(isOfConnection)).toEqual([true, true, false, false])
})
