import { expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../app/system-clock.ts'
import { openWarehouse, warehouses, warehouseTypes } from './registry.ts'

const context = { clock: systemClock, directory: '/' }

interface OptionSchema {
  readonly properties: Record<string, { readonly description?: string; readonly secret?: boolean }>
}

const schemaOf = (type: (typeof warehouseTypes)[number]): OptionSchema =>
  z.toJSONSchema(warehouses.get(type)?.options ?? z.never(), {
    io: 'input',
  }) as unknown as OptionSchema

test.each(warehouseTypes)('every option of %s is described', (type) => {
  const options = Object.entries(schemaOf(type).properties)
  expect(options.length).toBeGreaterThan(0)
  expect(options.filter(([, option]) => !option.description)).toEqual([])
})

test('the url of PostgreSQL is marked as secret', () => {
  expect(schemaOf('postgres').properties.url?.secret).toBe(true)
})

test('options are checked and their defaults filled in', async () => {
  expect(warehouses.get('duckdb')?.options.parse({ path: 'a.duckdb' })).toEqual({
    path: 'a.duckdb',
    create: false,
    memory_limit: '256MB',
    wait_for_lock: 10,
    install_extensions: false,
  })
  await expect(
    openWarehouse('duckdb', { path: 'a', memory_limit: 'much' }, context),
  ).rejects.toThrow(/256MB/)
  await expect(openWarehouse('postgres', { url: 'http://x' }, context)).rejects.toThrow(
    /postgresql:/,
  )
})

test('each type opens with its own dialect, without connecting', async () => {
  const duckdb = await openWarehouse('duckdb', { path: 'not-there.duckdb' }, context)
  const postgres = await openWarehouse(
    'postgres',
    { url: 'postgres://nobody@127.0.0.1:1/x' },
    context,
  )
  expect([duckdb.dialect.name, postgres.dialect.name]).toEqual(['duckdb', 'postgres'])
  await Promise.all([duckdb.close(), postgres.close()])
})

test('an unknown type is refused', async () => {
  await expect(openWarehouse('oracle', {}, context)).rejects.toThrow(/oracle/)
})
