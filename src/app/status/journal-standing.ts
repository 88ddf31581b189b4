/** What waits in the journal, and whether it is more, or waits for longer, than the project says that it should. */
import type { ServerSettings } from '../../config/server-settings.ts'
import type { JournalExtent } from '../../journal/journal.ts'
import type { SynclineError } from '../../model/error.ts'
import { isOf } from '../../model/sync.ts'
import { appErrors } from '../errors.ts'
import type { Workspace } from '../workspace/workspace.ts'

export interface JournalStanding extends JournalExtent {
  /** How long the first entry has been waiting, in milliseconds; 0 where there is none. */
  readonly ageMs: number
  /** Which bound is exceeded; null for none. */
  readonly excess: 'age' | 'size' | null
}

/** Null for a project that receives nothing, as no sync pulls. */
export async function journalStanding(
  workspace: Workspace,
  now: number,
): Promise<JournalStanding | null> {
  const { badSyncs, server, syncs } = workspace.project
  if (badSyncs.length === 0 && !syncs.some((sync) => isOf('pull', sync))) return null
  return standingOf(await (await workspace.journal()).extent(), server, now)
}

export function standingOf(
  extent: JournalExtent,
  { journalAlarm }: Pick<ServerSettings, 'journalAlarm'>,
  now: number,
): JournalStanding {
  // Another machine's clock may be ahead of ours.
  const ageMs = extent.oldest === null ? 0 : Math.max(0, now - extent.oldest)
  const isOld = ageMs > journalAlarm.ageMs
  const isLarge = extent.bytes > journalAlarm.bytes
  return { ...extent, ageMs, excess: isOld ? 'age' : isLarge ? 'size' : null }
}

/** Null where it is within bounds. */
export function alarmOf(standing: JournalStanding): SynclineError | null {
  const { ageMs, bytes, entries, excess } = standing
  if (excess === null) return null
  const minutes = Math.floor(ageMs / 60_000)
  return appErrors.journal_waits({
    message: `${entries} webhooks of ${bytes} bytes wait to be loaded, the first for ${minutes} minutes: more than \`server.journal_alarm.${excess === 'age' ? 'age' : 'megabytes'}\` allows.`,
  })
}
