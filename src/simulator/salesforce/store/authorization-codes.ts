/** The codes that the web server flow hands out: each is good once, for a quarter of an hour. */
import { createHash } from 'node:crypto'

export interface AuthorizationCode {
  readonly clientId: string
  readonly username: string
  /** Must be named again when the code is turned into a token. */
  readonly redirectUri: string
  /** What the verifier must hash to; null for a client that does without. */
  readonly challenge: string | null
  readonly issuedAt: number
}

const lifeMs = 15 * 60_000

export class AuthorizationCodes {
  readonly #codes = new Map<string, AuthorizationCode>()
  #issued = 0

  issue(given: AuthorizationCode): string {
    this.#issued += 1
    const code = `aPrx${given.issuedAt.toString(36)}${String(this.#issued).padStart(6, '0')}`
    this.#codes.set(code, given)
    return code
  }

  /** Null for a code that is unknown, too old, or was redeemed before. */
  redeem(code: string, now: number): AuthorizationCode | null {
    const given = this.#codes.get(code) ?? null
    this.#codes.delete(code)
    return given === null || given.issuedAt + lifeMs <= now ? null : given
  }
}

/** Whether a verifier is the one whose hash the client began with. */
export function isVerified({ challenge }: AuthorizationCode, verifier: string): boolean {
  return (
    challenge === null || createHash('sha256').update(verifier).digest('base64url') === challenge
  )
}
