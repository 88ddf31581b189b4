/**
 * The records of one object. A version of a record is immutable: a write replaces it, so that the log
 * and deliveries under way can hold on to older ones for nothing.
 */
import { compareIds } from './id-order.ts'
import type { Json } from '../../json.ts'
import { type TimeEntry, TimeIndex } from './time-index.ts'

/** By the code of the field; what is empty is absent. Id and times are not among them. */
export type Values = Readonly<Record<string, Json>>

export interface StoredRecord {
  readonly id: string
  readonly addedAt: number
  /** Null in rows from before Pipedrive kept it. */
  readonly updatedAt: number | null
  readonly deletedAt: number | null
  readonly values: Values
}

export class RecordTable {
  readonly #records = new Map<string, StoredRecord>()
  #order: string[] = []
  #sorted = true
  readonly #times = new TimeIndex<StoredRecord>((id) => this.get(id))

  get size(): number {
    return this.#records.size
  }

  get(id: string): StoredRecord | null {
    return this.#records.get(id) ?? null
  }

  /** The record that is not deleted. */
  active(id: string): StoredRecord | null {
    const record = this.get(id)
    return record === null || record.deletedAt !== null ? null : record
  }

  put(record: StoredRecord): void {
    if (!this.#records.has(record.id)) {
      const last = this.#order.at(-1)
      if (last !== undefined && compareIds(last, record.id) > 0) this.#sorted = false
      this.#order.push(record.id)
    }
    this.#records.set(record.id, record)
    this.#times.add(record, this.#records.size)
  }

  remove(id: string): void {
    if (this.#records.delete(id)) this.#order = this.#order.filter((one) => one !== id)
  }

  /** By ascending id, from the one after `after` on. */
  *all(after: string | null = null): Generator<StoredRecord> {
    const order = this.#sortedIds()
    for (let index = after === null ? 0 : firstAfter(order, after); ; index += 1) {
      const id = order[index]
      if (id === undefined) return
      const record = this.#records.get(id)
      if (record !== undefined) yield record
    }
  }

  /** By time of change to the second, what has none first, and by id within one. */
  byTime(descending: boolean, after: TimeEntry | null): Generator<StoredRecord> {
    return this.#times.all(descending, after)
  }

  #sortedIds(): readonly string[] {
    if (!this.#sorted) {
      this.#order.sort(compareIds)
      this.#sorted = true
    }
    return this.#order
  }
}

function firstAfter(order: readonly string[], id: string): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (compareIds(order[middle] ?? '', id) <= 0) low = middle + 1
    else high = middle
  }
  return low
}
