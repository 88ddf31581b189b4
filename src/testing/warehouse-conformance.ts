/**
 * What every warehouse must do, as named cases that bring no test runner of their own. A warehouse is
 * supported when it passes them all.
 */
import type { WarehouseCase } from '../warehouse/conformance/conformance.ts'
import { describeCases } from '../warehouse/conformance/describe-cases.ts'
import { readCases } from '../warehouse/conformance/read-cases.ts'
import { valueCases } from '../warehouse/conformance/value-cases.ts'
import { writeCases } from '../warehouse/conformance/write-cases.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

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
export function warehouseConformance(
  test: (name: string, run: () => Promise<void>) => void,
  newPlace: () => Promise<WarehousePlace>,
): void {
  for (const { name, check } of warehouseCases) {
    test(name, async () => {
      const place = await newPlace()
      try {
        await check(place.warehouse)
      } finally {
        await place.clean()
      }
    })
  }
}
