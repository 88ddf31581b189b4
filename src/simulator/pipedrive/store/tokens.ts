/** Who may call: API tokens of users, and OAuth apps whose access tokens expire. */
import { unauthorized } from '../wire/api-error.ts'

export type Scopes = 'all' | readonly string[]

export interface ApiToken {
  readonly token: string
  readonly userId: string
}

export interface OAuthApp {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
}

export interface RefreshToken {
  readonly token: string
  readonly clientId: string
  readonly userId: string
  readonly usedAt: number
}

export interface AccessToken {
  readonly token: string
  readonly clientId: string
  readonly userId: string
  readonly expiresAt: number
}

export interface AuthorizationCode {
  readonly code: string
  readonly clientId: string
  readonly userId: string
  readonly redirectUri: string
  readonly expiresAt: number
}

/** The authenticated caller: whom it acts for, what it may do, and whose burst limit it uses. */
export interface Caller {
  readonly kind: 'token' | 'oauth'
  readonly token: string
  readonly userId: string
  readonly scopes: Scopes
}

export const accessTokenSeconds = 3599
const day = 86_400_000
const refreshLifeMs = 60 * day
const codeLifeMs = 300_000

export class Tokens {
  readonly apiTokens = new Map<string, ApiToken>()
  readonly apps = new Map<string, OAuthApp>()
  readonly refreshTokens = new Map<string, RefreshToken>()
  readonly accessTokens = new Map<string, AccessToken>()
  readonly codes = new Map<string, AuthorizationCode>()
  readonly #random: () => number

  constructor(random: () => number) {
    this.#random = random
  }

  /** The API token counts where both are sent. */
  authenticate(
    headers: Readonly<Record<string, string>>,
    query: URLSearchParams,
    now: number,
  ): Caller {
    const given = headers['x-api-token'] ?? query.get('api_token')
    if (given !== null) {
      const known = this.apiTokens.get(given)
      if (known === undefined) throw unauthorized()
      return { kind: 'token', token: given, userId: known.userId, scopes: 'all' }
    }
    const bearer = /^Bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1]
    const access = bearer === undefined ? undefined : this.accessTokens.get(bearer)
    const app = access === undefined ? undefined : this.apps.get(access.clientId)
    if (access === undefined || app === undefined || access.expiresAt <= now) throw unauthorized()
    return { kind: 'oauth', token: access.token, userId: access.userId, scopes: app.scopes }
  }

  issueAccess({ clientId, userId }: RefreshToken, now: number): AccessToken {
    const expiresAt = now + accessTokenSeconds * 1000
    const issued = { token: this.#secret('access'), clientId, userId, expiresAt }
    this.accessTokens.set(issued.token, issued)
    return issued
  }

  issueRefresh(clientId: string, userId: string, now: number): RefreshToken {
    const issued = { token: this.#secret('refresh'), clientId, userId, usedAt: now }
    this.refreshTokens.set(issued.token, issued)
    return issued
  }

  /** The refresh token, alive for another while; null where it is unknown or was unused for too long. */
  useRefresh(token: string, clientId: string, now: number): RefreshToken | null {
    const known = this.refreshTokens.get(token)
    if (known === undefined || known.clientId !== clientId) return null
    if (now - known.usedAt >= refreshLifeMs) return null
    const used = { ...known, usedAt: now }
    this.refreshTokens.set(token, used)
    return used
  }

  /** What a user's consent in the browser gives the app. */
  issueCode({ clientId, redirectUri }: OAuthApp, userId: string, now: number): string {
    const code = this.#secret('code')
    this.codes.set(code, { code, clientId, userId, redirectUri, expiresAt: now + codeLifeMs })
    return code
  }

  /** Takes a code, which works once; null where it does not. */
  useCode(code: string, clientId: string, redirectUri: string, now: number) {
    const known = this.codes.get(code)
    if (known === undefined || known.clientId !== clientId) return null
    this.codes.delete(code)
    return known.redirectUri === redirectUri && known.expiresAt > now ? known : null
  }

  /** Ends an access token before its time. API tokens don't expire. */
  expire(token: string, now: number): void {
    const access = this.accessTokens.get(token)
    if (access !== undefined) this.accessTokens.set(token, { ...access, expiresAt: now })
  }

  /** Without its refresh token an app is uninstalled for this user: its access tokens end, too. */
  revoke(token: string): void {
    this.accessTokens.delete(token)
    const refresh = this.refreshTokens.get(token)
    if (refresh === undefined) return
    this.refreshTokens.delete(token)
    for (const { token: access, clientId, userId } of this.accessTokens.values()) {
      if (clientId === refresh.clientId && userId === refresh.userId) {
        this.accessTokens.delete(access)
      }
    }
  }

  #secret(kind: string): string {
    const digits = Array.from({ length: 24 }, () => Math.floor(this.#random() * 36).toString(36))
    return `local-${kind}-${digits.join('')}`
  }
}
