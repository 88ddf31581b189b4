/**
 * The records of one object type. A version of a record is immutable: a write replaces it, so that
 * the log, the lagging search index and a rolled-back batch can hold on to older ones for nothing.
 */
import { SearchView } from './search-view.ts'

export interface StoredRecord {
  readonly id: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly archivedAt: number | null
  /** Only what is not empty; id and timestamps are not among them. */
  readonly values: Readonly<Record<string, string>>
}

/** A unique value as the index keeps it: several properties may say the same (secondary emails). */
export interface UniqueKey {
  readonly property: string
  readonly value: string
}

export class RecordTable {
  readonly #records = new Map<string, StoredRecord>()
  readonly #redirects = new Map<string, string>()
  readonly #unique = new Map<string, Map<string, string>>()
  #order: number[] = []
  #sorted = true
  readonly search = new SearchView<StoredRecord>()

  get size(): number {
    return this.#records.size
  }

  get(id: string): StoredRecord | null {
    return this.#records.get(id) ?? null
  }

  /** The record that is not archived. */
  active(id: string): StoredRecord | null {
    const record = this.get(id)
    return record === null || record.archivedAt !== null ? null : record
  }

  /** The id of the survivor, through any number of merges; the id itself when it was never merged. */
  resolve(id: string): string {
    let current = id
    for (let next = this.#redirects.get(current); next !== undefined; ) {
      current = next
      next = this.#redirects.get(current)
    }
    return current
  }

  isMergedAway(id: string): boolean {
    return this.#redirects.has(id)
  }

  redirect(from: string, to: string): void {
    this.#redirects.set(from, to)
  }

  redirects(): ReadonlyMap<string, string> {
    return this.#redirects
  }

  /** The id of the active record that holds a unique value. */
  holder(property: string, value: string): string | null {
    return this.#unique.get(property)?.get(value) ?? null
  }

  isUnique(property: string): boolean {
    return this.#unique.has(property)
  }

  uniqueProperties(): IterableIterator<string> {
    return this.#unique.keys()
  }

  addUniqueProperty(property: string): void {
    if (!this.#unique.has(property)) this.#unique.set(property, new Map())
  }

  removeUniqueProperty(property: string): void {
    this.#unique.delete(property)
  }

  /** Stores a version; `now` is when the search index begins to lag behind it. */
  put(record: StoredRecord, now: number): void {
    const before = this.#records.get(record.id) ?? null
    if (before === null) this.#append(Number(record.id))
    this.#reindex(before, record)
    this.#records.set(record.id, record)
    this.search.changed(before, record, now)
  }

  remove(id: string, now: number): void {
    const before = this.#records.get(id) ?? null
    if (before === null) return
    this.#reindex(before, null)
    this.#records.delete(id)
    this.#order = this.#order.filter((number) => number !== Number(id))
    this.search.changed(before, null, now)
  }

  all(): IterableIterator<StoredRecord> {
    return this.#records.values()
  }

  /** Records by ascending id from `from` on, as long as `keep` agrees, at most `limit` of them. */
  page(from: number, limit: number, keep: (record: StoredRecord) => boolean): StoredRecord[] {
    this.#sort()
    const found: StoredRecord[] = []
    for (let at = this.#firstFrom(from); at < this.#order.length && found.length < limit; at += 1) {
      const record = this.#records.get(String(this.#order[at]))
      if (record !== undefined && keep(record)) found.push(record)
    }
    return found
  }

  #append(number: number): void {
    const last = this.#order.at(-1)
    if (last !== undefined && last > number) this.#sorted = false
    this.#order.push(number)
  }

  #sort(): void {
    if (this.#sorted) return
    this.#order.sort((a, b) => a - b)
    this.#sorted = true
  }

  #firstFrom(id: number): number {
    let low = 0
    let high = this.#order.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#order[middle] ?? 0) < id) low = middle + 1
      else high = middle
    }
    return low
  }

  #reindex(before: StoredRecord | null, after: StoredRecord | null): void {
    for (const [property, index] of this.#unique) {
      const old = before === null || before.archivedAt !== null ? [] : keysOf(before, property)
      const now = after === null || after.archivedAt !== null ? [] : keysOf(after, property)
      for (const value of old) {
        // Another record may hold the value by now: two that swap theirs in one batch.
        if (!now.includes(value) && index.get(value) === before?.id) index.delete(value)
      }
      for (const value of now) if (after !== null) index.set(value, after.id)
    }
  }
}

/** A contact is known by its secondary addresses, too. */
export function keysOf(record: Pick<StoredRecord, 'values'>, property: string): string[] {
  const value = record.values[property]
  const keys = value === undefined ? [] : [value]
  const more = property === 'email' ? record.values['hs_additional_emails'] : undefined
  return more === undefined ? keys : [...keys, ...more.split(';')]
}
