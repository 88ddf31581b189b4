/**
 * The omniscient log: every write with its before and after, whoever made it. It holds references to
 * the immutable record versions, so that remembering costs little more than the versions themselves.
 */
import type { StoredRecord } from './records.ts'

export const writeKinds = ['create', 'update', 'archive', 'restore', 'merge', 'purge'] as const
export type WriteKind = (typeof writeKinds)[number]

/** `system`: HubSpot itself, e.g. a recalculated property. */
export const writeSources = ['api', 'person', 'system'] as const
export type WriteSource = (typeof writeSources)[number]

export interface WriteOrigin {
  readonly at: number
  readonly source: WriteSource
  readonly requestId: string | null
}

interface WriteVersion extends WriteOrigin {
  readonly seq: number
  readonly object: string
  readonly kind: WriteKind
  readonly before: StoredRecord | null
  readonly after: StoredRecord | null
}

export interface WriteLogEntry extends WriteOrigin {
  readonly seq: number
  readonly object: string
  readonly id: string
  readonly kind: WriteKind
  /** Old and new value of what changed; null is empty. */
  readonly changes: Readonly<Record<string, readonly [string | null, string | null]>>
}

export class WriteLog {
  readonly #versions: WriteVersion[] = []
  readonly #keep: boolean
  #next = 1

  constructor(keep: boolean) {
    this.#keep = keep
  }

  add(
    object: string,
    kind: WriteKind,
    before: StoredRecord | null,
    after: StoredRecord | null,
    origin: WriteOrigin,
  ): void {
    const seq = this.#next++
    if (this.#keep) this.#versions.push({ seq, object, kind, before, after, ...origin })
  }

  entries(): WriteLogEntry[] {
    return this.#versions.map((version) => ({
      seq: version.seq,
      at: version.at,
      object: version.object,
      id: (version.after ?? version.before)?.id ?? '',
      kind: version.kind,
      source: version.source,
      requestId: version.requestId,
      changes: changesOf(version.before, version.after),
    }))
  }

  /** The versions after each write to one record, oldest first. */
  versionsOf(object: string, id: string): { origin: WriteOrigin; after: StoredRecord }[] {
    const found: { origin: WriteOrigin; after: StoredRecord }[] = []
    for (const version of this.#versions) {
      if (version.object !== object || version.after?.id !== id) continue
      found.push({ origin: version, after: version.after })
    }
    return found
  }
}

function changesOf(before: StoredRecord | null, after: StoredRecord | null) {
  const changes: Record<string, readonly [string | null, string | null]> = {}
  const old = before?.values ?? {}
  const now = after?.values ?? {}
  for (const [name, value] of Object.entries(now)) {
    if (old[name] !== value) changes[name] = [old[name] ?? null, value]
  }
  for (const [name, value] of Object.entries(old)) {
    if (now[name] === undefined) changes[name] = [value, null]
  }
  return changes
}
