/** What every local CRM is made of: a clock, bad luck, and a desk that requests come to. */
import type { SimRequest, SimResult } from './exchange.ts'
import type { AnyFaults, FaultEvent, PlannedFault } from './fault-draw.ts'
import { seededRandom } from './random.ts'
import type { SimulatorOptions } from './simulator.ts'

/** The desk of requests, whatever its types. */
export interface Desk {
  readonly calls: ReadonlyMap<string, number>
  handle(request: SimRequest, now: number): SimResult
  settle(now: number): void
}

/** `Kind` is without `latency`, which every local CRM has. */
export abstract class LocalCrm<
  State,
  Kind extends string,
  Operation extends string,
  Faults extends AnyFaults<Kind, Operation>,
> {
  protected readonly now: () => number
  protected readonly idRandom: () => number
  protected abstract readonly faults: Faults
  protected abstract readonly desk: Desk

  constructor({ now = Date.now, seed = 1 }: SimulatorOptions<State>) {
    this.now = now
    this.idRandom = seededRandom(seed ^ 0x5bd1e995)
  }

  handle(request: SimRequest): SimResult {
    return this.desk.handle(request, this.now())
  }

  settle(): void {
    this.desk.settle(this.now())
  }

  planFault(fault: PlannedFault<Kind | 'latency', Operation>): void {
    this.faults.plan(fault)
  }

  clearPlannedFaults(): void {
    this.faults.clearPlanned()
  }

  faultEvents(): readonly FaultEvent<Kind | 'latency', Operation>[] {
    return [...this.faults.events]
  }

  calls(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.desk.calls)
  }
}
