/** A run's row in the working schema, for alerting in the warehouse; and what is too old to keep. */
import { tableReference } from '../core/sql/names.ts'
import { statement } from '../core/sql/working-schema.ts'
import type { RunKind } from '../model/run.ts'
import type { Session } from '../warehouse/warehouse.ts'
import { forgetValues } from '../core/sql/retention.ts'
import { callsMade } from './calls.ts'
import { instant } from './confirm.ts'
import type { RunContext } from './context.ts'
import type { PushReport } from './push-report.ts'

const dayMs = 86_400_000

export async function recordRun(
  context: RunContext,
  session: Session,
  kind: RunKind,
  report: PushReport,
): Promise<void> {
  const { dialect, shared } = context
  const { literal, quote } = dialect
  const time = (ms: number): string =>
    `cast(${literal(instant(ms))} as ${dialect.types.timestamp_tz})`
  const values: Record<string, string> = {
    run_id: literal(report.runId),
    sync: literal(report.sync),
    kind: literal(kind),
    state: literal(report.state),
    started_at: time(report.startedAt),
    ended_at: time(report.endedAt),
    ...Object.fromEntries(Object.entries(report.outcomes).map(([name, rows]) => [name, `${rows}`])),
    calls: `${callsMade(context)}`,
  }
  const names = Object.keys(values).map((name) => quote(name))
  const kept = context.clock.now() - context.retentionDays * dayMs
  await session.execute([
    forgetValues(dialect, shared, report.sync, instant(kept)),
    statement(
      `delete from ${tableReference(dialect, shared.runs)} where ${quote('run_id')} = ${literal(report.runId)}`,
    ),
    statement(
      `insert into ${tableReference(dialect, shared.runs)} (${names.join(', ')}) values (${Object.values(values).join(', ')})`,
    ),
  ])
}
