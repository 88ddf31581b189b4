import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { layers, seams } from './import-matrix.ts'
import { projectFiles, readProjectFile, root } from './source-files.ts'

describe.skipIf(!existsSync(join(root, 'README.md')))('README.md', () => {
  it('leads to nothing that the package does not bring along', () => {
    const { files }: { readonly files: readonly string[] } = JSON.parse(
      readProjectFile('package.json'),
    )
    const brought = [...files, 'LICENSE']
    const links = [...readProjectFile('README.md').matchAll(/\]\((?!https?:)([^)#]+)/g)]
    const missing = links.filter(([, path = '']) => !brought.includes(path.split('/')[0] ?? ''))
    expect(links.length).toBeGreaterThan(5)
    expect(missing.map(([, path]) => path)).toEqual([])
  })

  it('has at most 100 lines', () => {
    expect(readProjectFile('README.md').split('\n').length - 1).toBeLessThanOrEqual(100)
  })
})

describe('CHANGELOG.md', () => {
  it('begins with what is unreleased, and says something there', () => {
    const [, first = ''] = readProjectFile('CHANGELOG.md').split(/^## /m)
    expect(first.split('\n')[0]).toBe('[Unreleased]')
    expect(first).toMatch(/^- \S/m)
  })
})

describe('ARCHITECTURE.md', () => {
  const text = readProjectFile('ARCHITECTURE.md')

  it('numbers the nine promises', () => {
    const numbers = [...text.matchAll(/^(\d)\. \*\*/gm)].map((match) => Number(match[1]))
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it('shows the import matrix as it is', () => {
    const rows = [...text.matchAll(/^\| `([^`]+)` +\|[^|]+\|([^|]+)\|$/gm)]
    const shown = rows.map(([, part = '', may = '']) => [
      part.replace(/\/$/, ''),
      [...pathsIn(may), ...(may.includes('the seams') ? seams : [])],
    ])
    expect(shown).toEqual(layers.map((layer) => [layer.path, [...layer.may]]))
  })
})

function pathsIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, path = '']) => path)
}

describe('decision records', () => {
  const records = projectFiles('docs/decisions').filter((path) => path.endsWith('.md'))

  it('are named by date and subject', () => {
    expect(records.length).toBeGreaterThan(0)
    expect(records.filter((path) => !/\/\d{8}-[a-z0-9-]+\.md$/.test(path))).toEqual([])
  })

  it.each(records)('%s has its four parts', (path) => {
    const parts = [...readProjectFile(path).matchAll(/^## (.+)$/gm)].map((match) => match[1])
    expect(parts).toEqual(['Summary', 'Context', 'Decision', 'Consequences'])
  })
})
