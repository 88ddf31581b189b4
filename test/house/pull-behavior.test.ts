import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { behaviorRows, unprovenRows } from '../../src/simulator/behavior-table.ts'

const root = join(import.meta.dirname, '../..')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')
const rows = behaviorRows(text('src/engine/pull/BEHAVIOR.md'))

describe('what others lose in a pull', () => {
  it('has no empty cell', () => {
    expect(rows.length).toBeGreaterThan(30)
    expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([])
  })

  it('is held by tests that exist, or says why it can not happen', () => {
    expect(unprovenRows(rows, ['can not happen'], text)).toEqual([])
  })
})
