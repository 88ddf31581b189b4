import { describe, expect, it } from 'vitest'
import { breaches, layers, siblingBreaches } from './import-matrix.ts'
import { importsOf, productFiles, readProjectFile } from './source-files.ts'

function check(path: string, text: string): readonly string[] {
  return breaches(path, importsOf(path, text))
}

describe('the import matrix', () => {
  it('holds for every file of src/', () => {
    const files = productFiles()
    expect(files).toContain('src/model/value.ts')
    expect(files.flatMap((path) => check(path, readProjectFile(path)))).toEqual([])
  })

  it('keeps siblings apart: no CRM knows another, no warehouse, no store', () => {
    const found = productFiles().flatMap((path) =>
      siblingBreaches(path, importsOf(path, readProjectFile(path))),
    )
    expect(found).toEqual([])
  })

  it('lets no two layers import each other', () => {
    const edges = layers.flatMap((layer) => layer.may.map((to) => [layer.path, to.split('/')[0]]))
    const mutual = edges.filter(([from, to]) =>
      edges.some(([otherFrom, otherTo]) => otherFrom === to && otherTo === from && from !== to),
    )
    expect(mutual).toEqual([])
  })

  it.each([
    ['a static import', "import { a } from '../app/a.ts'"],
    ['a type-only import', "import type { A } from '../app/a.ts'"],
    ['a re-export', "export * from '../app/a.ts'"],
    ['a dynamic import', "const a = () => import('../app/a.ts')"],
  ])('notices %s upwards', (_name, text) => {
    expect(check('src/core/x.ts', text)).toEqual([
      'src/core/x.ts:1: core may not import ../app/a.ts',
    ])
  })

  it('tells the seam from what is behind it', () => {
    const seam = "import type { Ledger } from '../ledger/ledger.ts'"
    const behind = "import { SqliteStore } from '../ledger/sqlite/sqlite-store.ts'"
    expect(check('src/engine/x.ts', seam)).toEqual([])
    expect(check('src/engine/x.ts', behind)).toHaveLength(1)
  })

  it('allows no package in model/ and core/', () => {
    expect(check('src/model/x.ts', "import { z } from 'zod'")).toHaveLength(1)
    expect(check('src/core/x.ts', "import { join } from 'node:path'")).toHaveLength(1)
    expect(check('src/config/x.ts', "import { z } from 'zod'")).toEqual([])
  })

  it('refuses a folder that nobody has placed', () => {
    expect(check('src/shared/x.ts', '')).toEqual([
      'src/shared/x.ts: belongs to no layer of the import matrix',
    ])
  })

  it('takes comments and texts for what they are', () => {
    const text = "// import '../app/a.ts'\nexport const a = `import '../app/a.ts'`"
    expect(check('src/core/x.ts', text)).toEqual([])
  })

  it('lets what is over a database know that database and no other', () => {
    const path = 'src/ledger/sqlite/open-sqlite-ledger.ts'
    const own = "import '../../store/sqlite/open-sqlite-store.ts'"
    const other = "import '../../store/postgres/open-postgres-store.ts'"
    expect(siblingBreaches(path, importsOf(path, own))).toEqual([])
    expect(siblingBreaches(path, importsOf(path, other))).toHaveLength(1)
  })

  it('notices one CRM that knows another', () => {
    const path = 'src/connector/salesforce/read.ts'
    const imports = importsOf(path, "import '../hubspot/read.ts'\nimport '../http/client.ts'")
    expect(siblingBreaches(path, imports)).toEqual([
      `${path}:1: connector/salesforce may not know connector/hubspot`,
    ])
  })
})
