/** Loads DuckDB when it is first needed: who uses another warehouse pays nothing for it. */
import { warehouseErrors } from '../errors.ts'

export type DuckDbDriver = typeof import('@duckdb/node-api')

export async function loadDuckDb(): Promise<DuckDbDriver> {
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    throw warehouseErrors.missing_driver({
      message: 'The package @duckdb/node-api could not be loaded.',
      remedy: 'Run `npm install @duckdb/node-api`.',
      cause,
    })
  }
}
