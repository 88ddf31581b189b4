import { describe, expect, it } from 'vitest'
import { isLoopback, isSafe } from './safe-address.ts'

describe('an address', () => {
  it.each([
    ['https://api.hubapi.com', true, false],
    ['http://api.hubapi.com', false, false],
    ['http://127.0.0.1:4010', true, true],
    ['http://127.8.0.1', true, true],
    ['http://localhost:4011/', true, true],
    ['http://LOCALHOST', true, true],
    ['http://[::1]:4010', true, true],
    ['https://localhost', true, true],
    ['http://localhost.example.com', false, false],
    ['http://127.0.0.1.example.com', false, false],
    ['http://127.0.0.1@example.com', false, false],
    ['http://10.0.0.1', false, false],
    ['http://0.0.0.0', false, false],
    ['ftp://localhost', false, true],
    ['localhost', false, false],
  ])('%s may get secrets: %j, and is of this machine: %j', (url, safe, local) => {
    expect([isSafe(url), isLoopback(url)]).toEqual([safe, local])
  })
})
