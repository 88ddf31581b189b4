/** What the ledger keeps of a run, read back: only runs that ended with a report have one. */
import { z } from 'zod'
import type { RunRecord } from '../ledger/ledger.ts'

const counts = z.record(z.string(), z.number())

const report = z.object({
  rows: z.number(),
  planned: counts,
  outcomes: counts,
  reasons: counts,
})

export type KeptReport = z.infer<typeof report>

/** Null for runs that are under way, were cut off, or only planned. */
export function readReport(record: Pick<RunRecord, 'report'>): KeptReport | null {
  return report.safeParse(record.report).data ?? null
}
