/**
 * The databases of worlds with few rows each. DuckDB takes their statements nearly as they are written: the
 * search for a better plan takes longer than any of the plans. Nothing that a statement says depends on it,
 * and tests of the statements, of the named cases, of pulls and of the command line run with it.
 */
import { statement } from '../../src/core/sql/working-schema.ts'
import { createHost, type FileHost } from './host.ts'

/** Finds out for little which joins are of few rows, or of none: half the work of the larger statements. */
const worthwhile = 'statistics_propagation'

export async function createPlainHost(): Promise<FileHost> {
  const host = await createHost()
  await host.warehouse.session(async (session) => {
    const names = await session.query(
      statement(`select name from duckdb_optimizers() where name <> '${worthwhile}'`),
    )
    const unwanted = names.flat().join(',')
    await session.execute([statement(`set global disabled_optimizers = '${unwanted}'`)])
  })
  return host
}

/** Databases become slower with every history whose tables came and went. */
const historiesPerHost = 12

/** A host for each history, made anew when it has served many. */
export class PlainHosts {
  #host: FileHost | null = null
  #served = 0

  async next(): Promise<FileHost> {
    if (this.#served % historiesPerHost === 0) await this.close()
    this.#served += 1
    this.#host ??= await createPlainHost()
    return this.#host
  }

  async close(): Promise<void> {
    await this.#host?.close()
    this.#host = null
  }
}
