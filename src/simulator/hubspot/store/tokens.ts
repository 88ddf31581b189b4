/** Who may call: private-app tokens that last, and OAuth apps whose access tokens expire. */
import { badToken, expiredToken } from '../wire/api-error.ts'

export type Scopes = 'all' | readonly string[]

export interface PrivateApp {
  readonly token: string
  readonly name: string
  readonly scopes: Scopes
}

export interface OAuthApp {
  readonly clientId: string
  readonly clientSecret: string
  readonly appId: number
  readonly scopes: Scopes
}

export interface RefreshToken {
  readonly token: string
  readonly clientId: string
  readonly userId: number
}

export interface AccessToken {
  readonly token: string
  readonly clientId: string
  readonly userId: number
  readonly expiresAt: number
}

export interface AuthorizationCode {
  readonly code: string
  readonly clientId: string
  readonly expiresAt: number
  readonly used: boolean
}

/** The authenticated caller: what it may do, and whose rate limit it uses. */
export interface Caller {
  readonly kind: 'private' | 'oauth'
  /** Key of the burst limit: the private app or the OAuth app. */
  readonly app: string
  readonly appName: string
  readonly scopes: Scopes
  readonly token: string
}

export const accessTokenSeconds = 1800

export class Tokens {
  readonly privateApps = new Map<string, PrivateApp>()
  readonly apps = new Map<string, OAuthApp>()
  readonly refreshTokens = new Map<string, RefreshToken>()
  readonly accessTokens = new Map<string, AccessToken>()
  readonly codes = new Map<string, AuthorizationCode>()
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** Refuses a request whose `Authorization` header names nobody, or somebody of the past. */
  authenticate(header: string | undefined, now: number): Caller {
    const token = /^Bearer (\S+)$/i.exec(header ?? '')?.[1]
    if (token === undefined) throw badToken()
    const app = this.privateApps.get(token)
    if (app !== undefined) {
      return {
        kind: 'private',
        app: `private:${app.name}`,
        appName: app.name,
        scopes: app.scopes,
        token,
      }
    }
    const access = this.accessTokens.get(token)
    const oauth = access === undefined ? undefined : this.apps.get(access.clientId)
    if (access === undefined || oauth === undefined) throw badToken()
    if (access.expiresAt <= now) throw expiredToken(access.expiresAt, now)
    const name = `oauth:${oauth.clientId}`
    return { kind: 'oauth', app: name, appName: name, scopes: oauth.scopes, token }
  }

  issueAccess(clientId: string, userId: number, now: number): AccessToken {
    const token = this.#secret('access')
    const issued = { token, clientId, userId, expiresAt: now + accessTokenSeconds * 1000 }
    this.accessTokens.set(token, issued)
    return issued
  }

  issueRefresh(clientId: string, userId: number): RefreshToken {
    const issued = { token: this.#secret('refresh'), clientId, userId }
    this.refreshTokens.set(issued.token, issued)
    return issued
  }

  /** What a person's consent in the browser would give the app. */
  issueCode(clientId: string, now: number): string {
    const code = this.#secret('code')
    this.codes.set(code, { code, clientId, expiresAt: now + 600_000, used: false })
    return code
  }

  useCode(code: AuthorizationCode): void {
    this.codes.set(code.code, { ...code, used: true })
  }

  /** Ends an access token before its time. Private-app tokens don't expire. */
  expire(token: string, now: number): void {
    const access = this.accessTokens.get(token)
    if (access !== undefined) this.accessTokens.set(token, { ...access, expiresAt: now })
  }

  #secret(kind: string): string {
    const digits = Array.from({ length: 24 }, () => Math.floor(this.#random() * 36).toString(36))
    return `local-${kind}-${digits.join('')}`
  }
}

export function hasScope(scopes: Scopes, wanted: readonly string[]): boolean {
  return wanted.length === 0 || scopes === 'all' || wanted.some((scope) => scopes.includes(scope))
}
