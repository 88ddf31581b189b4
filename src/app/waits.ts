/** Errors that say no more than: later. */
import { SynclineError } from '../model/error.ts'

/** A sync has its turn later, and nothing is wrong. */
export class Waits extends Error {}

/** Whether what kept a sync from its turn passes by itself: it is paused, or at work elsewhere. */
export function isWaiting(error: unknown): boolean {
  return error instanceof Waits || (error instanceof SynclineError && error.kind === 'busy')
}
