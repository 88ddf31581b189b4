/** What a run came to as an HTTP status, so that a scheduler sees success and failure without reading the answer. */
import type { Ran } from '../app/serve/sync-runs.ts'

/** By exit code, as docs/command-line.md lists them. */
const byExitCode: Readonly<Record<number, number>> = {
  0: 200,
  1: 422,
  2: 400,
  3: 502,
  4: 412,
  5: 409,
  70: 500,
}

/** Those that say more than their exit code. */
const byErrorCode: Readonly<Record<string, number>> = {
  'app.unknown_sync': 404,
  'app.paused': 423,
  'push.paused': 423,
  'app.stopped': 503,
  'push.exhausted': 429,
  'pull.exhausted': 429,
}

/** A run that was stopped half-way is no failure and no success: its rest is for the next one. */
export function runStatus({ exitCode, errorCode, isCancelled }: Omit<Ran, 'document'>): number {
  if (isCancelled) return 503
  return byErrorCode[errorCode ?? ''] ?? byExitCode[exitCode] ?? 500
}
