/** The text of the statements that remove a person, for each dialect, against a reviewed file. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  eraseHeld,
  eraseHeldNaming,
  eraseKeys,
  eraseMessages,
  eraseOperation,
  type EraseTables,
  foreignSyncs,
  keysSpelling,
  operationsNaming,
  recordsKeyed,
  recordsMatching,
  recordsNaming,
  runsOfSync,
  workingTables,
} from '../../src/core/sql/erase.ts'
import { column, dialects, runId, shared, sync, syncName } from './sample.ts'

it('are the same for all dialects but for what their SQL says differently', async () => {
  const texts = dialects.flatMap((dialect) => {
    const keyColumn = column(dialect, 'key', 'integer')
    const tables: EraseTables = { dialect, shared, sync: sync(dialect), syncName, keyColumn }
    const statements = [
      recordsMatching(tables, ['a@x.com', 'A@x.com']),
      recordsNaming(tables, 'A@x.com'),
      recordsKeyed(tables, ['1']),
      keysSpelling(tables, 'A@x.com'),
      operationsNaming(tables, 'Ann "A" Lee'),
      eraseOperation(tables, runId, 7),
      ...eraseKeys(tables, ['1', '2']),
      eraseHeld(tables, ['3']),
      eraseHeldNaming(tables, 'A@x.com'),
      ...eraseMessages(tables, 'A@x.com'),
      workingTables(dialect, shared),
      foreignSyncs(dialect, shared, 'state'),
      runsOfSync(dialect, shared, syncName, [runId]),
    ]
    const lines = statements.map(
      ({ text, parameters }) => `${text};\n-- ${JSON.stringify(parameters)}`,
    )
    return [`-- ${dialect.name}`, ...lines, '']
  })
  await expect(texts.join('\n')).toMatchFileSnapshot(
    join(import.meta.dirname, '__golden__', 'erase.sql'),
  )
})
