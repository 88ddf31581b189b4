/** Signed assertions: who signed, for whom, for how long. */
import { createPublicKey, verify } from 'node:crypto'
import { OAuthError } from '../wire/api-error.ts'
import { isJsonObject, parseExactJson, shown } from '../wire/json.ts'
import type { JsonObject } from '../wire/json.ts'

export interface Assertion {
  /** The consumer key. */
  readonly issuer: string
  /** The username. */
  readonly subject: string
  readonly audience: string
  readonly expiresAt: number
}

export function readAssertion(token: string): Assertion {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const { alg } = decoded(header)
  const claims = decoded(payload)
  if (alg !== 'RS256' || signature === '') throw invalid('invalid assertion')
  return {
    issuer: shown(claims['iss']),
    subject: shown(claims['sub']),
    audience: shown(claims['aud']),
    expiresAt: Number(claims['exp'] ?? Number.NaN) * 1000,
  }
}

export function isSignedBy(token: string, publicKey: string): boolean {
  const dot = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(dot + 1), 'base64url')
  return verify(
    'RSA-SHA256',
    Buffer.from(token.slice(0, dot)),
    createPublicKey(publicKey),
    signature,
  )
}

function decoded(part: string): JsonObject {
  try {
    const value = parseExactJson(Buffer.from(part, 'base64url').toString('utf8'))
    if (isJsonObject(value)) return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalid('invalid assertion')
}

function invalid(description: string): OAuthError {
  return new OAuthError('invalid_grant', description)
}
