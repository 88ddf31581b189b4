/** How often a job of the CRM's is asked whether it has ended: each question counts as an API call. */
const shortestMs = 1_000
const longestMs = 20_000
/** The end is seen late by at most this part of the job's duration. */
const lateBy = 1 / 8

/**
 * How long a run waits for one job. Salesforce gives a batch ten minutes at most and twenty tries, which is
 * less; a job that takes longer is stuck, or waits behind others, and is left to a later run.
 */
export const jobPatienceMs = 4 * 3_600_000

/** How long a job that was told to end may take: it ends the batch that it is at. */
export const endingPatienceMs = 15 * 60_000

/** Milliseconds until the next question, of a job that was started `elapsedMs` ago. */
export function pollWait(elapsedMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, Math.round(elapsedMs * lateBy)))
}
