/**
 * The ids of a table by time of change. A record that changed gets another entry, mostly at the end; its
 * older ones are passed over, and thrown away when there are too many of them.
 */
import { compareIds } from './id-order.ts'
import { secondOf } from '../wire/times.ts'

/** A record, as far as its place goes. */
export interface Timed {
  readonly id: string
  readonly updatedAt: number | null
}

export interface TimeEntry {
  /** Null comes first. */
  readonly at: number | null
  readonly id: string
}

export class TimeIndex<One extends Timed> {
  readonly #find: (id: string) => One | null
  #entries: TimeEntry[] = []
  #sorted = true

  constructor(find: (id: string) => One | null) {
    this.#find = find
  }

  add(record: One, tableSize: number): void {
    const entry = timeEntry(record)
    const last = this.#entries.at(-1)
    if (last !== undefined && compareEntries(last, entry) > 0) this.#sorted = false
    this.#entries.push(entry)
    if (this.#entries.length > 2 * tableSize + 1000) {
      this.#entries = this.#entries.filter((one) => this.#current(one) !== null)
    }
  }

  /** Each record once, from the one after `after` on. */
  *all(descending: boolean, after: TimeEntry | null): Generator<One> {
    if (!this.#sorted) {
      this.#entries.sort(compareEntries)
      this.#sorted = true
    }
    const entries = this.#entries
    const step = descending ? -1 : 1
    let last: TimeEntry | null = null
    for (let index = this.#start(descending, after); ; index += step) {
      const entry = entries[index]
      if (entry === undefined) return
      const isRepeated = last !== null && compareEntries(last, entry) === 0
      last = entry
      const record = isRepeated ? null : this.#current(entry)
      if (record !== null) yield record
    }
  }

  #start(descending: boolean, after: TimeEntry | null): number {
    if (after === null) return descending ? this.#entries.length - 1 : 0
    const isBefore = (entry: TimeEntry) =>
      descending ? compareEntries(entry, after) < 0 : compareEntries(entry, after) <= 0
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const entry = this.#entries[middle]
      if (entry !== undefined && isBefore(entry)) low = middle + 1
      else high = middle
    }
    return descending ? low - 1 : low
  }

  /** Null where the record has gone, or has changed since. */
  #current({ at, id }: TimeEntry): One | null {
    const record = this.#find(id)
    return record !== null && timeEntry(record).at === at ? record : null
  }
}

function timeEntry({ id, updatedAt }: Timed): TimeEntry {
  return { id, at: updatedAt === null ? null : secondOf(updatedAt) }
}

function compareEntries(a: TimeEntry, b: TimeEntry): number {
  return (a.at ?? -1) - (b.at ?? -1) || compareIds(a.id, b.id)
}
