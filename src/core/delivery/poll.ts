/** How often a job of the CRM's is asked whether it has ended: each question counts as an API call. */
const shortestMs = 1_000
const longestMs = 20_000
/** The end is seen late by at most this part of the job's duration. */
const lateBy = 1 / 8

/** Milliseconds until the next question, of a job that was started `elapsedMs` ago. */
export function pollWait(elapsedMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, Math.round(elapsedMs * lateBy)))
}
