import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBehavior } from '../../test/support/read-behavior.ts'

const folders = readdirSync(import.meta.dirname)
  .map((name) => join(import.meta.dirname, name))
  .filter((folder) => existsSync(join(folder, 'BEHAVIOR.md')))

it('every CRM that is asked has a BEHAVIOR.md', () => {
  expect(folders.length).toBeGreaterThanOrEqual(3)
})

describe.each(folders)('%s/BEHAVIOR.md', (folder) => {
  const { rows, tests } = readBehavior(folder)

  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(20)
  })

  it.each(rows)('%s is held by a test', (surprise, why, name) => {
    expect(surprise).not.toBe('')
    expect(why).not.toBe('')
    // A test that is run with and without them has its name in a template.
    const sentence = name.replace(/ (with|without) trace ids$/, ' %s')
    const known = [`'${name}'`, `\`${sentence}\``].filter((quoted) => tests.includes(quoted))
    expect(known).toHaveLength(1)
  })
})
