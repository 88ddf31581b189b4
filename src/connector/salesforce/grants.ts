/** The form that each way to sign in sends to the token endpoint. */
import { sign } from 'node:crypto'
import { RequestFailure } from '../connector.ts'
import type { SalesforceOptions } from './options.ts'

export interface Grant {
  readonly form: Readonly<Record<string, string>>
  /** What must not be quoted from an answer (promise 8). */
  readonly secrets: readonly string[]
}

const assertionSeconds = 180

/** `now` is in milliseconds; `rotated` is the refresh token that took the place of the configured one. */
export function grantOf(options: SalesforceOptions, now: number, rotated: string | null): Grant {
  const { client_credentials, jwt_bearer, refresh_token, password } = options
  if (client_credentials !== undefined) {
    const form = { grant_type: 'client_credentials', ...client_credentials }
    return { form, secrets: [client_credentials.client_secret] }
  }
  if (jwt_bearer !== undefined) {
    const assertion = assertionOf(jwt_bearer, audienceOf(options), now)
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }
    return { form, secrets: [assertion] }
  }
  if (refresh_token !== undefined) {
    const { client_id, client_secret } = refresh_token
    const token = rotated ?? refresh_token.refresh_token
    const secret = client_secret === undefined ? {} : { client_secret }
    const form = { grant_type: 'refresh_token', client_id, ...secret, refresh_token: token }
    return { form, secrets: [token, ...Object.values(secret)] }
  }
  if (password !== undefined) {
    const { security_token, ...given } = password
    const word = given.password + security_token
    const form = { grant_type: 'password', ...given, password: word }
    return { form, secrets: [word, given.password, given.client_secret] }
  }
  throw new Error('the options give one way to sign in')
}

/** Salesforce takes its own common hosts as audience, whichever host the org has. */
function audienceOf({ login_url, jwt_bearer }: SalesforceOptions): string {
  if (jwt_bearer?.audience !== undefined) return jwt_bearer.audience
  const { hostname } = new URL(login_url)
  const isSandbox = hostname === 'test.salesforce.com' || hostname.includes('.sandbox.')
  return isSandbox ? 'https://test.salesforce.com' : 'https://login.salesforce.com'
}

function assertionOf(
  given: NonNullable<SalesforceOptions['jwt_bearer']>,
  audience: string,
  now: number,
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = {
    iss: given.client_id,
    sub: given.username,
    aud: audience,
    exp: Math.floor(now / 1_000) + assertionSeconds,
  }
  const text = `${part({ alg: 'RS256' })}.${part(claims)}`
  try {
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), given.private_key).toString('base64url')}`
  } catch {
    // What the library says of a key may quote it.
    const message = 'jwt_bearer.private_key is no RSA private key in PEM'
    throw new RequestFailure({ kind: 'auth', reason: 'private_key', message })
  }
}
