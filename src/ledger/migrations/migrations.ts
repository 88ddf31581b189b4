/** The ledger's formats, oldest first. A published one never changes; a change is a further file. */
import { readFile } from 'node:fs/promises'

export interface Migration {
  /** The format it leads to. */
  readonly version: number
  /** SQL of both dialects, with `{tokens}` where they differ. */
  readonly text: string
}

const files = [
  '0001-initial.sql',
  '0002-budgets.sql',
  '0003-batch-jobs.sql',
  '0004-pulls.sql',
] as const

/** The formats this program knows, by version. */
export async function ledgerMigrations(): Promise<readonly Migration[]> {
  return await Promise.all(
    files.map(async (file, index) => ({
      version: index + 1,
      text: await readFile(new URL(`./${file}`, import.meta.url), 'utf8'),
    })),
  )
}
