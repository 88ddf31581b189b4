/** Webhooks that could not be read and hold a person's value are removed whole: nobody knows what else is in them. */
import { eraseUnread, listUnread } from '../../core/sql/unread-events.ts'
import { fenceStatement } from '../working-schema.ts'
import type { LoadContext } from './context.ts'

/** A body may have as much as the server takes. */
const bodiesPerPage = 100

/** Gives how many there were. */
export function eraseFromUnread(context: LoadContext, value: string): Promise<number> {
  const { dialect, shared, sync, warehouse } = context
  const sought = value.trim().toLowerCase()
  return warehouse.session(async (session) => {
    const positions: number[] = []
    const all = session.stream(listUnread(dialect, shared, sync.name), bodiesPerPage)
    for await (const page of all) {
      for (const [position, encoding, body] of page) {
        if (mentions(bodyText(encoding ?? '', body ?? ''), sought)) positions.push(Number(position))
      }
    }
    if (positions.length === 0) return 0
    const statements = [fenceStatement(context), eraseUnread(dialect, shared, sync.name, positions)]
    const [, removed = 0] = await session.execute(statements)
    return removed
  })
}

/** What was no text is read as one all the same: its ASCII is there. */
function bodyText(encoding: string, body: string): string {
  return encoding === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : body
}

/** A body may have escaped any sign, and in a form the blanks and the `@`. */
function mentions(body: string, sought: string): boolean {
  const plain = body.replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  const escaped = encodeURIComponent(sought).toLowerCase()
  const lower = plain.toLowerCase()
  return lower.includes(sought) || lower.includes(escaped)
}
