/** The text of the statements that rename a push, for each dialect, against a reviewed file. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Catalogue } from '../../src/core/sql/catalogue.ts'
import { keepKeyName, whoseKeyName } from '../../src/core/sql/key-name.ts'
import { syncTables } from '../../src/core/sql/names.ts'
import { forgetVersions, joinRows, renameRows, renameTables } from '../../src/core/sql/rename.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { dialects, shared, sync, syncName } from './sample.ts'

const catalogue: Catalogue = new Map([
  ['syncs', [{ name: 'sync' }]],
  ['reads', [{ name: 'run_id' }, { name: 'sync' }]],
  ['failures', [{ name: 'sync' }]],
  ['format', [{ name: 'version' }]],
])

it('are the same for all dialects but for what their SQL says differently', async () => {
  const texts = dialects.flatMap((dialect) => {
    const to = 'customers'
    const renamed = syncTables('work', to, dialect.maxIdentifierBytes)
    const before = [statement('select 1')]
    const renaming = { dialect, shared, catalogue, from: syncName, to, fence: 7, before }
    const statements = [
      keepKeyName(dialect, shared, syncName),
      whoseKeyName(dialect, shared, syncName),
      forgetVersions(dialect, shared, to),
      ...renameTables(dialect, sync(dialect), renamed),
      ...renameRows(renaming),
      ...joinRows(renaming),
    ]
    const lines = statements.map(
      ({ text, parameters }) => `${text};\n-- ${JSON.stringify(parameters)}`,
    )
    return [`-- ${dialect.name}`, ...lines, '']
  })
  await expect(texts.join('\n')).toMatchFileSnapshot(
    join(import.meta.dirname, '__golden__', 'rename.sql'),
  )
})
