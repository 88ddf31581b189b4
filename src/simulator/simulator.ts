/** What any local CRM can be told and asked, beside its API. */
import type { SimRequest, SimResult } from './exchange.ts'

/** The types that are a CRM's own. */
export interface SimulatorTypes {
  /** What the CRM holds, as one JSON value. */
  readonly state: { readonly records: Readonly<Record<string, readonly object[]>> }
  /** What may be changed while it runs. */
  readonly settings: object
  /** Some settings; what has parts is completed by what is set already. */
  readonly changes: { readonly limits?: object }
  readonly edit: object
  readonly plannedFault: object
  readonly faultEvent: object
  readonly logEntry: { readonly seq: number }
  readonly dump: { readonly state: SimulatorTypes['state'] }
}

export interface Simulator<Own extends SimulatorTypes> {
  handle(request: SimRequest): SimResult
  /** Applies what is late and due by now; every other call does so, too. */
  settle(): void
  seed(state: Partial<Own['state']>): void
  /** Back to a new CRM with the first options; settings made since are kept. */
  reset(): void
  configure(changes: Own['changes']): void
  settings(): Own['settings']
  /** Makes a fault certain. */
  planFault(fault: Own['plannedFault']): void
  clearPlannedFaults(): void
  /** What a person does in the CRM's own pages. Returns the id of the record; throws the API's error. */
  edit(edit: Own['edit']): string
  dump(): Own['dump']
  /** Of an object, by any name that the API takes; throws for one that is not there. */
  records(object: string): readonly object[]
  log(): readonly Own['logEntry'][]
  faultEvents(): readonly Own['faultEvent'][]
  /** Requests that arrived, by operation and object, e.g. `batch_create 0-1`. */
  calls(): Readonly<Record<string, number>>
}

/** Of every local CRM; each adds options of its own. */
export interface SimulatorOptions<State> {
  /** Milliseconds since the epoch; the system clock when absent. */
  readonly now?: () => number
  /** Decides faults, orders and ids. */
  readonly seed?: number
  /** False saves memory: no log of writes. */
  readonly keepLog?: boolean
  /** Added to a new CRM. */
  readonly state?: Partial<State>
}
