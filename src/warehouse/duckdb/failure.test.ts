import { expect, test } from 'vitest'
import { duckDbFailure, duckDbOpenFailure, holderOf } from './failure.ts'

test.each([
  ['Parser Error: syntax error at or near "x"\n\nLINE 12: x\n         ^', 'warehouse.query', 12],
  ['Binder Error: no line here', 'warehouse.query', undefined],
  [
    'IO Error: Could not write file "a.duckdb": No space left on device',
    'warehouse.disk_full',
    undefined,
  ],
  [
    'Out of Memory Error: failed to allocate data of size 32.0 MiB',
    'warehouse.out_of_memory',
    undefined,
  ],
  ['TransactionContext Error: Conflict on update!', 'warehouse.conflict', undefined],
])('%j is %s', (message, code, line) => {
  const error = duckDbFailure(new Error(message))
  expect([error.code, error.place?.line]).toEqual([code, line])
  expect(error.message).toBe(message)
})

test.each([
  [
    'IO Error: The file "a" exists, but it is not a valid DuckDB database file!',
    'warehouse.bad_file',
  ],
  ['IO Error: Cannot open file "a": Permission denied', 'warehouse.auth'],
  ['IO Error: Cannot open file "a": No space left on device', 'warehouse.disk_full'],
])('opening a file with %j is %s', (message, code) => {
  expect(duckDbOpenFailure('a', new Error(message)).code).toBe(code)
})

test.each([
  [
    'IO Error: Could not set lock on file "/a": Conflicting lock is held in /usr/bin/duckdb (PID 12). See also',
    '/usr/bin/duckdb (PID 12)',
  ],
  [
    'IO Error: Could not set lock on file "/a": Conflicting lock is held in PID 12.',
    'another process (PID 12)',
  ],
  [
    'IO Error: Cannot open file "a": The process cannot access the file because it is being used by another process.',
    'another process',
  ],
  ['IO Error: Cannot open file "a": No such file or directory', undefined],
])('%j names its holder as %j', (message, name) => {
  expect(holderOf(new Error(message))?.name).toBe(name)
})
