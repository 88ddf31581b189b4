/** Puts the files of a new project into a folder, and never over one that is there. */
import { lstat, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { appErrors } from '../errors.ts'

/** `files` by path relative to `directory`. Refused whole with `app.folder_not_empty`, before the first is written. */
export async function writeProject(
  directory: string,
  files: ReadonlyMap<string, string>,
  others: readonly string[] = [],
): Promise<void> {
  const taken = await existing(directory, [...files.keys(), ...others])
  if (taken.length > 0) {
    throw appErrors.folder_not_empty({
      message: `${directory} already has ${taken.join(', ')}; nothing was written.`,
    })
  }
  for (const [path, text] of files) {
    const file = join(directory, path)
    await mkdir(dirname(file), { recursive: true })
    // Refuses a file that somebody made since we looked.
    await writeFile(file, text, { flag: 'wx' })
  }
}

async function existing(directory: string, paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => exists(join(directory, path))))
  return paths.filter((_, index) => found[index] === true)
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null
}
