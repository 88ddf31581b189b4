/**
 * What every warehouse must do, as named cases that bring no test runner of their own. A warehouse is
 * supported when it passes them all.
 */
import type { Warehouse } from '../warehouse/warehouse.ts'
import { declareCases, type Test } from './declare-cases.ts'
import type { WarehouseCase } from './warehouse/conformance.ts'
import { describeCases } from './warehouse/describe-cases.ts'
import { readCases } from './warehouse/read-cases.ts'
import { valueCases } from './warehouse/value-cases.ts'
import { writeCases } from './warehouse/write-cases.ts'

export type { WarehouseCase }

export const warehouseCases: readonly WarehouseCase[] = [
  ...describeCases,
  ...readCases,
  ...writeCases,
  ...valueCases,
]

/** An empty warehouse for one case, and how to remove it. */
export interface WarehousePlace {
  readonly warehouse: Warehouse
  clean(): Promise<void>
}

/** Declares every case with the runner's own `test`; each gets a place of its own. */
export function warehouseConformance(test: Test, newPlace: () => Promise<WarehousePlace>): void {
  const cases = warehouseCases.map(({ name, check }) => ({
    name,
    check: ({ warehouse }: WarehousePlace) => check(warehouse),
  }))
  declareCases(cases, test, newPlace)
}
