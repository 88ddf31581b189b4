/** In whose name a record is written, and what the request asked of the rules. */
import type { Call } from '../request/call.ts'
import type { Org } from '../store/org.ts'
import type { Permissions } from '../store/permissions.ts'
import type { WriteOrigin } from '../store/write-log.ts'

export interface WriteContext {
  readonly org: Org
  readonly origin: WriteOrigin
  readonly permissions: Permissions
  /** Whether duplicate rules that only alert let the record through. */
  readonly allowsDuplicates: boolean
  /** The first of these records that somebody who works at the same time wants as well, or null. */
  readonly contended: (ids: readonly string[]) => string | null
}

/** Of a request, which is over before the next one begins. */
export const uncontended = () => null

export function writeContext({ org, origin, permissions, headers }: Call): WriteContext {
  const header = headers['sforce-duplicate-rule-header'] ?? ''
  const allowsDuplicates = /allowsave\s*=\s*true/i.test(header)
  return { org, origin, permissions, allowsDuplicates, contended: uncontended }
}
