/** Rows of another tool's table that are not taken over: counted, and listed with their reasons (promise 2). */
import { operationColumns, workingColumns } from '../../../core/sql/working-schema.ts'
import type { LeftRow, VersionReason } from '../../../core/takeover/old-version.ts'
import { rowReasons } from '../../../model/row-reasons.ts'
import type { Row } from '../../../model/value.ts'
import { instant } from '../../instant.ts'
import type { LoadContext } from '../context.ts'
import type { LeftCount } from '../pull.ts'

const rowsPerPage = 5_000

export class LeftRows {
  readonly #context: LoadContext
  readonly #dryRun: boolean
  readonly #counts = new Map<VersionReason, number>()
  #waiting: LeftRow[] = []

  /** A dry run only counts them. */
  constructor(context: LoadContext, dryRun: boolean) {
    this.#context = context
    this.#dryRun = dryRun
  }

  async add(row: LeftRow): Promise<void> {
    this.#counts.set(row.reason, (this.#counts.get(row.reason) ?? 0) + 1)
    this.#waiting.push(row)
    if (this.#waiting.length >= rowsPerPage) await this.flush()
  }

  /** By reason, the most frequent one first. */
  counts(): readonly LeftCount[] {
    return [...this.#counts]
      .toSorted(([, a], [, b]) => b - a)
      .map(([reason, rows]) => ({ reason, rows, outcome: outcomeOf(reason) }))
  }

  /** Writes what waits. Messages name columns and no values. */
  async flush(): Promise<void> {
    const { clock, dialect, runId, shared, sync, warehouse } = this.#context
    const at = instant(clock.now())
    const rows = this.#waiting.map((left): Row => {
      const { number, key, reason, message } = left
      const told: Record<keyof typeof operationColumns, string | null> = {
        run_id: runId,
        sync: sync.name,
        sequence: String(number),
        key,
        kind: 'backfill',
        remote_id: key,
        status: outcomeOf(reason),
        reason,
        message,
        changes: '{}',
        at,
        job: null,
      }
      return Object.values(told)
    })
    this.#waiting = []
    if (rows.length === 0 || this.#dryRun) return
    const columns = workingColumns(dialect, operationColumns)
    await warehouse.session((session) => session.load({ ...shared.operations, columns }, [rows]))
  }
}

function outcomeOf(reason: VersionReason): LeftCount['outcome'] {
  return rowReasons[reason].with[0]
}
