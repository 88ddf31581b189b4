/** Connected apps, users who sign in, and the sessions they get. A session slides: each use makes it last anew. */
import { AuthorizationCodes } from './authorization-codes.ts'

export interface ConnectedApp {
  readonly clientId: string
  readonly clientSecret: string
  /** The user that client credentials act as; without one that flow is off. */
  readonly runAs?: string
  /** The public key, in PEM, that signed assertions are checked with; without one that flow is off. */
  readonly certificate?: string
  /** Usernames that need no consent for signed assertions; everybody where absent. */
  readonly preauthorized?: readonly string[]
  /** Where the web server flow may lead back to; without any that flow is off. */
  readonly callbackUrls?: readonly string[]
  /** Whether using a refresh token replaces it. */
  readonly rotatesRefreshTokens?: boolean
}

/** What signs a user in by password: the password with the security token after it. */
export interface Login {
  readonly username: string
  readonly password: string
}

export interface Session {
  readonly token: string
  readonly userId: string
  /** Null for one that never expires. */
  readonly expiresAt: number | null
}

export interface RefreshToken {
  readonly token: string
  readonly clientId: string
  readonly username: string
}

export class Sessions {
  readonly apps = new Map<string, ConnectedApp>()
  readonly logins = new Map<string, Login>()
  readonly sessions = new Map<string, Session>()
  readonly refreshTokens = new Map<string, RefreshToken>()
  readonly codes = new AuthorizationCodes()
  /** How long a session lives without use. */
  timeoutMs = 2 * 60 * 60_000
  readonly #orgId: string
  #issued = 0

  constructor(orgId: string) {
    this.#orgId = orgId
  }

  open(userId: string, now: number): Session {
    this.#issued += 1
    const secret = `${now.toString(36)}${String(this.#issued).padStart(6, '0')}`
    const token = `${this.#orgId.slice(0, 15)}!AQ${secret}`
    const session = { token, userId, expiresAt: now + this.timeoutMs }
    this.sessions.set(token, session)
    return session
  }

  /** The session of a token, made to last anew; null where there is none, or it has expired. */
  use(token: string, now: number): Session | null {
    const session = this.sessions.get(token)
    if (session === undefined) return null
    if (session.expiresAt === null) return session
    if (session.expiresAt <= now) return null
    const used = { ...session, expiresAt: now + this.timeoutMs }
    this.sessions.set(token, used)
    return used
  }

  /** Ends a session early; those that never expire stay. */
  expire(token: string): void {
    const session = this.sessions.get(token)
    if (session?.expiresAt !== null) this.sessions.delete(token)
  }

  newRefreshToken(clientId: string, username: string, now: number): RefreshToken {
    this.#issued += 1
    const token = `5Aep${now.toString(36)}${String(this.#issued).padStart(6, '0')}`
    const made = { token, clientId, username }
    this.refreshTokens.set(token, made)
    return made
  }
}
