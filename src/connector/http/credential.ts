/** What a request is let in by: one header, whose name and form are the vendor's. */
import { createHash } from 'node:crypto'

export interface Credential {
  /** In lower case: `authorization`. */
  readonly header: string
  readonly value: string
}

export function bearer(token: string): Credential {
  return { header: 'authorization', value: `Bearer ${token}` }
}

/** The credential without what names its scheme: what must appear nowhere (promise 8). */
export function secretOf({ value }: Credential): string {
  return value.slice(value.indexOf(' ') + 1)
}

/** What the vendor counts a credential's requests by, without telling the credential (promise 8). */
export function credentialName(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12)
}
