import { describe, expect, it } from 'vitest'
import { postgresPlace, postgresUrl } from './postgres-url.ts'

describe('an address of PostgreSQL', () => {
  it.each([
    ['postgresql://me:a-word@host:5433/shop', 'host:5433/shop', 'a-word'],
    ['postgres://host/shop?sslmode=verify-full', 'host/shop', ''],
    ['postgresql://me:a-word@/shop?host=/cloudsql/p:r:i', '/cloudsql/p:r:i/shop', 'a-word'],
    ['postgresql://me:a-word@localhost/shop?host=/run/pg', '/run/pg/shop', 'a-word'],
    ['postgresql:///shop?host=/run/pg', '/run/pg/shop', ''],
  ])('%s leads to %s', (text, place, password) => {
    expect(postgresPlace(text)).toBe(place)
    expect(postgresUrl(text)?.password).toBe(password)
  })

  it.each(['shop', '', 'postgresql://me:a-word@host:port/shop'])('%j is none', (text) => {
    expect(postgresPlace(text)).toBeNull()
  })
})
