/** A CRM's history made easy to ask: who holds what, since when, by whose hand. */
import type { CrmHistory, HistoryEntry, HistoryRecord } from './crm-history.ts'
import type { Values } from './evidence.ts'

export interface FieldWrite
  extends Pick<HistoryEntry, 'at' | 'sentAt' | 'seq' | 'source' | 'kind'> {
  readonly before: string | null
  readonly after: string | null
}

export class CrmStory {
  /** Live records. */
  readonly records = new Map<string, Values>()
  readonly log: readonly HistoryEntry[]
  readonly #history: CrmHistory
  readonly #survivors = new Set<string>()
  readonly #writes = new Map<string, FieldWrite[]>()
  readonly #createdBy = new Map<string, HistoryEntry['source']>()

  /** By field, then by value: ids of live records. */
  readonly #holders = new Map<string, ReadonlyMap<string, readonly string[]>>()

  constructor(history: CrmHistory) {
    this.#history = history
    this.log = history.log
    for (const record of history.records) this.#keep(record)
    for (const entry of history.log) this.#note(entry)
  }

  #keep({ id, values, isGone, isSurvivor }: HistoryRecord): void {
    if (!isGone) this.records.set(id, values)
    if (isSurvivor) this.#survivors.add(id)
  }

  #note({ id, kind, source, at, sentAt, seq, changes }: HistoryEntry): void {
    if (kind === 'create') this.#createdBy.set(id, source)
    for (const [field, [before, after]] of Object.entries(changes)) {
      const key = `${id} ${field}`
      const writes = this.#writes.get(key) ?? []
      writes.push({ at, sentAt, seq, source, kind, before, after })
      this.#writes.set(key, writes)
    }
  }

  /** The id that `id` leads to after merges. */
  resolve(id: string): string {
    const { redirects } = this.#history
    let current = id
    for (let next = redirects[current]; next !== undefined; next = redirects[current]) {
      current = next
    }
    return current
  }

  /** Every write that changed a field of a record, oldest first. */
  writes(id: string, field: string): readonly FieldWrite[] {
    return this.#writes.get(`${id} ${field}`) ?? []
  }

  endedByPerson(id: string): boolean {
    return this.log.some(
      (entry) =>
        entry.id === id &&
        entry.source === 'person' &&
        (entry.kind === 'delete' || entry.kind === 'purge'),
    )
  }

  createdByApi(id: string): boolean {
    return this.#createdBy.get(id) === 'api'
  }

  /** Whether others were merged into it. */
  isSurvivor(id: string): boolean {
    return this.#survivors.has(id)
  }

  /** Whether people gave the record another value of the field. */
  isTypedInto(id: string, field: string): boolean {
    return this.#writes.get(`${id} ${field}`)?.some(({ source }) => source === 'person') ?? false
  }

  /**
   * Whether a merge took the value over from a record that we write to, so that the row follows and the value is its own; or from one that
   * had it from the beginning, and nobody typed it since: a run may have found what the model has.
   */
  isBrought(survivor: string, field: string, { at, after }: FieldWrite): boolean {
    const ours = new Set(this.log.flatMap(({ id, source }) => (source === 'api' ? [id] : [])))
    return this.log.some(
      ({ id, kind, at: mergedAt, changes }) =>
        kind === 'merge' &&
        id !== survivor &&
        mergedAt === at &&
        (ours.has(id) || this.writes(id, field).every((write) => write.kind === 'merge')) &&
        changes[field]?.[0] === after,
    )
  }

  /** Live records that hold a value which finds them. */
  holders(field: string, value: string): readonly string[] {
    return this.#holdersBy(field).get(value) ?? []
  }

  /** The judge asks for each row: a search among all records each time would take as long as the history. */
  #holdersBy(field: string): ReadonlyMap<string, readonly string[]> {
    const known = this.#holders.get(field)
    if (known !== undefined) return known
    const holders = new Map<string, string[]>()
    for (const id of this.records.keys()) {
      for (const value of new Set(this.held(id, field))) {
        const found = holders.get(value)
        if (found === undefined) holders.set(value, [id])
        else found.push(id)
      }
    }
    this.#holders.set(field, holders)
    return holders
  }

  /** What a live record is found by. */
  held(id: string, field: string): readonly string[] {
    return this.#history.identities(field, this.records.get(id) ?? {})
  }
}
