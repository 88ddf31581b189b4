/**
 * The omniscient log of a local CRM: every write with its before and after, whoever made it. It holds
 * references to the immutable record versions, so that remembering costs little more than the versions
 * themselves.
 */

/** `system`: the CRM itself, e.g. a recalculated field. */
export const writeSources = ['api', 'person', 'system'] as const
export type WriteSource = (typeof writeSources)[number]

export interface WriteOrigin {
  readonly at: number
  readonly source: WriteSource
  readonly requestId: string | null
}

/** A version of a record, as far as the log reads it; what is empty is absent. */
export interface Version<Value> {
  readonly id: string
  readonly values: Readonly<Record<string, Value>>
}

export type LogEntry<Kind extends string, Value, Origin extends WriteOrigin> = Origin & {
  readonly seq: number
  readonly object: string
  readonly id: string
  readonly kind: Kind
  /** Old and new value of what changed; null is empty. */
  readonly changes: Changes<Value>
}

type Changes<Value> = Readonly<Record<string, readonly [Value | null, Value | null]>>

interface Write<Kind extends string, Stored, Origin extends WriteOrigin> {
  readonly seq: number
  readonly object: string
  readonly kind: Kind
  readonly before: Stored | null
  readonly after: Stored | null
  readonly origin: Origin
}

export class WriteLog<
  Kind extends string,
  Value,
  Stored extends Version<Value>,
  Origin extends WriteOrigin,
> {
  readonly #writes: Write<Kind, Stored, Origin>[] = []
  readonly #keep: boolean
  #next = 1

  constructor(keep: boolean) {
    this.#keep = keep
  }

  add(
    object: string,
    kind: Kind,
    before: Stored | null,
    after: Stored | null,
    origin: Origin,
  ): void {
    const seq = this.#next++
    if (this.#keep) this.#writes.push({ seq, object, kind, before, after, origin })
  }

  /** Where the log stands, to go back to. */
  mark(): number {
    return this.#next
  }

  /** Forgets what was written since the mark, as a rolled back transaction leaves no trace. */
  backTo(mark: number): void {
    while ((this.#writes.at(-1)?.seq ?? 0) >= mark) this.#writes.pop()
    this.#next = mark
  }

  entries(): LogEntry<Kind, Value, Origin>[] {
    return this.#writes.map(({ before, after, origin, ...write }) => ({
      ...origin,
      ...write,
      id: (after ?? before)?.id ?? '',
      changes: changesOf(before, after),
    }))
  }

  /** The entries with the whole record before and after each write; null where there was or is none. */
  fullEntries(): (LogEntry<Kind, Value, Origin> & {
    readonly before: Stored | null
    readonly after: Stored | null
  })[] {
    return this.entries().map((entry, index) => {
      const { before = null, after = null } = this.#writes[index] ?? {}
      return { ...entry, before, after }
    })
  }

  /** The versions after each write to one record, oldest first. */
  versionsOf(object: string, id: string): { origin: Origin; after: Stored }[] {
    const found: { origin: Origin; after: Stored }[] = []
    for (const { object: written, after, origin } of this.#writes) {
      if (written === object && after?.id === id) found.push({ origin, after })
    }
    return found
  }
}

function changesOf<Value>(
  before: Version<Value> | null,
  after: Version<Value> | null,
): Changes<Value> {
  const changes: Record<string, readonly [Value | null, Value | null]> = {}
  const old = before?.values ?? {}
  const now = after?.values ?? {}
  for (const [name, value] of Object.entries(now)) {
    if (textOf(old[name] ?? '') !== textOf(value)) changes[name] = [old[name] ?? null, value]
  }
  for (const [name, value] of Object.entries(old)) {
    if (now[name] === undefined) changes[name] = [value, null]
  }
  return changes
}

/** Some CRMs have values with parts. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
