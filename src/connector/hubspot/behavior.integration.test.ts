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
    const sentence = name.replace(/ (with|without) trace ids$/, ' %s')
    const known = [`'${name}'`, `\`${sentence}\``].filter((quoted) => tests.includes(quoted))
    expect(known).toHaveLength(1)
  })
})
