import { expect, test } from 'vitest'
import { SynclineError } from '../../model/error.ts'
import { ledgerPurpose } from '../../ledger/ledger-purpose.ts'
import { ExpectationFailed } from '../store.ts'
import { errorFrom, failureFrom } from './failure.ts'

test.each([
  [5, 'ledger.locked'],
  [261, 'ledger.locked'],
  [517, 'ledger.locked'],
  [6, 'ledger.locked'],
  [13, 'ledger.disk_full'],
  [8, 'ledger.not_writable'],
  [1032, 'ledger.not_writable'],
  [14, 'ledger.not_writable'],
  [3, 'ledger.not_writable'],
  [26, 'ledger.foreign'],
  [11, 'ledger.damaged'],
  [10, 'ledger.disk'],
  [1034, 'ledger.disk'],
  [1, 'ledger.statement'],
  [2067, 'ledger.statement'],
])('SQLite code %i is %s, and the message names the file', (code, expected) => {
  const error = errorFrom(
    { kind: 'sqlite', code, message: 'said' },
    '/a/state.sqlite',
    ledgerPurpose,
  )
  expect(error).toBeInstanceOf(SynclineError)
  expect(error).toMatchObject({ code: expected })
  expect(error.message).toMatch(/\/a\/state\.sqlite.*said/)
})

test.each([
  [4874, false],
  [778, true],
  [4618, true],
  [14, true],
  [8, true],
])('SQLite code %i is a full disk where nothing has room (statfs says %s)', (code, isFull) => {
  const failure = { kind: 'sqlite', code, message: 'said' } as const
  const error = errorFrom(failure, '/a/state.sqlite', ledgerPurpose, () => isFull)
  expect(error).toMatchObject({ code: 'ledger.disk_full' })
  expect(error.message).toContain('no room for /a/state.sqlite to grow')
})

test('an error of another kind is no full disk, however full it is', () => {
  const failure = { kind: 'sqlite', code: 11, message: 'said' } as const
  const error = errorFrom(failure, '/a/state.sqlite', ledgerPurpose, () => true)
  expect(error).toMatchObject({ code: 'ledger.damaged' })
})

test('an expectation crosses the thread boundary with its numbers', () => {
  const failure = failureFrom(new ExpectationFailed(2, 1, 0))
  expect(failure).toEqual({ kind: 'expectation', index: 2, expected: 1, affected: 0 })
  const error = errorFrom(failure, 'file', ledgerPurpose)
  expect(error).toBeInstanceOf(ExpectationFailed)
  expect(error).toMatchObject({ index: 2, expected: 1, affected: 0 })
})

test('what was thrown by no database is a bug with its message', () => {
  const error = errorFrom(failureFrom(new TypeError('no such thing')), 'file', ledgerPurpose)
  expect(error).toMatchObject({ code: 'ledger.statement', kind: 'bug' })
  expect(error.message).toContain('no such thing')
})
