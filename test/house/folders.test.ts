/** Files know each other in one direction only, and so do the folders by use case inside the large parts. */
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importsOf, productFiles, readProjectFile, runFiles } from './source-files.ts'

const parts = [
  'src/app',
  'src/config',
  'src/core',
  'src/engine',
  'src/simulator/hubspot',
  'src/simulator/pipedrive',
  'src/simulator/salesforce',
]

/** From place to place: the imports that go there, as `a imports b`. */
type Ways = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/** Of imports among these files; `placeOf` is a file's folder, or the file itself. */
function waysAmong(paths: readonly string[], placeOf: (path: string) => string): Ways {
  const among = new Set(paths)
  const ways = new Map<string, Map<string, string[]>>()
  for (const path of paths) {
    const here = placeOf(path)
    for (const { specifier } of importsOf(path, readProjectFile(path))) {
      const target = posix.join(posix.dirname(path), specifier)
      const there = placeOf(target)
      if (!specifier.startsWith('.') || !among.has(target) || there === here) continue
      const from = ways.get(here) ?? new Map<string, string[]>()
      ways.set(here, from.set(there, [...(from.get(there) ?? []), `${path} imports ${target}`]))
    }
  }
  return ways
}

function reachable(ways: Ways, from: string): ReadonlySet<string> {
  const seen = new Set([from])
  for (const place of seen) for (const next of ways.get(place)?.keys() ?? []) seen.add(next)
  return seen
}

function circles(ways: Ways): readonly string[] {
  const reached = new Map([...ways.keys()].map((place) => [place, reachable(ways, place)]))
  return [...ways].flatMap(([from, to]) =>
    [...to].flatMap(([there, imports]) => (reached.get(there)?.has(from) === true ? imports : [])),
  )
}

describe('folders of one part', () => {
  it.each(parts)('of %s do not import each other in a circle', (part) => {
    const paths = productFiles().filter((path) => path.startsWith(`${part}/`))
    expect(circles(waysAmong(paths, posix.dirname))).toEqual([])
  })
})

describe('files', () => {
  it('do not import each other in a circle, be it for types alone', () => {
    expect(circles(waysAmong(runFiles(), (path) => path))).toEqual([])
  })
})

describe('a circle', () => {
  it('is found, whatever leads into it or out of it', () => {
    const ways = new Map([
      ['start', new Map([['a', ['start imports a']]])],
      ['a', new Map([['b', ['a imports b']]])],
      ['b', new Map([['c', ['b imports c']]])],
      [
        'c',
        new Map([
          ['a', ['c imports a']],
          ['end', ['c imports end']],
        ]),
      ],
    ])
    expect(circles(ways)).toEqual(['a imports b', 'b imports c', 'c imports a'])
  })
})
