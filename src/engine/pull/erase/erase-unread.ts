/** Webhooks that could not be read and hold a person's value are removed whole: nobody knows what else is in them. */
import { eraseUnread, listUnread } from '../../../core/sql/unread-events.ts'
import { fenceStatement } from '../../working-schema.ts'
import type { LoadContext } from '../context.ts'
import { mentions, textOfBytes } from './mentions.ts'

/** A body may have as much as the server takes. */
const bodiesPerPage = 100

/** Gives how many there were. */
export function eraseFromUnread(context: LoadContext, value: string): Promise<number> {
  const { dialect, shared, sync, warehouse } = context
  return warehouse.session(async (session) => {
    const positions: number[] = []
    const all = session.stream(listUnread(dialect, shared, sync.name), bodiesPerPage)
    for await (const page of all) {
      for (const [position, encoding, body] of page) {
        if (mentions(bodyText(encoding ?? '', body ?? ''), value)) positions.push(Number(position))
      }
    }
    if (positions.length === 0) return 0
    const statements = [fenceStatement(context), eraseUnread(dialect, shared, sync.name, positions)]
    const [, removed = 0] = await session.execute(statements)
    return removed
  })
}

function bodyText(encoding: string, body: string): string {
  return encoding === 'base64' ? textOfBytes(Buffer.from(body, 'base64')) : body
}
