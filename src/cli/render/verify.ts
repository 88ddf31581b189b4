/** What verifying found, as lines and as JSON. */
import { totalCalls } from '../../app/call-counts.ts'
import type { Drift, VerifyResult } from '../../app/push/verify-sync.ts'
import type { PushSync } from '../../model/sync.ts'
import { count, showValue } from './plan.ts'
import { syncTitle } from './sync-title.ts'

export function verifyLines(
  sync: PushSync,
  report: VerifyResult,
  settled: boolean,
): readonly string[] {
  const { records, drifted, byField, samples } = report
  const lines = [`${syncTitle(sync)}: ${readBack(records, drifted)}`]
  if (drifted === 0) return lines
  const fields = Object.entries(byField).toSorted(([, a], [, b]) => b - a)
  for (const [field, times] of fields) lines.push(`    ${count(times)} ${field}`)
  lines.push(...samples.map((drift) => `  ${driftText(drift)}`))
  const all = fields.reduce((sum, [, times]) => sum + times, 0)
  if (all > samples.length) lines.push(`  … and ${count(all - samples.length)} more (--show)`)
  lines.push(settled ? settledText(report) : '  --settle applies the conflict policy of each field')
  return lines
}

function readBack(records: number, drifted: number): string {
  if (records === 0) return 'nothing was confirmed yet'
  const found = drifted === 0 ? 'all as confirmed' : `${count(drifted)} of them moved`
  return `${count(records)} records read back, ${found}`
}

function driftText({ key, remoteId, field, kind, confirmed, found, policy }: Drift): string {
  const record = `${key} (record ${remoteId})`
  switch (kind) {
    case 'gone':
      return `${record}: is no longer in the CRM`
    case 'merged':
      return `${record}: was merged into record ${found ?? ''}`
    case 'edited':
      return `${record} ${field ?? ''}: ${showValue(confirmed)} → ${showValue(found)}   (conflict: ${policy})`
    case 'freed':
      return `${record} ${field ?? ''}: ${showValue(found)}   (was withheld, and may be written now; conflict: ${policy})`
    default:
      return kind satisfies never
  }
}

function settledText({ settled: { ours, theirs } }: VerifyResult): string {
  return `  settled: the next run writes ${count(ours)} records again, ${count(theirs)} keep what they hold`
}

export function verifyJson(report: VerifyResult): Readonly<Record<string, unknown>> {
  const { sync, records, drifted, byField, samples, settled, calls } = report
  return {
    sync,
    records,
    drifted,
    by_field: byField,
    samples: samples.map(({ key, remoteId, field, kind, confirmed, found, policy }) => ({
      key,
      record: remoteId,
      field,
      kind,
      confirmed,
      found,
      policy,
    })),
    settled,
    calls: { total: totalCalls(calls), by_endpoint: calls },
  }
}
