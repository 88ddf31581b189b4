/** What was received and can't be read is kept for a person to look at: a table of the working schema. */
import type { Dialect } from './dialect.ts'
import { type SharedTables, tableReference } from './names.ts'
import type { Statement } from './statement.ts'
import { createTable, statement } from './working-schema.ts'

const unreadColumns = {
  sync: 'text',
  connection: 'text',
  position: 'bigint',
  received_at: 'timestamp_tz',
  reason: 'text',
  encoding: 'text',
  body: 'text',
} as const

export interface UnreadEvent {
  readonly connection: string
  /** In the journal. */
  readonly position: number
  /** Canonical instant. */
  readonly receivedAt: string
  readonly reason: string
  /** Of a `digest` nobody makes the body again. */
  readonly encoding: 'utf-8' | 'base64' | 'digest'
  readonly body: string
}

export function createUnread(dialect: Dialect, { unread }: SharedTables): Statement {
  return createTable(dialect, unread, unreadColumns)
}

/**
 * In place of what stands there of the same entry: a load that was cut off is done again. A journal that was lost, or restored,
 * gives positions out once more, so that the time says as well which entry it was.
 */
export function putUnread(
  dialect: Dialect,
  { unread }: SharedTables,
  sync: string,
  event: UnreadEvent,
): Statement[] {
  const { literal, placeholder, quote, types } = dialect
  const table = tableReference(dialect, unread)
  const names = Object.keys(unreadColumns).map((name) => quote(name))
  const receivedAt = `cast(${literal(event.receivedAt)} as ${types.timestamp_tz})`
  const values = [
    literal(sync),
    placeholder(1),
    String(event.position),
    receivedAt,
    placeholder(2),
    literal(event.encoding),
    placeholder(3),
  ]
  return [
    statement(
      `delete from ${table} where ${quote('sync')} = ${literal(sync)} and ${quote('position')} = ${event.position} and ${quote('received_at')} = ${receivedAt}`,
    ),
    {
      text: `insert into ${table} (${names.join(', ')}) values (${values.join(', ')})`,
      parameters: [event.connection, event.reason, event.body],
    },
  ]
}

/** `[position, encoding, body]` of what was kept for a sync. */
export function listUnread(dialect: Dialect, { unread }: SharedTables, sync: string): Statement {
  const { literal, quote, toText } = dialect
  const names = [toText(quote('position')), quote('encoding'), quote('body')].join(', ')
  return statement(
    `select ${names} from ${tableReference(dialect, unread)} where ${quote('sync')} = ${literal(sync)} order by ${quote('position')}`,
  )
}

/** An event that was kept; `digest` is that of its body, as `Dialect.digest` makes it. */
export interface KeptEvent {
  readonly position: number
  readonly digest: string
}

/** By their bodies, too: a journal that was lost, or restored, gives positions out once more. */
export function eraseUnread(
  dialect: Dialect,
  { unread }: SharedTables,
  sync: string,
  events: readonly KeptEvent[],
): Statement {
  const { digest, literal, quote } = dialect
  const body = digest(quote('body'))
  const meant = events.map(
    (event) => `(${quote('position')} = ${event.position} and ${body} = ${literal(event.digest)})`,
  )
  return statement(
    `delete from ${tableReference(dialect, unread)} where ${quote('sync')} = ${literal(sync)} and (${meant.join(' or ')})`,
  )
}
