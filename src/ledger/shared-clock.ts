/**
 * A ledger of several machines goes by the database's clock: by their own, one whose clock is ahead
 * would take over leases that run, and one whose clock is behind would not wait for requests that
 * are under way (promise 7). Its callers go on by theirs; what passes in and out is told in it.
 */
import type { Ledger, Lease } from './ledger.ts'

/** Milliseconds by which the database's clock is ahead of this machine's. */
export type MeasureAhead = () => Promise<number>

/** Measures now and whenever a lease is taken: a machine's clock may be set while a process runs. */
export async function withSharedClock(ledger: Ledger, measure: MeasureAhead): Promise<Ledger> {
  let ahead = await measure()
  const told = (lease: Lease): Lease => ({ ...lease, expiresAt: lease.expiresAt - ahead })
  return {
    ...ledger,
    acquireLease: async (sync, owner, ttlMs, now, gone) => {
      ahead = await measure()
      return told(await ledger.acquireLease(sync, owner, ttlMs, now + ahead, gone))
    },
    renewLease: async (lease, ttlMs, now) =>
      told(await ledger.renewLease(lease, ttlMs, now + ahead)),
    leaseOf: async (sync) => {
      const lease = await ledger.leaseOf(sync)
      return lease === null ? null : told(lease)
    },
    recordSending: (lease, runId, batch, at) =>
      ledger.recordSending(lease, runId, batch, at + ahead),
    recordJob: (lease, runId, number, job, at) =>
      ledger.recordJob(lease, runId, number, job, at + ahead),
    sendingBatches: async (runId) =>
      (await ledger.sendingBatches(runId)).map((batch) => ({
        ...batch,
        sentAt: batch.sentAt - ahead,
      })),
    jobs: async (runIds) =>
      (await ledger.jobs(runIds)).map((job) => ({
        ...job,
        startedAt: job.startedAt === null ? null : job.startedAt - ahead,
      })),
  }
}
