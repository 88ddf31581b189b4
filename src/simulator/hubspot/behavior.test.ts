import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('./', import.meta.url)
const text = (file: string) => readFileSync(new URL(file, folder), 'utf8')

/** The rows of the contract's table: section, statement, tests or reason. */
const rows = text('BEHAVIOR.md')
  .split('## The contract')[1]
  ?.split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))

describe('BEHAVIOR.md', () => {
  it('has a row for every section of the contract and no empty cell', () => {
    expect(new Set(rows?.map(([section]) => section?.split('.')[0]))).toEqual(
      new Set(['2', '3', '4', '5', '6', '7', '8', '9', '10']),
    )
    const broken = rows?.filter((row) => row.length !== 3 || row.includes(''))
    expect(broken).toEqual([])
  })

  it('names only tests that exist, or says why something is not simulated', () => {
    const wrong: string[] = []
    for (const [, statement = '', cell = ''] of rows ?? []) {
      const tests = [...cell.matchAll(/`([a-z-]+(?:\.integration)?\.test\.ts): ([^`]+)`/g)]
      const reason = /^not (simulated|documented): ./.test(cell)
      if (tests.length === 0 && !reason) wrong.push(statement)
      for (const [, file = '', name = ''] of tests) {
        const source = text(file)
        const found = [`'${name}'`, `"${name}"`].some((quoted) => source.includes(quoted))
        if (!found) wrong.push(`${file}: ${name}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('files that build response bodies', () => {
  const files = readdirSync(folder).filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('.test.ts') &&
      file !== 'wire.ts' &&
      (file.endsWith('-routes.ts') ||
        /from '(\.\/wire\.ts|@hubspot\/api-client\/)/.test(text(file))),
  )

  it('are typed by the models of the official client', () => {
    expect(files.length).toBeGreaterThan(15)
  })

  it.each(files)('%s says neither as, any nor unknown', (file) => {
    const code = text(file)
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*$/gm, '')
      .replace(/import \* as \w+/g, '')
      .replace(/`[^`]*`|'[^'\n]*'/g, "''")
    expect(code.match(/\b(as|any|unknown)\b/g) ?? []).toEqual([])
  })
})
