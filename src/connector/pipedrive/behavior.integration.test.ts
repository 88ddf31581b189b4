import { describe, expect, it } from 'vitest'
import { readBehavior } from '../../../test/support/read-behavior.ts'

const { rows, tests } = readBehavior(import.meta.dirname)

describe('BEHAVIOR.md', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(20)
  })

  it.each(rows)('%s is held by a test', (surprise, why, name) => {
    expect(surprise).not.toBe('')
    expect(why).not.toBe('')
    expect(tests).toContain(`'${name}'`)
  })
})
