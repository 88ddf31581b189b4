import { describe, expect, it } from 'vitest'
import { productFiles, readProjectFile } from './source-files.ts'

const readsEnvironment =
  /\bprocess\s*(\?\.|\.)\s*env\b|\bprocess\s*\[\s*['"]env|\benv\b[^;\n]*from 'node:process'/

describe('the environment', () => {
  it('is read by config/ alone', () => {
    const readers = productFiles().filter((path) => readsEnvironment.test(readProjectFile(path)))
    expect(readers.filter((path) => !path.startsWith('src/config/'))).toEqual([])
  })

  it.each([
    'process.env.HOME',
    'process?.env',
    "process['env']",
    "import { env } from 'node:process'",
  ])('is recognised in %s', (text) => {
    expect(readsEnvironment.test(text)).toBe(true)
  })
})
