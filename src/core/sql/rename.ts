/** Everything of one sync under another name. */
import type { Dialect } from './dialect.ts'
import { type SharedTables, type SyncTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { dropTable, statement } from './working-schema.ts'

export function renameStatements(
  dialect: Dialect,
  shared: SharedTables,
  old: SyncTables,
  renamed: SyncTables,
  from: string,
  to: string,
): Statement[] {
  const { literal, quote } = dialect
  const copies = (['baseline', 'held'] as const).flatMap((name) => [
    ...dialect
      .createTableAs(
        tableReference(dialect, renamed[name]),
        `select * from ${tableReference(dialect, old[name])}`,
      )
      .map((text) => statement(text)),
    dropTable(dialect, old[name]),
  ])
  const rows = [shared.syncs, shared.mappings, shared.operations, shared.runs].map((table) =>
    statement(
      `update ${tableReference(dialect, table)} set ${quote('sync')} = ${literal(to)} where ${quote('sync')} = ${literal(from)}`,
    ),
  )
  return [...copies, ...rows]
}
