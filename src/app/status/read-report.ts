/** What the ledger keeps of a run, read back: only runs that ended with a report have one. */
import { z } from 'zod'
import type { RunRecord } from '../../ledger/ledger.ts'

const counts = z.record(z.string(), z.number())

const report = z.object({
  rows: z.number(),
  planned: counts,
  outcomes: counts,
  reasons: counts,
})

const pullReport = z.object({
  objects: z.array(
    z.object({
      object: z.string(),
      read: z.number(),
      added: z.number(),
      drift: z.object({
        created: z.number(),
        changed: z.number(),
        deleted: z.number(),
        withheld: z.number(),
      }),
    }),
  ),
})

export type KeptPullReport = z.infer<typeof pullReport>

export type KeptReport = z.infer<typeof report>

/** Of a push; null for runs that are under way, were cut off, or only planned. */
export function readReport(record: Pick<RunRecord, 'report'>): KeptReport | null {
  return report.safeParse(record.report).data ?? null
}

/** Of a pull; null for runs that are under way or were cut off. */
export function readPullReport(record: Pick<RunRecord, 'report'>): KeptPullReport | null {
  return pullReport.safeParse(record.report).data ?? null
}
