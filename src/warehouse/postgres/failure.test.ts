import { expect, test } from 'vitest'
import { postgresFailure } from './failure.ts'

const serverError = (code: string, details: Record<string, unknown> = {}): Error =>
  Object.assign(new Error('the server says no'), { severity: 'ERROR', code, ...details })

test.each([
  ['42601', 'warehouse.query'],
  ['22P02', 'warehouse.query'],
  ['28P01', 'warehouse.auth'],
  ['28000', 'warehouse.auth'],
  ['42501', 'warehouse.auth'],
  ['3D000', 'warehouse.missing_database'],
  ['40001', 'warehouse.conflict'],
  ['40P01', 'warehouse.conflict'],
  ['42P06', 'warehouse.conflict'],
  ['42P07', 'warehouse.conflict'],
  ['23505', 'warehouse.query'],
  ['53100', 'warehouse.disk_full'],
  ['53300', 'warehouse.unreachable'],
  ['57P01', 'warehouse.unreachable'],
  ['57014', 'warehouse.query'],
  ['08006', 'warehouse.unreachable'],
])('SQLSTATE %s is %s', (state, code) => {
  expect(postgresFailure('db/x', serverError(state)).code).toBe(code)
})

test('two transactions that write one entry of the catalog conflict', () => {
  const twice = serverError('23505', { schema: 'pg_catalog', table: 'pg_namespace' })
  const moved = serverError('XX000', { message: 'tuple concurrently updated' })
  for (const cause of [twice, moved]) {
    expect(postgresFailure('db/x', cause).code).toBe('warehouse.conflict')
  }
  expect(postgresFailure('db/x', serverError('23505', { schema: 'public' })).code).toBe(
    'warehouse.query',
  )
})

test.each(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', undefined])(
  'a connection that ends with %s is unreachable',
  (code) => {
    const error = postgresFailure('db/x', Object.assign(new Error('gone'), { code }))
    expect([error.code, error.message]).toEqual([
      'warehouse.unreachable',
      'PostgreSQL at db/x: gone',
    ])
  },
)

test('several refused addresses are all named', () => {
  const cause = new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')])
  expect(postgresFailure('db/x', cause).message).toContain('refused ::1; refused 127.0.0.1')
})

test('a position becomes a line of the text that the caller wrote', () => {
  const text = 'declare c cursor for select 1,\n  x\nfrom t'
  const prefix = 'declare c cursor for '.length
  const position = `${text.indexOf('x') + 1}`
  const error = postgresFailure('db/x', serverError('42703', { position }), { text, prefix })
  expect(error.place).toEqual({ file: 'query', line: 2 })
  expect(error.message).toContain('(line 2)')
})
