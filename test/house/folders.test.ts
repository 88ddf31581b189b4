/** Inside the large parts folders go by use case, and know each other in one direction only. */
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, productFiles, readProjectFile } from './source-files.ts'

const parts = [
  'src/app',
  'src/engine',
  'src/simulator/hubspot',
  'src/simulator/pipedrive',
  'src/simulator/salesforce',
]

/** Imports against the direction, each for a reason. */
const againstIt = [
  // An org keeps its jobs, runs them while it is asked, and has rules that are conditions in SOQL.
  'src/simulator/salesforce/store/org.ts imports src/simulator/salesforce/bulk/ingest-jobs.ts',
  'src/simulator/salesforce/request/call.ts imports src/simulator/salesforce/bulk/job-runner.ts',
  'src/simulator/salesforce/store/rules.ts imports src/simulator/salesforce/soql/matches.ts',
  'src/simulator/salesforce/store/rules.ts imports src/simulator/salesforce/soql/parse.ts',
  'src/simulator/salesforce/store/rules.ts imports src/simulator/salesforce/soql/syntax.ts',
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

/** The ways but for those that are known to go against the direction. */
function without(ways: Ways, known: readonly string[]): Ways {
  return new Map(
    [...ways].map(([from, to]) => [
      from,
      new Map([...to].filter(([, imports]) => imports.some((one) => !known.includes(one)))),
    ]),
  )
}

function circles(ways: Ways): readonly string[] {
  return [...ways].flatMap(([from, to]) =>
    [...to].flatMap(([there, imports]) => (reaches(ways, there, from) ? imports : [])),
  )
}

describe('folders of one part', () => {
  it.each(parts)('of %s do not import each other in a circle', (part) => {
    expect(circles(without(waysIn(part), againstIt))).toEqual([])
  })

  it('need every exception', () => {
    const all = parts.flatMap((part) => circles(waysIn(part)))
    expect(againstIt.filter((one) => !all.includes(one))).toEqual([])
  })

  it('are found to be in a circle where they are', () => {
    const ways = new Map([
      ['a', new Map([['b', ['a/x.ts imports b/y.ts']]])],
      ['b', new Map([['a', ['b/y.ts imports a/z.ts']]])],
    ])
    expect(circles(ways)).toHaveLength(2)
  })
})
