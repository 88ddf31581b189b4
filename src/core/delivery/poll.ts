/** How often a job of the CRM's is asked whether it has ended: each question counts as an API call. */
export interface PollPauses {
  readonly shortestPauseMs: number
  readonly longestPauseMs: number
}

/** The end is seen late by at most this part of the job's duration. */
const lateBy = 1 / 8

/** Milliseconds until the next question, of a job that was started `elapsedMs` ago. */
export function pollWait(
  elapsedMs: number,
  { shortestPauseMs, longestPauseMs }: PollPauses,
): number {
  return Math.min(longestPauseMs, Math.max(shortestPauseMs, Math.round(elapsedMs * lateBy)))
}
