/**
 * What the warehouse keeps of an event that could not be read. Nobody knows which fields are in it, so that of a sync
 * that leaves out or hashes any, nothing of the body is kept, and no word of it is told (promise 8).
 */
import { createHmac } from 'node:crypto'
import type { EventRefusal } from '../../../connector/source.ts'
import type { UnreadEvent } from '../../../core/sql/unread-events.ts'
import type { StoredEntry } from '../../../journal/journal.ts'
import { instant } from '../../instant.ts'
import type { LoadContext } from '../context.ts'

type KeepingContext = Pick<LoadContext, 'erasureKey' | 'sync'>

export function keptUnread(
  context: KeepingContext,
  entry: StoredEntry,
  refusal: EventRefusal,
): UnreadEvent {
  const { connection, position, receivedAt } = entry
  const { exclude, hash, only } = context.sync.fields
  const isWhole = exclude.length + hash.length + only.length === 0
  return {
    connection,
    position,
    receivedAt: instant(receivedAt),
    reason: isWhole ? reasonWithWord(refusal) : refusal.reason,
    ...(isWhole ? bodyOf(entry) : digestOf(context, entry)),
  }
}

/** Of a word, for people. */
const mostCharacters = 60

/** As JSON, any warehouse can hold the word. */
function reasonWithWord({ reason, word }: EventRefusal): string {
  return word === undefined ? reason : `${reason}: ${JSON.stringify(word.slice(0, mostCharacters))}`
}

type KeptBody = Pick<UnreadEvent, 'encoding' | 'body'>

function bodyOf({ body }: StoredEntry): KeptBody {
  const text = textOf(body)
  if (text !== null) return { encoding: 'utf-8', body: text }
  return { encoding: 'base64', body: Buffer.from(body).toString('base64') }
}

/** Null for what is no text that every warehouse can hold. */
function textOf(body: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** It tells equal bodies, and only to the state whose key it is made with. */
function digestOf({ erasureKey }: KeepingContext, { body }: StoredEntry): KeptBody {
  return { encoding: 'digest', body: createHmac('sha256', erasureKey).update(body).digest('hex') }
}
