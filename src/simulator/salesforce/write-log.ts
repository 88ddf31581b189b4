/** The omniscient log: every write with its before and after, whoever made it. */
import type { FieldValue, StoredRecord } from './records.ts'

export const writeKinds = ['create', 'update', 'delete', 'undelete', 'purge'] as const
export type WriteKind = (typeof writeKinds)[number]

/** `system`: automation inside the org, which moves only the system modification stamp. */
export const writeSources = ['api', 'person', 'system'] as const
export type WriteSource = (typeof writeSources)[number]

export interface WriteOrigin {
  readonly at: number
  readonly source: WriteSource
  readonly requestId: string | null
  readonly userId: string
  /** The `client` of `Sforce-Call-Options`. */
  readonly client: string | null
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
  readonly changes: Readonly<Record<string, readonly [FieldValue | null, FieldValue | null]>>
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
    if (this.#keep) this.#versions.push({ ...origin, seq, object, kind, before, after })
  }

  /** Where the log stands, to go back to. */
  mark(): number {
    return this.#next
  }

  /** Forgets what was written since the mark, as a rolled back transaction leaves no trace. */
  backTo(mark: number): void {
    while ((this.#versions.at(-1)?.seq ?? 0) >= mark) this.#versions.pop()
    this.#next = mark
  }

  entries(): WriteLogEntry[] {
    return this.#versions.map(({ before, after, ...version }) => ({
      ...version,
      id: (after ?? before)?.id ?? '',
      changes: changesOf(before, after),
    }))
  }
}

function changesOf(
  before: StoredRecord | null,
  after: StoredRecord | null,
): WriteLogEntry['changes'] {
  const changes: Record<string, readonly [FieldValue | null, FieldValue | null]> = {}
  const old = before?.values ?? {}
  const now = after?.values ?? {}
  for (const [name, value] of Object.entries(now)) {
    if (String(old[name] ?? '') !== String(value)) changes[name] = [old[name] ?? null, value]
  }
  for (const [name, value] of Object.entries(old)) {
    if (now[name] === undefined) changes[name] = [value, null]
  }
  return changes
}
