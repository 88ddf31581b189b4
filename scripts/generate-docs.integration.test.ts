import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedPages } from './generate-docs.ts'

const pages = await generatedPages()

describe('the generated pages', () => {
  it.each([...pages])(
    '%s says what the code says: node scripts/generate-docs.ts',
    async (path, text) => {
      expect(await readFile(join(import.meta.dirname, '..', path), 'utf8')).toBe(text)
    },
  )

  it('describe every option and every error', () => {
    for (const text of pages.values()) {
      const rows = text.split('\n').filter((line) => line.startsWith('| `'))
      expect(rows.length).toBeGreaterThan(10)
      expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([])
    }
  })
})
