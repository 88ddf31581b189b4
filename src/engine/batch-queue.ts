/**
 * The batches of one phase, in order, for several workers to take from. The next page of the plan is
 * read while the present one is being sent, so that nobody waits for the warehouse.
 */
import type { PageLimits } from '../connector/connector.ts'
import type { PlanRow } from '../core/plan/plan-row.ts'
import { readPlanRow } from '../core/plan/plan-text.ts'
import { readPlan } from '../core/sql/plan.ts'
import type { RunContext } from './context.ts'

/** Plan rows read at one visit to the warehouse; two pages are held at once. */
const pageRows = 2_000

export class BatchQueue {
  readonly #context: RunContext
  readonly #phase: number
  readonly #last: number
  #read = 0
  #batches: PlanRow[][] = []
  #reading: Promise<PlanRow[][]> | null

  /** Sequences of the phase go up to `last`. */
  constructor(context: RunContext, phase: number, last: number) {
    this.#context = context
    this.#phase = phase
    this.#last = last
    this.#reading = this.#readPage()
  }

  /** The next batch, or null after the last one. */
  async next(): Promise<readonly PlanRow[] | null> {
    while (this.#batches.length === 0) {
      const reading = this.#reading
      if (reading === null) return null
      const batches = await reading
      // Of all who waited for this page, the first brings it in and has the next one read.
      if (this.#reading !== reading) continue
      this.#batches = batches
      this.#reading = this.#readPage()
    }
    return this.#batches.shift() ?? null
  }

  /** Resolves when nothing of it is under way any more. */
  async settled(): Promise<void> {
    await this.#reading?.catch(() => undefined)
  }

  #readPage(): Promise<PlanRow[][]> | null {
    if (this.#read >= this.#last) return null
    const { dialect, run, warehouse, connector } = this.#context
    const after = this.#read
    const through = Math.min(after + pageRows, this.#last)
    this.#read = through
    const page = warehouse.session(async (session) => {
      const range = { after, through, operationsOf: this.#phase }
      const rows = await session.query(readPlan(dialect, run, range))
      return batchesOf(rows.map(readPlanRow), connector.pages)
    })
    // Told to whoever takes the page; delivery may end before anybody does.
    page.catch(() => undefined)
    return page
  }
}

/** Batches of one kind, deletes first: what they free, a create of the same phase may claim. */
function batchesOf(rows: readonly PlanRow[], pages: PageLimits): PlanRow[][] {
  const batches: PlanRow[][] = []
  for (const kind of ['delete', 'update', 'create'] as const) {
    const ofKind = rows.filter((row) => row.kind === kind)
    for (let start = 0; start < ofKind.length; start += pages[kind]) {
      batches.push(ofKind.slice(start, start + pages[kind]))
    }
  }
  return batches
}
