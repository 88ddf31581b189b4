/** One endpoint as a row of the table: how the client calls it, and how it can be refused there alone. */
import { expect } from 'vitest'
import type { PortalState } from '../../src/simulator/hubspot/state.ts'
import type { Call, Outcome } from './caller.ts'
import type { OwnError } from './documented.ts'

export interface Endpoint {
  /** As the local HubSpot's routes write it: `GET /crm/v3/objects/:type`. */
  readonly route: string
  /** Tells one way to call it from another. */
  readonly way?: string
  /** What succeeds in the portal of the table. */
  readonly call: Call
  readonly status: 200 | 201 | 204
  /** A part of the answer. */
  readonly shows?: object
  readonly pages?: Pages
  readonly refusals?: readonly Refusal[]
}

export interface Refusal {
  readonly error: OwnError
  readonly what: string
  readonly call: Call
  readonly message: RegExp
  /** More of the body: of the whole answer, in a 207 too. */
  readonly body?: object
  /** Added to the portal before the call. */
  readonly given?: Partial<PortalState>
}

/** Both ends of a list that comes in two pages. */
export interface Pages {
  readonly first: Call
  readonly next: (after: string) => Call
  /** The ids of a page and where the next begins. */
  readonly read: (outcome: Outcome) => Page
  readonly ids: readonly string[]
  /** Whether the first page has the address of the next. */
  readonly linked: boolean
  readonly given?: Partial<PortalState>
}

export interface Page {
  readonly ids: readonly string[]
  readonly next: { readonly after?: string; readonly link?: string } | undefined
}

/** What the first of two pages says of the next. */
export function nextPage({ linked }: Pages, url: string): Page['next'] {
  const after: string = expect.stringMatching(/./)
  return linked ? { after, link: expect.stringMatching(new RegExp(`^${url}/.*after=`)) } : { after }
}

/** `refused('400 limit', 'more than 100 inputs', ({ client }) => …, /maximum/)` */
export function refused(
  error: OwnError,
  what: string,
  call: Call,
  message: RegExp,
  more: Pick<Refusal, 'body' | 'given'> = {},
): Refusal {
  return { error, what, call, message, ...more }
}

/** As most lists are: `results`, and `paging` beside them. */
export function pageOf({ body }: Outcome): Page {
  const { results, paging } = body as {
    results: readonly { readonly id: string }[]
    paging?: { readonly next?: Page['next'] }
  }
  return { ids: results.map(({ id }) => id), next: paging?.next }
}
