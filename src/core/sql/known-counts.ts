/** What earlier runs left, in numbers: a plan over millions of rows need not look for what isn't there. */
import type { Dialect } from './dialect.ts'
import { type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** `[present, reopened, held]` as texts: rows of the baseline whose records are there, that are reopened, and rows held back. */
export function knownCounts(dialect: Dialect, { baseline, held }: SyncTables): Statement {
  const { quote, toText } = dialect
  const ofBaseline = `select count(case when ${quote('presence')} = 'present' then 1 end) as live, count(case when ${quote('reopened')} then 1 end) as again from ${tableReference(dialect, baseline)}`
  const ofHeld = `select count(*) as held from ${tableReference(dialect, held)}`
  return statement(
    `select ${toText('b.live')}, ${toText('b.again')}, ${toText('h.held')} from (${ofBaseline}) as b cross join (${ofHeld}) as h`,
  )
}
