/** A sync in one line: its name, and which way what goes. */
import type { Sync } from '../../model/sync.ts'

/** As many as a line has room for. */
const mostNamed = 3

export function syncTitle(sync: Sync): string {
  if (sync.type === 'push') return `${sync.name} → ${sync.crm} ${sync.object}`
  const { name, crm, objects } = sync
  const shown = objects.slice(0, mostNamed).join(', ')
  const more = objects.length - mostNamed
  return `${name} ← ${crm} ${shown}${more > 0 ? ` and ${more} more` : ''}`
}
