/** Whether whoever sends a webhook, or wants a sync run, knows our secrets. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { WebhookAuth } from '../app/serve/webhook-auth.ts'

/** What a request says of itself. */
export interface Presented {
  readonly connection: string
  readonly secret: string | undefined
  readonly authorization: string | undefined
}

/**
 * - `unknown`: there is nothing here, as far as this sender is concerned.
 * - `unauthorized`: the path is right and the user is not.
 */
export const verdicts = ['accepted', 'unknown', 'unauthorized'] as const
export type Verdict = (typeof verdicts)[number]

/**
 * Everything is compared whatever else is wrong, as digests and in constant time, so that how long a
 * refusal takes tells nothing about how near it came (promise 8). Whether a connection exists is told
 * to those alone who know the secrets.
 */
export function createGate(
  auth: Omit<WebhookAuth, 'signed'>,
  areEqual: typeof timingSafeEqual = timingSafeEqual,
): (presented: Presented) => Verdict {
  const { pathSecret, basicAuth, connections } = auth
  if (pathSecret === null && basicAuth === null) return () => 'unknown'
  const secretDigest = digest(pathSecret ?? '')
  const basicDigest = digest(
    basicAuth === null ? '' : `Basic ${base64(`${basicAuth.user}:${basicAuth.password}`)}`,
  )
  return ({ connection, secret = '', authorization = '' }) => {
    const knowsSecret = areEqual(digest(secret), secretDigest)
    const knowsUser = areEqual(digest(canonical(authorization)), basicDigest)
    const isKnown = connections.has(connection)
    if (!knowsSecret) return 'unknown'
    if (basicAuth !== null && !knowsUser) return 'unauthorized'
    return isKnown ? 'accepted' : 'unknown'
  }
}

export interface PresentedToken {
  readonly authorization: string | undefined
  /** What the header for callers that can't set `authorization` says. */
  readonly secret: string | undefined
}

/** As `createGate`, for the one token by which syncs are run. */
export function createRunGate(
  token: string,
  areEqual: typeof timingSafeEqual = timingSafeEqual,
): (presented: PresentedToken) => Verdict {
  const tokenDigest = digest(token)
  return ({ authorization = '', secret = '' }) => {
    const bearer = authorization.replace(/^bearer +/i, '')
    const isBearer = areEqual(digest(bearer), tokenDigest)
    const isSecret = areEqual(digest(secret), tokenDigest)
    return (isBearer && bearer !== authorization) || isSecret ? 'accepted' : 'unauthorized'
  }
}

/** The scheme in any case, and what follows it as it was sent. */
function canonical(authorization: string): string {
  return authorization.replace(/^basic +/i, 'Basic ')
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
