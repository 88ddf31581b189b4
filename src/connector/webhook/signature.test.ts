import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { webhookOptions, type WebhookOptions } from './options.ts'
import { isSigned } from './signature.ts'

const secret = 'a-secret-of-a-sender'
const body = Buffer.from('{"a":"é"}')
const now = Date.parse('2026-11-22T12:00:00Z')
const seconds = String(now / 1_000)

type Signature = WebhookOptions['signature']
const { signature: declaration } = webhookOptions.shape

function terms(more: object = {}): Signature {
  return declaration.parse({ secret, header: 'X-Signature', ...more })
}

function hmac(encoding: 'hex' | 'base64', ...parts: readonly (string | Buffer)[]): string {
  const made = createHmac('sha256', secret)
  for (const part of parts) made.update(part)
  return made.digest(encoding)
}

const timestamp = { header: 'X-Time', within_seconds: 300 }
const dated = `${seconds}.`
const hex = hmac('hex', body)

test.each<[string, object, Record<string, string>, boolean]>([
  ['in hex', {}, { 'x-signature': hex }, true],
  ['in capitals', {}, { 'x-signature': hex.toUpperCase() }, true],
  ['in base64', { encoding: 'base64' }, { 'x-signature': hmac('base64', body) }, true],
  [
    'in base64 of another case',
    { encoding: 'base64' },
    { 'x-signature': hmac('base64', body).toLowerCase() },
    false,
  ],
  ['behind a prefix', { prefix: 'sha256=' }, { 'x-signature': `sha256=${hex}` }, true],
  ['without its prefix', { prefix: 'sha256=' }, { 'x-signature': hex }, false],
  ['behind a prefix that it has not', {}, { 'x-signature': `sha256=${hex}` }, false],
  ['cut short', {}, { 'x-signature': hex.slice(0, 32) }, false],
  ['of another body', {}, { 'x-signature': hmac('hex', 'other') }, false],
  ['empty', {}, { 'x-signature': '' }, false],
  ['not there', {}, {}, false],
  ['in another header', {}, { signature: hex }, false],
  [
    'with its time',
    { timestamp },
    { 'x-signature': hmac('hex', dated, body), 'x-time': seconds },
    true,
  ],
  [
    'with a time that is not signed',
    { timestamp },
    { 'x-signature': hex, 'x-time': seconds },
    false,
  ],
  ['without its time', { timestamp }, { 'x-signature': hmac('hex', '.', body) }, false],
  [
    'with another time',
    { timestamp },
    { 'x-signature': hmac('hex', dated, body), 'x-time': String(now / 1_000 + 1) },
    false,
  ],
  [
    'with a time in its own form',
    { timestamp, signed: 'v0:{timestamp}:{body}' },
    { 'x-signature': hmac('hex', `v0:${seconds}:`, body), 'x-time': seconds },
    true,
  ],
  [
    'with a time that is no time',
    { timestamp },
    { 'x-signature': hmac('hex', 'soon.', body), 'x-time': 'soon' },
    false,
  ],
])('a signature %s', (_how, more, headers, expected) => {
  expect(isSigned(terms(more), headers, body, now)).toBe(expected)
})

test.each([
  [-301_000, false],
  [-300_000, true],
  [0, true],
  [300_000, true],
  [301_000, false],
])('what was signed %d ms from now is believed: %j', (ms, expected) => {
  const time = String((now + ms) / 1_000)
  const headers = { 'x-signature': hmac('hex', `${time}.`, body), 'x-time': time }
  expect(isSigned(terms({ timestamp }), headers, body, now)).toBe(expected)
})

test.each([
  [{ signed: 'only {timestamp}' }, '`signed` contains `{body}` once.'],
  [{ signed: '{timestamp}.{body}' }, 'a time that is not signed proves nothing'],
  [{ signed: '{body}', timestamp }, 'a time that is not signed proves nothing'],
])('%j is no way to sign', (more, message) => {
  expect(() => terms(more)).toThrow(message)
})
