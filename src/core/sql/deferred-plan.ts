/** A plan that sends nothing: all due rows wait for another run. */
import { type DiffInput, dueKey } from './diff.ts'
import { tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { statement } from './working-schema.ts'

/** Puts each due row into the plan as deferred, in place of what stands there. */
export function deferDueStatements(
  input: DiffInput,
  { reason, message }: { readonly reason: string; readonly message: string },
): Statement[] {
  const { dialect, run } = input
  const { literal, quote } = dialect
  const plan = tableReference(dialect, run.plan)
  const columns = {
    sequence: quote('sequence'),
    phase: '0',
    kind: literal('none'),
    key: dialect.canonicalText(quote('key'), dueKey(input)),
    remote_id: quote('remote_id'),
    status: literal('deferred'),
    reason: literal(reason),
    message: literal(message),
    clears: '0',
    changes: literal('{}'),
    crm_values: literal('{}'),
    withheld: literal('{}'),
  }
  const names = Object.keys(columns).map((name) => quote(name))
  return [
    statement(`delete from ${plan}`),
    statement(
      `insert into ${plan} (${names.join(', ')}) select ${Object.values(columns).join(', ')} from ${tableReference(dialect, run.due)}`,
    ),
  ]
}
