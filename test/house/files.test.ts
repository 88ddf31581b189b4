import { stripTypeScriptTypes } from 'node:module'
import { describe, expect, it } from 'vitest'
import { productFiles, projectFiles, readProjectFile } from './source-files.ts'

const files = projectFiles()
const code = files.filter((path) =>
  /^(src|scripts|test|bench|examples)\/.*\.(ts|mjs|sql)$/.test(path),
)
const grabBag = /(^|[-/])(utils?|commons?|misc|helpers?)([-./]|$)/
const maxLines = 400

/** Folders of whoever works on it, as opposed to places every machine has. */
const machinePath = /(?<![\w.~-])\/(work|farm|root|tmp|home|Users)\/[a-z]/
const registryHost =
  /\b(registry|npm|artifactory|nexus|verdaccio)\.[a-z0-9-]+\.[a-z]{2,}\b|localhost:4873/

/** Every mention of the pattern, as `path:line`. */
function mentions(pattern: RegExp, paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) =>
    readProjectFile(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  )
}

function isUnderstoodByNode(text: string): boolean {
  try {
    stripTypeScriptTypes(text)
    return true
  } catch {
    return false
  }
}

describe('files', () => {
  it('are found by one module, the only one that is published where it stands', () => {
    const locating = mentions(/import\.meta\b/, productFiles())
    expect(new Set(locating.map((mention) => mention.split(':')[0]))).toEqual(
      new Set(['src/model/program-files.ts']),
    )
  })

  it('are named for what they do', () => {
    expect(code.filter((path) => grabBag.test(path))).toEqual([])
  })

  it.each(['src/core/utils.ts', 'src/common/a.ts', 'test/test-helpers.ts', 'src/misc.ts'])(
    'are not named like %s',
    (path) => {
      expect(grabBag.test(path)).toBe(true)
    },
  )

  it('are in kebab-case', () => {
    const named = code.filter((path) => path.endsWith('.ts'))
    expect(named.filter((path) => !/\/[a-z0-9]+([.-][a-z0-9]+)*\.ts$/.test(path))).toEqual([])
  })

  it(`have at most ${maxLines} lines, tests excepted`, () => {
    const counted = code.filter((path) => !path.endsWith('.test.ts'))
    const long = counted.filter((path) => readProjectFile(path).split('\n').length - 1 > maxLines)
    expect(long).toEqual([])
  })

  it('are understood by Node itself, which reads less than the compiler of the tests', () => {
    const run = code.filter((path) => /^(src|scripts|bench)\/.*\.ts$/.test(path))
    expect(run.filter((path) => !isUnderstoodByNode(readProjectFile(path)))).toEqual([])
    expect(isUnderstoodByNode('for (const of of [1] as const) console.log(of)')).toBe(false)
  })

  it('name no folder of one machine and no package registry', () => {
    const text = files.filter((path) => !/\.(png|ico|woff2?|avsc)$/.test(path))
    const own = 'test/house/files.test.ts'
    const others = text.filter((path) => path !== own)
    expect([...mentions(machinePath, others), ...mentions(registryHost, others)]).toEqual([])
    expect(mentions(machinePath, [own])).not.toEqual([])
  })
})

const example = "a folder such as '/home/someone/project' is found by the test above"
it('recognises a folder of one machine', () => {
  expect(machinePath.test(example)).toBe(true)
  expect(machinePath.test('https://example.com/home/page')).toBe(false)
})
