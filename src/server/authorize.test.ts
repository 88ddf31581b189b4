import { timingSafeEqual } from 'node:crypto'
import { expect, test } from 'vitest'
import type { WebhookAuth as AllAuth } from '../app/serve/webhook-auth.ts'
import { createGate, createRunGate, type Presented } from './authorize.ts'

type WebhookAuth = Omit<AllAuth, 'signed'>

const pathSecret = 'a-secret-of-a-path'
const basicAuth = { user: 'pipedrive', password: 'pass:wörd-of-twelve' }
const connections = new Set(['crm'])
const header = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const authorization = header(basicAuth.user, basicAuth.password)
const right: Presented = { connection: 'crm', secret: pathSecret, authorization }

const both: WebhookAuth = { pathSecret, basicAuth, connections }
const path: WebhookAuth = { pathSecret, basicAuth: null, connections }
const basic: WebhookAuth = { pathSecret: null, basicAuth, connections }
const none: WebhookAuth = { pathSecret: null, basicAuth: null, connections }

const noAuthorization = { authorization: undefined }
const noSecret = { secret: undefined }

const cases: readonly [string, WebhookAuth, Partial<Presented>, string][] = [
  ['both secrets', both, {}, 'accepted'],
  ['a wrong path', both, { secret: `${pathSecret}x` }, 'unknown'],
  ['a path in other case', both, { secret: pathSecret.toUpperCase() }, 'unknown'],
  ['no path', both, noSecret, 'unknown'],
  ['a wrong path and no user', both, { secret: 'x', ...noAuthorization }, 'unknown'],
  ['no user', both, noAuthorization, 'unauthorized'],
  ['a wrong password', both, { authorization: header('pipedrive', 'x') }, 'unauthorized'],
  ['a wrong user', both, { authorization: header('x', basicAuth.password) }, 'unauthorized'],
  [
    'another scheme',
    both,
    { authorization: authorization.replace('Basic', 'Bearer') },
    'unauthorized',
  ],
  [
    'the scheme in lower case',
    both,
    { authorization: authorization.replace('B', 'b') },
    'accepted',
  ],
  ['another connection', both, { connection: 'other' }, 'unknown'],
  ['a name that every object has', both, { connection: 'constructor' }, 'unknown'],
  ['a path where that is all', path, noAuthorization, 'accepted'],
  ['a user that nobody asked for', path, { authorization: header('x', 'y') }, 'accepted'],
  ['a user where that is all', basic, noSecret, 'accepted'],
  ['a path that nobody asked for', basic, {}, 'unknown'],
  [
    'another connection, to one who is believed',
    basic,
    { ...noSecret, connection: 'x' },
    'unknown',
  ],
  [
    'another connection, to a stranger',
    basic,
    { ...noSecret, ...noAuthorization, connection: 'x' },
    'unauthorized',
  ],
  ['nothing where nothing is set', none, { ...noSecret, ...noAuthorization }, 'unknown'],
  ['empty secrets where nothing is set', none, { secret: '', authorization: '' }, 'unknown'],
]

test.each(cases)('%s', (_name, auth, presented, verdict) => {
  expect(createGate(auth)({ ...right, ...presented })).toBe(verdict)
})

test.each(cases.filter(([, auth]) => auth !== none))(
  'every secret is compared in constant time, whatever else is wrong: %s',
  (_name, auth, presented) => {
    const lengths: number[][] = []
    const gate = createGate(auth, (a, b) => {
      lengths.push([a.byteLength, b.byteLength])
      return timingSafeEqual(a, b)
    })
    gate({ ...right, ...presented })
    expect(lengths).toEqual([
      [32, 32],
      [32, 32],
    ])
  },
)

const token = 'a-token-for-runs'
test.each([
  ['as a bearer', { authorization: `Bearer ${token}`, secret: undefined }, 'accepted'],
  ['with the scheme in lower case', { authorization: `bearer  ${token}`, secret: '' }, 'accepted'],
  ['in its own header', { authorization: 'Basic eDp5', secret: token }, 'accepted'],
  ['by another scheme', { authorization: `Basic ${token}`, secret: undefined }, 'unauthorized'],
  ['without a scheme', { authorization: token, secret: undefined }, 'unauthorized'],
  ['in part', { authorization: 'Bearer a-token', secret: 'a-token' }, 'unauthorized'],
  ['not at all', { authorization: undefined, secret: undefined }, 'unauthorized'],
])('the token for runs told %s', (_how, presented, verdict) => {
  const lengths: number[][] = []
  const gate = createRunGate(token, (a, b) => {
    lengths.push([a.byteLength, b.byteLength])
    return timingSafeEqual(a, b)
  })
  expect(gate(presented)).toBe(verdict)
  // Everything is compared in constant time, whatever else is wrong.
  expect(lengths).toEqual([
    [32, 32],
    [32, 32],
  ])
})
