/** One exchange with a local CRM, free of sockets: what came in, what goes out, and what the network does to it. */

export interface SimRequest {
  readonly method: string
  /** Path and query, e.g. `/crm/v3/objects/contacts?limit=10`. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface SimResponse {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * - `ok`: the response arrives.
 * - `drop_before`: the connection is reset before the request was read; nothing is applied.
 * - `drop_after`: the request is applied, then the connection is reset.
 * - `apply_late`: the connection is reset now and the request is applied some time later.
 */
export const connectionFates = ['ok', 'drop_before', 'drop_after', 'apply_late'] as const
export type ConnectionFate = (typeof connectionFates)[number]

export interface SimResult {
  /** What the CRM answers; it never reaches the caller unless `connection` is `ok`. */
  readonly response: SimResponse
  /** How long the answer, or the reset, takes to arrive. */
  readonly delayMs: number
  readonly connection: ConnectionFate
}
