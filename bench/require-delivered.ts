/** A measurement of a push counts only if all of it arrived. */
import type { BenchRun } from './bench-project.ts'

export function requireDelivered({ report }: Pick<BenchRun, 'report'>, rows: number): void {
  if (report.outcomes['delivered'] === rows) return
  throw new Error(`expected ${rows} delivered rows: ${JSON.stringify(report)}`)
}
