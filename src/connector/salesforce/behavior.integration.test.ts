import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = import.meta.dirname
const tests = readdirSync(folder)
  .filter((name) => name.endsWith('.test.ts') && !name.startsWith('behavior.'))
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('\n')

const rows = readFileSync(join(folder, 'BEHAVIOR.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))

describe('BEHAVIOR.md', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(20)
  })

  it.each(rows)('%s%s is held by a test', (_edge, surprise, why, name) => {
    expect(surprise).not.toBe('')
    expect(why).not.toBe('')
    expect(tests).toContain(`'${name}'`)
  })
})
