/** What this sync did to one record: its operations as the working schema keeps them, oldest first. */
import { sharedTables, tableReference } from '../../core/sql/names.ts'
import { statement } from '../../core/sql/working-schema.ts'
import type { FieldChange } from '../../model/operation.ts'
import type { PushSync } from '../../model/sync.ts'
import type { Workspace } from '../workspace.ts'

export interface RecordOperation {
  readonly run: string
  readonly kind: string
  readonly remoteId: string | null
  readonly status: string
  readonly reason: string | null
  readonly at: string
  readonly changes: Readonly<Record<string, FieldChange>>
}

/** `key` is the model's key as text. */
export async function recordOperations(
  workspace: Workspace,
  sync: PushSync,
  key: string,
): Promise<readonly RecordOperation[]> {
  const warehouse = await workspace.warehouse(sync.warehouse)
  const { quote, literal, toText } = warehouse.dialect
  const { operations } = sharedTables(workspace.project.workingSchema)
  const columns = ['run_id', 'kind', 'remote_id', 'status', 'reason', 'changes'].map((name) =>
    quote(name),
  )
  const rows = await warehouse.session(async (session) => {
    if ((await session.columns(operations.schema, operations.table)) === null) return []
    return session.query(
      statement(
        `select ${columns.join(', ')}, ${toText(quote('at'))} from ${tableReference(warehouse.dialect, operations)} where ${quote('sync')} = ${literal(sync.name)} and ${quote('key')} = ${literal(key)} order by ${quote('at')}, ${quote('run_id')}`,
      ),
    )
  })
  return rows.map(([run, kind, remoteId, status, reason, changes, at]) => ({
    run: run ?? '',
    kind: kind ?? '',
    remoteId: remoteId ?? null,
    status: status ?? '',
    reason: reason ?? null,
    at: isoTime(at ?? ''),
    changes: JSON.parse(changes ?? '{}') as RecordOperation['changes'],
  }))
}

/** The warehouse writes `2026-11-21 09:30:15.25+00`. */
function isoTime(text: string): string {
  const milliseconds = Date.parse(text.replace(' ', 'T').replace(/\+00$/, 'Z'))
  return Number.isNaN(milliseconds) ? text : new Date(milliseconds).toISOString()
}
