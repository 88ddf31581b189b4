/**
 * What the warehouse keeps of an event that could not be read. Nobody knows which fields are in it, so that of a sync
 * that leaves out or hashes any, no body is kept (promise 8).
 */
import { createHmac } from 'node:crypto'
import type { UnreadEvent } from '../../../core/sql/unread-events.ts'
import type { LoadContext } from '../context.ts'

/** The digest tells equal bodies, and only to the state whose key it is made with. */
export function keptUnread(
  { erasureKey, sync }: Pick<LoadContext, 'erasureKey' | 'sync'>,
  event: UnreadEvent,
): UnreadEvent {
  const { exclude, hash, only } = sync.fields
  if (exclude.length + hash.length + only.length === 0) return event
  const body = createHmac('sha256', erasureKey).update(event.body).digest('hex')
  return { ...event, encoding: 'digest', body }
}
