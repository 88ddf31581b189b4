/**
 * The batches of one phase, in order, for several workers to take from. The next page of the plan is
 * read while the present one is being sent, so that nobody waits for the warehouse.
 */
import { mayGoByJob } from '../../../core/delivery/by-job.ts'
import { lockedTogether } from '../../../core/delivery/locks.ts'
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import { type Batch, type BatchRules, cutPage, rowsPerPage } from '../../../core/plan/batches.ts'
import type { PlanRow } from '../../../core/plan/plan-row.ts'
import { readPlanRow } from '../../../core/plan/plan-text.ts'
import { readPlan } from '../../../core/sql/plan.ts'
import type { PageLimits } from '../../../connector/connector.ts'
import type { RunContext } from '../../context.ts'
import type { PlanPhase } from './plan-phases.ts'

export class BatchQueue {
  readonly #context: RunContext
  readonly #phase: PlanPhase
  readonly #rules: BatchRules<PlanRow>
  #read = 0
  /** For a job that the pages so far do not fill. */
  #waiting: readonly PlanRow[] = []
  #batches: Batch<PlanRow>[] = []
  #reading: Promise<readonly Batch<PlanRow>[]> | null

  constructor(context: RunContext, mapping: CompiledMapping, phase: PlanPhase) {
    this.#context = context
    this.#phase = phase
    this.#rules = batchRules(context, mapping)
    this.#reading = this.#readPage()
  }

  /** The next batch, or null after the last one. */
  async next(): Promise<Batch<PlanRow> | null> {
    while (this.#batches.length === 0) {
      const reading = this.#reading
      if (reading === null) return null
      const batches = await reading
      // Of all who waited for this page, the first brings it in and has the next one read.
      if (this.#reading !== reading) continue
      this.#batches = [...batches]
      this.#reading = this.#readPage()
    }
    return this.#batches.shift() ?? null
  }

  /** Resolves when nothing of it is under way any more. */
  async settled(): Promise<void> {
    await this.#reading?.catch(() => undefined)
  }

  #readPage(): Promise<readonly Batch<PlanRow>[]> | null {
    const { phase, last, counts } = this.#phase
    if (this.#read >= last) return null
    const { dialect, run, warehouse } = this.#context
    const after = this.#read
    const through = Math.min(after + rowsPerPage(this.#rules), last)
    this.#read = through
    const page = warehouse.session(async (session) => {
      const range = { after, through, operationsOf: phase }
      const rows = await session.query(readPlan(dialect, run, range))
      const operations = [...this.#waiting, ...rows.map(readPlanRow)]
      const { batches, waiting } = cutPage(operations, this.#rules, {
        counts,
        isLast: through === last,
      })
      this.#waiting = waiting
      return batches
    })
    // Told to whoever takes the page; delivery may end before anybody does.
    page.catch(() => undefined)
    return page
  }
}

/** How delivery cuts a plan. */
export function batchRules(
  { connector, crm, sync }: Pick<RunContext, 'connector' | 'crm' | 'sync'>,
  mapping: CompiledMapping,
): BatchRules<Pick<PlanRow, 'kind' | 'changes' | 'crmValues'>> & { readonly sizes: PageLimits } {
  const { bulk, pages } = connector
  const from = bulk === null ? null : sync.bulkFrom
  return {
    // A create may go out as an upsert.
    sizes: { ...pages, create: Math.min(pages.create, pages.upsert) },
    jobs:
      bulk === null || from === null
        ? null
        : { rows: bulk.rows, from, allow: mayGoByJob(mapping, crm.bulk?.kinds ?? []) },
    together: lockedTogether(mapping),
  }
}
