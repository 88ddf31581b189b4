/** One endpoint of the local Salesforce, as data. */
import { segmentsOf } from '../../router.ts'
import type { Call, Reply } from './call.ts'
import type { Operation } from './operations.ts'

export interface Route {
  readonly method: string
  readonly segments: readonly string[]
  readonly operation: Operation
  /** Needs no session and does not count. */
  readonly open: boolean
  readonly handle: (call: Call) => Reply<object>
}

/** `route('GET /services/data/:version/sobjects', 'describe', describeGlobal)` */
export function route(
  methodAndPath: string,
  operation: Operation,
  handle: (call: Call) => Reply<object>,
  open = false,
): Route {
  const [method = '', path = ''] = methodAndPath.split(' ')
  return { method, segments: segmentsOf(path), operation, open, handle }
}
