/**
 * Files that are made anew whenever they are asked for. Their first line says so and has a digest of all that follows, so
 * that what somebody edited is not written over.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

/** How a comment begins and ends. */
export interface Comment {
  readonly begin: string
  readonly end: string
}

/**
 * - `ours`: as it was made.
 * - `edited`: it was made, and somebody changed it since.
 * - `foreign`: somebody else's.
 */
export interface FoundFile {
  readonly state: 'ours' | 'edited' | 'foreign'
  readonly text: string
}

const seal = /^.*\bseal ([0-9a-f]{32})\b.*\n/

export function sealed(text: string, note: string, { begin, end }: Comment): string {
  return `${begin} ${note} seal ${digestOf(text)}${end}\n${text}`
}

/** Null where there is no such file. */
export async function findSealed(path: string): Promise<FoundFile | null> {
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (found === null) return null
  // Git may have given it the line ends of the machine.
  const text = found.replaceAll('\r\n', '\n')
  const head = seal.exec(text)
  if (head === null) return { state: 'foreign', text }
  const isWhole = digestOf(text.slice(head[0].length)) === head[1]
  return { state: isWhole ? 'ours' : 'edited', text }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
