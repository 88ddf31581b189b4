import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import type { Desk } from '../app/serve/desk.ts'
import { graceMs } from '../app/run/stop-watch.ts'
import type { Ran } from '../app/serve/sync-runs.ts'
import { isLoopback, startServer } from './start-server.ts'

const secret = {
  pathSecret: 'a-secret-of-a-path',
  basicAuth: null,
  connections: new Set<string>(),
  signed: new Map(),
}

function desk(auth: Desk['auth']): Desk {
  return {
    auth,
    maxBodyBytes: 1000,
    receive: async () => 'kept',
    runs: null,
    badSyncs: 0,
    requireReady: async () => ({ entries: 0, bytes: 0, oldest: null, ageMs: 0, excess: null }),
  }
}

const everywhere = { host: '0.0.0.0', port: 0, behindTlsProxy: true }

test.each([
  ['without a proxy', { ...everywhere, behindTlsProxy: false }, secret, /behind_tls_proxy/],
  ['without a secret', everywhere, { ...secret, pathSecret: null }, /path_secret/],
])('an address that others reach is refused %s', async (_name, place, auth, told) => {
  const refusal = startServer(desk(auth), place)
  await expect(refusal).rejects.toMatchObject({ code: 'server.exposed', kind: 'config' })
  await expect(refusal).rejects.toThrow(told)
})

test('behind a proxy and with a secret any address will do', async () => {
  const { url, close } = await startServer(desk(secret), everywhere)
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  await close()
  await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed')
})

test('who waits for a run is answered while that may still end', async () => {
  const asked = Promise.withResolvers<void>()
  const end = Promise.withResolvers<Ran>()
  const run = (): Promise<Ran> => {
    asked.resolve()
    return end.promise
  }
  const place = { host: '127.0.0.1', port: 0, behindTlsProxy: false }
  const runs = { token: 'a-token', run }
  const { url, close } = await startServer({ ...desk(secret), runs }, place)
  const answer = fetch(`${url}/syncs/crm/run`, {
    method: 'POST',
    headers: { 'x-sync-secret': 'a-token' },
  })
  await asked.promise
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closed = close()
  vi.advanceTimersByTime(graceMs)
  vi.useRealTimers()
  end.resolve({ exitCode: 5, errorCode: 'app.stopped', isCancelled: false, document: '{}' })
  const { status, headers } = await answer
  expect([status, headers.get('retry-after')]).toEqual([503, '30'])
  await closed
})

test('a port that is taken is told by name', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const refusal = startServer(desk(secret), { host: '127.0.0.1', port, behindTlsProxy: false })
  await expect(refusal).rejects.toMatchObject({ code: 'server.address' })
  other.close()
})

test.each([
  ['127.0.0.1', true],
  ['127.5.5.5', true],
  ['::1', true],
  ['localhost', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['128.0.0.1', false],
  ['example.com', false],
])('%s is of the loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
