/** The numbered texts of a purpose's migrations; the first leads to format 1. */
import { readFile } from 'node:fs/promises'
import { programFile } from '../model/program-files.ts'
import type { Migration } from './purpose.ts'

export async function readMigrations(
  folder: string,
  files: readonly string[],
): Promise<readonly Migration[]> {
  return await Promise.all(
    files.map(async (file, index) => ({
      version: index + 1,
      text: await readFile(programFile(`${folder}/${file}`), 'utf8'),
    })),
  )
}
