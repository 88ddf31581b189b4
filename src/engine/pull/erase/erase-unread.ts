/** Webhooks that could not be read and hold a person's value are removed whole: nobody knows what else is in them. */
import { hash } from 'node:crypto'
import { eraseUnread, type KeptEvent, listUnread } from '../../../core/sql/unread-events.ts'
import { eraseMarked } from '../../erase-marked.ts'
import type { LoadContext } from '../context.ts'
import { mentions, textOfBytes } from './mentions.ts'
import { partsOf } from './parts-of.ts'

/** A body may have as much as the server takes. */
const bodiesPerPage = 100
/** Of a statement that compares with each. */
const eventsPerStatement = 500

/** Gives how many there were. */
export function eraseFromUnread(
  context: LoadContext & { readonly dryRun: boolean },
  value: string,
): Promise<number> {
  const { dialect, shared, sync, warehouse } = context
  return warehouse.session(async (session) => {
    const found: KeptEvent[] = []
    const all = session.stream(listUnread(dialect, shared, sync.name), bodiesPerPage)
    for await (const page of all) {
      for (const [position, encoding, body] of page) {
        const kept = body ?? ''
        if (!mentions(bodyText(encoding ?? '', kept), value)) continue
        found.push({ position: Number(position), digest: hash('md5', kept, 'hex') })
      }
    }
    const statements = partsOf(found, eventsPerStatement).map((part) =>
      eraseUnread(dialect, shared, sync.name, part),
    )
    // An erasure by value has its mark from here where no record was found.
    const removed = await eraseMarked(context, session, () => statements)
    return removed.reduce((sum, rows) => sum + rows, 0)
  })
}

function bodyText(encoding: string, body: string): string {
  return encoding === 'base64' ? textOfBytes(Buffer.from(body, 'base64')) : body
}
