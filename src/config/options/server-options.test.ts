import { expect, test } from 'vitest'
import { serverSettings } from '../server-settings.ts'
import { serverOptions } from './server-options.ts'

test('without anything said, it is the loopback and nobody is believed', () => {
  expect(serverSettings(serverOptions.parse({}))).toEqual({
    host: '127.0.0.1',
    port: 4100,
    publicUrl: null,
    runToken: null,
    maxBodyBytes: 1_048_576,
    pathSecret: null,
    basicAuth: null,
    journalAlarm: { ageMs: 3_600_000, bytes: 1_073_741_824 },
    behindTlsProxy: false,
  })
})

test.each([
  ['a path secret that can be guessed', { path_secret: 'short' }, false],
  ['a path secret that a path would change', { path_secret: 'a secret/of a path?' }, false],
  ['a path secret', { path_secret: 'a-secret-of-a-path' }, true],
  ['a short password', { basic_auth: { user: 'crm', password: 'short' } }, false],
  ['a user with a colon', { basic_auth: { user: 'c:m', password: 'long-enough-word' } }, false],
  ['a user and a password', { basic_auth: { user: 'crm', password: 'long-enough-word' } }, true],
  ['a user without a password', { basic_auth: { user: 'crm' } }, false],
  ['no port', { port: 70_000 }, false],
  ['a public address', { public_url: 'https://hooks.acme.example/crm/' }, true],
  ['a public address of this machine', { public_url: 'http://127.0.0.1:4100' }, true],
  ['a public address without TLS', { public_url: 'http://hooks.acme.example' }, false],
  ['a public address with a query', { public_url: 'https://hooks.acme.example/?to=crm' }, false],
  ['a public address with a user', { public_url: 'https://me:you@hooks.acme.example' }, false],
  ['a public address that is none', { public_url: 'hooks.acme.example' }, false],
])('%s: %o is accepted: %s', (_name, options, accepted) => {
  expect(serverOptions.safeParse(options).success).toBe(accepted)
})

test('of a short password it is said what is asked for', () => {
  const basic_auth = { user: 'crm', password: 'short' }
  const { error } = serverOptions.safeParse({ basic_auth })
  expect(error?.issues).toMatchObject([
    { path: ['basic_auth', 'password'], message: 'A password has at least 12 characters.' },
  ])
})

test('a public address has no slash at its end', () => {
  const { publicUrl } = serverSettings(
    serverOptions.parse({ public_url: 'https://acme.example//' }),
  )
  expect(publicUrl).toBe('https://acme.example')
})
