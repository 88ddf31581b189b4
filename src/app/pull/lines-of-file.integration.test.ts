import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { linesOfFile } from './lines-of-file.ts'

it('gives every line to who begins to read late', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'syncline-lines-'))
  const path = join(directory, 'lines.txt')
  writeFileSync(path, 'one\r\ntwo\n\nthree')
  const lines = linesOfFile(path)
  const read: string[] = []
  // As often as an open stream would need to come to its end.
  for (let turn = 0; turn < 20; turn += 1) await readFile(path)
  for await (const line of lines) read.push(line)
  expect(read).toEqual(['one', 'two', '', 'three'])
  rmSync(directory, { recursive: true })
})
