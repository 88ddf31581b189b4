/** Edits of a test's project, as a person would make them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

/** Replaces texts that must be there; gives back a way to undo it. */
export function rewrite(
  directory: string,
  file: string,
  ...changes: readonly (readonly [from: string, to: string])[]
): () => void {
  const path = join(directory, file)
  const before = readFileSync(path, 'utf8')
  for (const [from] of changes) expect(before).toContain(from)
  writeFileSync(
    path,
    changes.reduce((text, [from, to]) => text.replace(from, to), before),
  )
  return () => writeFileSync(path, before)
}
