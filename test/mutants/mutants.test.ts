import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutants } from './mutants.ts'

const root = join(import.meta.dirname, '../..')

describe('the mutants', () => {
  it('are thirty-six at least, of different names', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBeGreaterThanOrEqual(36)
  })

  it.each(mutants)('have a place in the code and a test to meet: $name', (mutant) => {
    const text = readFileSync(join(root, mutant.file), 'utf8')
    expect(text.split(mutant.search)).toHaveLength(2)
    for (const test of mutant.tests) expect(existsSync(join(root, test))).toBe(true)
  })
})
