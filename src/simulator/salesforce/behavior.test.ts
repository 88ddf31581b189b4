import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { behaviorRows, typeEscapes, unprovenRows } from '../behavior-table.ts'

const folder = new URL('./', import.meta.url)
const text = (file: string) => readFileSync(new URL(file, folder), 'utf8')
const rows = behaviorRows(text('BEHAVIOR.md'))

describe('BEHAVIOR.md', () => {
  it('has a row for every section of the contract and no empty cell', () => {
    expect(new Set(rows.map(([section]) => section))).toEqual(
      new Set(['1', '2', '3', '4', '5', '6', '7', '8', '10']),
    )
    expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([])
  })

  it('names only tests that exist, or says what is missing', () => {
    expect(unprovenRows(rows, ['not yet', 'not simulated'], text)).toEqual([])
  })
})

describe('files that build response bodies', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('.test.ts') &&
      !/\bwire\.ts$/.test(file) &&
      (file.endsWith('-routes.ts') ||
        /from '((?:\.{1,2}\/)+(?:wire\/)?wire\.ts|jsforce)'/.test(text(file))),
  )

  it('are typed by the client that others use', () => {
    expect(files.length).toBeGreaterThan(11)
  })

  it.each(files)('%s says neither as, any nor unknown', (file) => {
    expect(typeEscapes(text(file))).toEqual([])
  })
})
