import { expect, test } from 'vitest'
import { exitCode } from '../cli/exit-code.ts'
import { runStatus } from './run-status.ts'

const ended = { errorCode: null, isCancelled: false }

test.each([
  [exitCode.fine, 200],
  [exitCode.rejected, 422],
  [exitCode.request, 400],
  [exitCode.world, 502],
  [exitCode.guard, 412],
  [exitCode.busy, 409],
  [exitCode.bug, 500],
])('a run with the exit code %d is a %d', (code, status) => {
  expect(runStatus({ ...ended, exitCode: code })).toBe(status)
})

test('every exit code has a status of its own', () => {
  const all = Object.values(exitCode).map((code) => runStatus({ ...ended, exitCode: code }))
  expect(new Set(all).size).toBe(all.length)
})

test.each([
  ['app.unknown_sync', exitCode.request, 404],
  ['app.paused', exitCode.busy, 423],
  ['push.paused', exitCode.busy, 423],
  ['app.stopped', exitCode.busy, 503],
  ['push.exhausted', exitCode.world, 429],
  ['pull.exhausted', exitCode.world, 429],
  ['ledger.busy', exitCode.busy, 409],
])('%s is told from others of its exit code', (errorCode, code, status) => {
  expect(runStatus({ ...ended, errorCode, exitCode: code })).toBe(status)
})

test('what was stopped half-way is to be asked for again, though nothing was wrong', () => {
  expect(runStatus({ ...ended, exitCode: exitCode.fine, isCancelled: true })).toBe(503)
})
