/** Inside the large parts folders go by use case, and know each other in one direction only. */
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, productFiles, readProjectFile } from './source-files.ts'

const parts = [
  'src/app',
  'src/config',
  'src/core',
  'src/engine',
  'src/simulator/hubspot',
  'src/simulator/pipedrive',
  'src/simulator/salesforce',
]

/** From folder to folder: the imports that go there, as `a imports b`. */
type Ways = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

function waysIn(part: string): Ways {
  const ways = new Map<string, Map<string, string[]>>()
  for (const path of productFiles().filter((file) => file.startsWith(`${part}/`))) {
    const here = posix.dirname(path)
    for (const { specifier } of importsOf(path, readProjectFile(path))) {
      const target = posix.join(here, specifier)
      const there = posix.dirname(target)
      const isWithin = specifier.startsWith('.') && target.startsWith(`${part}/`)
      if (!isWithin || there === here) continue
      const from = ways.get(here) ?? new Map<string, string[]>()
      ways.set(here, from.set(there, [...(from.get(there) ?? []), `${path} imports ${target}`]))
    }
  }
  return ways
}

function reaches(ways: Ways, from: string, to: string): boolean {
  const seen = new Set([from])
  for (const folder of seen) for (const next of ways.get(folder)?.keys() ?? []) seen.add(next)
  return seen.has(to)
}

function circles(ways: Ways): readonly string[] {
  return [...ways].flatMap(([from, to]) =>
    [...to].flatMap(([there, imports]) => (reaches(ways, there, from) ? imports : [])),
  )
}

describe('folders of one part', () => {
  it.each(parts)('of %s do not import each other in a circle', (part) => {
    expect(circles(waysIn(part))).toEqual([])
  })

  it('are found to be in a circle where they are', () => {
    const ways = new Map([
      ['a', new Map([['b', ['a/x.ts imports b/y.ts']]])],
      ['b', new Map([['a', ['b/y.ts imports a/z.ts']]])],
    ])
    expect(circles(ways)).toHaveLength(2)
  })
})
