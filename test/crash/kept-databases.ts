/** What databases hold at one time, kept beside them, so that further histories begin with it. */
import { rmSync } from 'node:fs'
import { backup, DatabaseSync } from 'node:sqlite'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'

export interface Databases {
  /** A DuckDB in memory. */
  readonly warehouse: Warehouse
  /** SQLite files, which others may have open. */
  readonly files: readonly string[]
}

export interface KeptDatabases {
  /** Brings it there again; the warehouse must hold no schema by then. */
  restore(): Promise<void>
  /** What is kept makes each list of tables longer. */
  forget(): Promise<void>
}

/** `name` is no other's that is kept of them. */
export async function keepDatabases(
  { warehouse, files }: Databases,
  name: string,
): Promise<KeptDatabases> {
  const execute = (...texts: readonly string[]): Promise<unknown> =>
    warehouse.session((session) => session.execute(texts.map((text) => statement(text))))
  const kept = (file: string): string => `${file}.${name}`
  await execute(`attach ':memory:' as past_${name}`)
  await execute(`copy from database memory to past_${name}`)
  for (const file of files) await copyFile(file, kept(file))
  return {
    restore: async () => {
      await execute(`copy from database past_${name} to memory`)
      for (const file of files) await copyFile(kept(file), file)
    },
    forget: async () => {
      await execute(`detach past_${name}`)
      for (const file of files) rmSync(kept(file))
    },
  }
}

/** Also over a database that others have open. */
async function copyFile(from: string, to: string): Promise<void> {
  const database = new DatabaseSync(from)
  try {
    await backup(database, to)
  } finally {
    database.close()
  }
}
