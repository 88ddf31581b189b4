/** Every kind of warehouse, with the declaration of its options. Nothing is loaded before it is used. */
import type { z } from 'zod'
import type { Clock } from '../model/clock.ts'
import { DuckDbWarehouse } from './duckdb/duckdb-warehouse.ts'
import { duckdbOptions } from './duckdb/options.ts'
import { postgresOptions } from './postgres/options.ts'
import { PostgresWarehouse } from './postgres/postgres-warehouse.ts'
import type { Warehouse } from './warehouse.ts'

export const warehouseTypes = ['duckdb', 'postgres'] as const
export type WarehouseType = (typeof warehouseTypes)[number]

export interface WarehouseContext {
  readonly clock: Clock
  /** The project folder, which relative paths begin at. */
  readonly directory: string
}

export interface WarehouseDefinition {
  readonly options: z.ZodType
  /** `options` as configured; defaults are filled in here. Connects only with the first session. */
  open(options: unknown, context: WarehouseContext): Warehouse
}

export const warehouses: ReadonlyMap<WarehouseType, WarehouseDefinition> = new Map([
  ['duckdb', define(duckdbOptions, (options, context) => new DuckDbWarehouse(options, context))],
  ['postgres', define(postgresOptions, (options) => new PostgresWarehouse(options))],
])

/** Opens a warehouse by the `type` of its connection, a key of `warehouses`. */
export async function openWarehouse(
  type: string,
  options: unknown,
  context: WarehouseContext,
): Promise<Warehouse> {
  const known = warehouseTypes.find((one) => one === type)
  const definition = known === undefined ? undefined : warehouses.get(known)
  // Configuration refuses unknown types by file and line; what comes here has passed it.
  if (definition === undefined) throw new TypeError(`there is no warehouse of type ${type}`)
  return definition.open(options, context)
}

function define<Schema extends z.ZodType>(
  options: Schema,
  open: (options: z.output<Schema>, context: WarehouseContext) => Warehouse,
): WarehouseDefinition {
  return { options, open: (given, context) => open(options.parse(given), context) }
}
