import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { behaviorRows, typeEscapes, unprovenRows } from '../behavior-table.ts'

const folder = new URL('./', import.meta.url)
const text = (file: string) => readFileSync(new URL(file, folder), 'utf8')
const rows = behaviorRows(text('BEHAVIOR.md'))

describe('BEHAVIOR.md', () => {
  it('has a row for every section of the contract and no empty cell, which it prints', () => {
    expect(new Set(rows.map(([section]) => section))).toEqual(
      new Set(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']),
    )
    process.stdout.write(`${rows.map((row) => row.join(': ')).join('\n')}\n`)
    expect(rows.filter((row) => row.length !== 3 || row.includes(''))).toEqual([])
  })

  it('names only tests that exist, or says why something is not simulated', () => {
    expect(unprovenRows(rows, ['not simulated', 'not documented'], text)).toEqual([])
  })
})

describe('files that build response bodies', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') &&
      !file.endsWith('.test.ts') &&
      !/\bwire\.ts$/.test(file) &&
      (/-(routes|view|payload)\.ts$/.test(file) ||
        /from '((?:\.{1,2}\/)+(?:wire\/)?wire\.ts|pipedrive\/v[12])'/.test(text(file))),
  )

  it('are typed by the models of the official client', () => {
    expect(files.length).toBeGreaterThan(15)
  })

  it.each(files)('%s says neither as, any nor unknown', (file) => {
    expect(typeEscapes(text(file))).toEqual([])
  })
})
