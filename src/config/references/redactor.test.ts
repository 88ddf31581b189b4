import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Redactor } from './redactor.ts'

const secret = 'p/a+ss "wörd"\\?'

describe('Redactor', () => {
  it.each([
    ['itself', secret],
    ['JSON', JSON.stringify({ a: secret })],
    ['JSON inside JSON', JSON.stringify({ a: JSON.stringify({ a: secret }) })],
    ['a URL', `https://x/?q=${encodeURIComponent(secret)}`],
    [
      'a URL in lower case',
      `https://x/?q=${encodeURIComponent(secret).replaceAll('%C3%B6', '%c3%b6').replaceAll('%2F', '%2f').replaceAll('%2B', '%2b').replaceAll('%5C', '%5c').replaceAll('%3F', '%3f')}`,
    ],
    ['a form', new URLSearchParams({ q: secret }).toString()],
    ['base64', Buffer.from(secret).toString('base64')],
    ['base64url', Buffer.from(secret).toString('base64url')],
  ])('replaces a secret in %s', (_, text) => {
    const redactor = new Redactor()
    redactor.add(secret)
    const redacted = redactor.redact(`before ${text} after`)
    expect(redacted).toContain('***')
    expect(redacted).not.toContain(text)
    expect(redacted).toMatch(/^before .* after$/)
  })

  it.each(['a', 'ab', 'abc', 'client-id'])('finds a secret in Basic credentials of %s', (user) => {
    const redactor = new Redactor()
    redactor.add('correct-horse-battery')
    const header = Buffer.from(`${user}:correct-horse-battery`).toString('base64')
    const redacted = redactor.redact(`authorization: Basic ${header}`)
    expect(redacted).toContain('***')
    const left = Buffer.from(redacted.split(' ').at(-1)?.replace('***', '') ?? '', 'base64')
    expect(left.toString()).not.toContain('battery')
  })

  it.each([
    'postgres://me:s3cr%2Ft-word@db/x',
    'postgres://me:s3cr%2Ft-word@/x?host=/run/postgresql',
  ])("replaces a connection URL's password where it stands alone: %s", (url) => {
    const redactor = new Redactor()
    redactor.add(url)
    expect(redactor.redact('failed for s3cr/t-word and s3cr%2Ft-word')).toBe(
      'failed for *** and ***',
    )
    expect(redactor.redact('user me on db')).toBe('user me on db')
  })

  it('replaces the lines of a secret of several lines', () => {
    const redactor = new Redactor()
    redactor.add('-----BEGIN-----\nMIIEvQIBADANBgkq\n-----END-----')
    expect(redactor.redact('bad key line MIIEvQIBADANBgkq here')).toBe('bad key line *** here')
  })

  it('leaves nothing of a secret that begins with another', () => {
    const redactor = new Redactor()
    redactor.add('token')
    redactor.add('token-longer')
    expect(redactor.redact('token-longer token')).toBe('*** ***')
  })

  it('ignores values that are too short to be told from innocent text', () => {
    const redactor = new Redactor()
    redactor.add('abc')
    redactor.add('')
    expect(redactor.redact('abc')).toBe('abc')
  })

  it.each([
    ['token', 'server.run_token is not set, nor tokens', 'server.run_token is not set, nor tokens'],
    ['syncline', 'schema syncline_prod', 'schema syncline_prod'],
    ['1234', '12345 rows, port 41234', '12345 rows, port 41234'],
    ['token', 'Bearer token, "token", me:token@db', 'Bearer ***, "***", me:***@db'],
    ['token', JSON.stringify('\ntoken'), '"\\n***"'],
    ['token', JSON.stringify('\u0001token'), '"\\u0001***"'],
    ['token', '?q=%20token&r=%C3%A4token%20', '?q=%20***&r=%C3%A4***%20'],
    ['1234', '?pin=1234', '?pin=***'],
    ['tok3n', 'run_tok3n', 'run_***'],
    ['horsebattery', 'correcthorsebatterystaple', 'correct***staple'],
  ])('replaces a short word or number only where it stands alone: %s in %s', (...row) => {
    const [hidden, text, expected] = row
    const redactor = new Redactor()
    redactor.add(hidden)
    expect(redactor.redact(text)).toBe(expected)
  })

  it('never lets a secret of four or more letters through', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4, unit: 'grapheme' }), fc.string(), (hidden, around) => {
        fc.pre(!'***'.includes(hidden) && !hidden.includes('*') && !around.includes(hidden))
        const redactor = new Redactor()
        redactor.add(hidden)
        const redacted = redactor.redact(`${around}|${hidden}|${around}`)
        expect(redacted.split('***').join('\0')).not.toContain(hidden)
      }),
    )
  })
})
