/** The numbered texts beside a purpose's migrations; the first leads to format 1. */
import { readFile } from 'node:fs/promises'
import type { Migration } from './purpose.ts'

export async function readMigrations(
  files: readonly string[],
  beside: string,
): Promise<readonly Migration[]> {
  return await Promise.all(
    files.map(async (file, index) => ({
      version: index + 1,
      text: await readFile(new URL(`./${file}`, beside), 'utf8'),
    })),
  )
}
