import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toPlain } from '../yaml/located.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { resolveReferences } from './resolve-references.ts'

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'syncline-references-'))
  await writeFile(join(directory, 'one-line'), 'secret\n')
  await writeFile(join(directory, 'windows'), 'secret\r\n')
  await writeFile(join(directory, 'two-lines'), 'a\nb\n\n')
})
afterAll(async () => {
  await rm(directory, { recursive: true })
})

async function resolveText(text: string) {
  const { tree } = parseYaml('a.yaml', `a: ["${text}"]\n`)
  if (tree === null) throw new Error('the text is not YAML')
  const variables = { HOST: 'db', PORT: '5432', EMPTY: '', UNSET: undefined, NEST: '${env:HOST}' }
  const resolved = await resolveReferences(tree, { directory, variables })
  return { value: toPlain(resolved.tree), problems: resolved.problems }
}

describe('a reference', () => {
  it.each([
    ['${env:HOST}', 'db'],
    ['${env: HOST }', 'db'],
    ['https://${env:HOST}:${env:PORT}/x', 'https://db:5432/x'],
    ['${env:EMPTY}', ''],
    ['$${env:HOST} ${env:HOST}', '${env:HOST} db'],
    ['$5 {x} $x', '$5 {x} $x'],
    ['${file:one-line}', 'secret'],
    ['${file:windows}', 'secret'],
    ['${file:two-lines}', 'a\nb\n'],
    // What a variable holds is data, whatever it looks like.
    ['${env:NEST}', '${env:HOST}'],
  ])('written as %s becomes %j', async (text, value) => {
    expect(await resolveText(text)).toEqual({ value: { a: [value] }, problems: [] })
  })

  it.each([
    ['${env:HOSTT}', 'config.missing_variable', 'HOST'],
    ['${env:UNSET}', 'config.missing_variable', null],
    ['${env:constructor}', 'config.missing_variable', null],
    ['${HOST}', 'config.reference', '${env:HOST}'],
    ['${evn:HOST}', 'config.reference', '${env:HOST}'],
    ['${vault:x}', 'config.reference', null],
    ['${env:}', 'config.reference', null],
    ['${}', 'config.reference', null],
    ['${env:HOST', 'config.reference', '${env:HOST}'],
    ['${file:nowhere}', 'config.missing_file', null],
    ['${aws:secret#key}', 'config.unsupported', null],
    ['${gcp:secret}', 'config.unsupported', null],
  ])('written as %s is refused at its place', async (text, code, nearest) => {
    const { value, problems } = await resolveText(text)
    expect(value).toEqual({ a: [text] })
    expect(problems).toMatchObject([{ code, nearest, line: 1, column: 5, path: 'a.0' }])
  })
})
