/** Reasons are written where rows are judged; the page of all of them must know each. */
import { describe, expect, it } from 'vitest'
import { openReasons, rowReasons } from '../../src/model/row-reasons.ts'
import { projectFiles, readProjectFile } from './source-files.ts'

const families = [...new Set(Object.keys(rowReasons).map((name) => name.split('.')[0] ?? name))]
const literal = new RegExp(`'((?:${families.join('|')})\\.[a-z_]+|dependency|in_doubt)'`, 'g')

/** Where rows are judged. */
const judges = ['src/core', 'src/engine', 'src/sandbox', 'src/connector']

function written(): ReadonlySet<string> {
  const files = judges
    .flatMap((folder) => projectFiles(folder))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  return new Set(
    files.flatMap((path) =>
      [...readProjectFile(path).matchAll(literal)].map(([, name = '']) => name),
    ),
  )
}

describe('the declared row reasons', () => {
  it('are all that the code gives', () => {
    const known = Object.keys(rowReasons)
    expect([...written()].filter((name) => !known.includes(name))).toEqual([])
  })

  it('are given by the code, each of them', () => {
    const found = written()
    expect(Object.keys(rowReasons).filter((name) => !found.has(name))).toEqual([])
  })

  it('are no beginnings of open ones by accident', () => {
    const open = Object.keys(openReasons)
    const own = ['crm.not_applied', 'association.unaccounted']
    const captured = Object.keys(rowReasons).filter((name) =>
      open.some((beginning) => name.startsWith(beginning)),
    )
    expect(captured.toSorted()).toEqual(own.toSorted())
  })
})
