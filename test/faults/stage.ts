/** What a schedule must be told of a CRM: its faults, its syncs, its records, and the people in it. */
import type { Connector } from '../../src/connector/connector.ts'
import type { PushSync } from '../../src/model/sync.ts'
import type { Chance } from '../../src/simulator/chance.ts'
import type { CrmHistory } from '../support/crm-history.ts'
import type { Host } from '../support/host.ts'
import type { PushWorld } from '../support/world.ts'
import type { Cell, CellTable } from './cells.ts'
import type { ModelRow } from './model-table.ts'

/** The sync of a schedule, by seed: every rule that changes what is right. */
export interface Variant {
  readonly sync: PushSync
  /** Few records in a request, or in a job. */
  readonly declared: Partial<Pick<Connector<unknown>, 'pages' | 'bulk'>>
}

export interface SceneOptions {
  readonly host: Host
  readonly seed: number
  readonly chance: Chance
}

export interface Stage<C extends Cell = Cell, V extends Variant = Variant> {
  readonly table: CellTable<C>
  /** What every run asks, whatever there is to do: a fault planned here is met. */
  readonly everyRun: readonly C['operation'][]
  /** The faults that are certain in a run of a seed's schedule, counted from 0; one at least. */
  cellsOf(seed: number, run: number): readonly [C, ...C[]]
  /** Whether a fault needs what only later runs do, so that there must be more of them. */
  isLate(cell: C): boolean
  /** `cell` is a fault that the schedule must meet, so its operation must happen. */
  variant(chance: Chance, name: string, cell: C): V
  open(variant: V, options: SceneOptions): Promise<Scene<C>>
}

/** A CRM of its own for one schedule. */
export interface Scene<C extends Cell = Cell> {
  readonly world: PushWorld
  readonly person: Person
  /** Columns of the model beside those of every schedule, in SQL. */
  readonly computedColumns: readonly string[]
  /** Puts some of the rows into the CRM, some of those with what people typed. */
  seed(rows: readonly ModelRow[]): void
  /** From now on requests fail by chance. */
  trouble(): void
  plan(cell: C): void
  /** The CRM is well again. */
  calm(): void
  /** Faults that befell requests so far. */
  befallen(): readonly Cell[]
  history(): CrmHistory
}

/** Somebody at work in the CRM. */
export interface Person {
  readonly edits: number
  act(times: number): void
}

/** Guards would stop what a schedule is for; they have tests of their own. */
export const unguarded: PushSync['guards'] = {
  maxChanges: { rows: 1_000_000 },
  maxClears: { rows: 1_000_000 },
  maxDeletes: { rows: 1_000_000 },
  failOnRejected: 0,
  allowEmptyModel: false,
}

/** Three kinds and more, each rare enough for most requests to pass. */
export function drawRates<Kind extends string>(
  chance: Chance,
  kinds: readonly Kind[],
): Partial<Record<Kind, number>> {
  const rates: Partial<Record<Kind, number>> = {}
  for (let count = chance.between(3, 7); count > 0; count--) {
    const kind = chance.pick(kinds)
    if (kind !== undefined) rates[kind] = 0.02 + chance.next() * 0.08
  }
  return rates
}

/** How long after its connection died a request may still be applied, in milliseconds. */
export const lateMs = [100, 10_000] as const
