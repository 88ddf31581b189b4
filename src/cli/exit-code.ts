/** The one place where errors and reports become exit codes. */
import { type ErrorKind, SynclineError } from '../model/error.ts'

export const exitCode = {
  fine: 0,
  /** More rejected than the sync allows, or `--exit-on-changes` and there are some. */
  rejected: 1,
  /** The request is wrong. */
  request: 2,
  /** The world is unreachable, gives no more today, or does not let us in. */
  world: 3,
  /** A guard stopped it and a person must decide. */
  guard: 4,
  /** Already running, paused or held. */
  busy: 5,
  bug: 70,
} as const

const byKind: Readonly<Record<ErrorKind, number>> = {
  config: exitCode.request,
  auth: exitCode.world,
  unreachable: exitCode.world,
  guard: exitCode.guard,
  busy: exitCode.busy,
  bug: exitCode.bug,
}

export function exitCodeOf(error: unknown): number {
  return error instanceof SynclineError ? byKind[error.kind] : exitCode.bug
}

/** Of several syncs the worst decides: what needs a person soonest. */
export function worstOf(codes: readonly number[]): number {
  const order = [70, 3, 2, 4, 5, 1, 0]
  return order.find((code) => codes.includes(code)) ?? exitCode.fine
}
