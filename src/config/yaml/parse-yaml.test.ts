import { describe, expect, it } from 'vitest'
import { toPlain } from './located.ts'
import { parseYaml } from './parse-yaml.ts'

describe('parseYaml', () => {
  it.each([
    ['a tab in the indentation', 'a:\n\tb: 1\n', 'config.syntax', 2, 1],
    ['a quote that is not closed', 'a: "x\nb: 1\n', 'config.syntax', 3, 1],
    ['a bracket that is not closed', 'a: [1, 2\nb: 1\n', 'config.syntax', 2, 1],
    ['two keys on a line', 'a: b: c\n', 'config.syntax', 1, 4],
    ['uneven indentation', 'a:\n  b: 1\n c: 2\n', 'config.syntax', 3, 1],
    ['a text that starts with @', 'a: @x\n', 'config.syntax', 1, 4],
    ['an unknown escape', 'a: "\\q"\n', 'config.syntax', 1, 5],
    ['a tag', 'a: !secret x\n', 'config.syntax', 1, 4],
    ['two documents', 'a: 1\n---\nb: 2\n', 'config.syntax', 2, 1],
    ['an alias without anchor', 'a: *x\n', 'config.syntax', 1, 4],
    ['a list as key', '? [a]\n: 1\n', 'config.syntax', 1, 1],
  ])('refuses %s at its place', (_, text, code, line, column) => {
    const { tree, problems } = parseYaml('a.yaml', text)
    expect(tree).toBeNull()
    expect(problems[0]).toMatchObject({ code, file: 'a.yaml', line, column })
  })

  it.each([
    ['a key', 'a: 1\nb: 2\na: 3\n', 3, 1, { a: 3, b: 2 }],
    ['a nested key', 'a:\n  b: 1\n  b: 2\n', 3, 3, { a: { b: 2 } }],
    ['a mapping', 'a: { b: 1 }\na: { c: 2 }\n', 2, 1, { a: { b: 1, c: 2 } }],
  ])('refuses %s twice, and gives what else can be looked at', (_, text, line, column, plain) => {
    const { tree, problems } = parseYaml('a.yaml', text)
    expect(problems).toMatchObject([{ code: 'config.duplicate_key', file: 'a.yaml', line, column }])
    expect(tree && toPlain(tree)).toEqual(plain)
  })

  it('reports several faults at once', () => {
    const { problems } = parseYaml('a.yaml', 'a: 1\na: 2\nb: @x\nb: 3\n')
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4])
  })

  it('never repeats what the file says', () => {
    const { problems } = parseYaml('a.yaml', 'token: "s3cret-value\nb: 1\n"x": s3cret-value: y\n')
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain('s3cret-value')
  })

  it.each([
    ['no', 'no'],
    ['yes', 'yes'],
    ['on', 'on'],
    ['2024-01-31', '2024-01-31'],
    ['12:30', '12:30'],
    ['true', true],
    ['42', 42],
    ['null', null],
    ['~', null],
    ['"true"', 'true'],
    ['0x1F', 31],
    ['1_000', '1_000'],
  ])('reads %s by the rules of YAML 1.2', (text, value) => {
    const { tree } = parseYaml('a.yaml', `a: ${text}\n`)
    expect(tree && toPlain(tree)).toEqual({ a: value })
  })

  it.each(['12345678901234567890', '007', '1.10', '-0.0', '1e3', '.inf'])(
    'keeps the text of the number %s',
    (text) => {
      const { tree } = parseYaml('a.yaml', `a: ${text}\n`)
      const node = tree?.kind === 'map' ? tree.entries.get('a')?.value : null
      expect(node).toMatchObject({ kind: 'scalar', source: text, quoted: false })
    },
  )

  it('knows the line, column and path of every value', () => {
    const { tree } = parseYaml('a.yaml', 'a:\n  b:\n    - c: 1\n')
    const a = tree?.kind === 'map' ? tree.entries.get('a')?.value : null
    const b = a?.kind === 'map' ? a.entries.get('b') : null
    const item = b?.value.kind === 'list' ? b.value.items[0] : null
    const c = item?.kind === 'map' ? item.entries.get('c') : null
    expect(b?.place).toEqual({ file: 'a.yaml', line: 2, column: 3, path: 'a.b' })
    expect(c?.value.place).toEqual({ file: 'a.yaml', line: 3, column: 10, path: 'a.b.0.c' })
  })

  it('follows aliases', () => {
    const { tree } = parseYaml('a.yaml', 'a: &x { k: 1 }\nb: *x\n')
    expect(tree && toPlain(tree)).toEqual({ a: { k: 1 }, b: { k: 1 } })
  })

  it('refuses aliases that expand without end', () => {
    const levels = Array.from(
      { length: 9 },
      (_, n) => `l${n + 1}: &l${n + 1} [${Array(9).fill(`*l${n}`).join(', ')}]`,
    )
    const { tree, problems } = parseYaml('a.yaml', `l0: &l0 [x]\n${levels.join('\n')}\n`)
    expect(tree).toBeNull()
    expect(problems).toHaveLength(1)
    expect(problems[0]?.code).toBe('config.syntax')
  })

  it('gives no tree for an empty file', () => {
    expect(parseYaml('a.yaml', '# nothing\n')).toEqual({ tree: null, problems: [] })
  })
})
