/** The state of a local CRM in a file of JSON: absent at first, and at no moment half written. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { appErrors } from '../errors.ts'

export interface LocalStateFile {
  readonly formatVersion: 1
}

/** What the file holds, or null where there is none yet; `title` names the CRM in a refusal. */
export async function readStateFile<State extends LocalStateFile>(
  file: string,
  title: string,
): Promise<Partial<State> | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw unreadable(file, title, 'it can not be opened', error)
  }
  const found = parse<State>(file, title, text)
  if (found.formatVersion !== 1) throw unreadable(file, title, 'it is of another format version')
  return found
}

export async function writeStateFile(file: string, state: LocalStateFile): Promise<void> {
  const next = `${file}.next`
  await writeFile(next, `${JSON.stringify(state)}\n`)
  await rename(next, file)
}

function parse<State>(file: string, title: string, text: string): Partial<State> {
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found === 'object' && found !== null) return found
  } catch (error) {
    throw unreadable(file, title, 'it is not JSON', error)
  }
  throw unreadable(file, title, 'it holds no state')
}

function unreadable(file: string, title: string, why: string, cause?: unknown): Error {
  return appErrors.local_state({
    message: `${file} is no state of a local ${title}: ${why}.`,
    cause,
  })
}
