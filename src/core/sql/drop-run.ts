/** What a run leaves behind in the working schema, and who drops it. */
import type { Dialect } from './dialect.ts'
import { checkTables, type RunTables, runTables } from './names.ts'
import type { Statement } from './statement.ts'
import { dropTable } from './working-schema.ts'

/** Drops what a run has of its own, its plan included. */
export function dropRun(dialect: Dialect, tables: RunTables): Statement[] {
  return [...dropScratch(dialect, tables), dropTable(dialect, tables.plan)]
}

/** As `dropRun`, also of a run that broke off, which may have been one that compared its plan once more. */
export function dropBrokenRun(dialect: Dialect, schema: string, runId: string): Statement[] {
  return [
    ...dropRun(dialect, runTables(schema, runId)),
    ...dropScratch(dialect, checkTables(schema, runId)),
  ]
}

/** Drops what a run needed only while it worked. */
export function dropScratch(dialect: Dialect, tables: RunTables): Statement[] {
  const { model, counts, duplicates, changed, due, results } = tables
  return [model, counts, duplicates, changed, due, results].map((table) =>
    dropTable(dialect, table),
  )
}
