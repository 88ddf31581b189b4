/** What searches see: the records as they were a while ago. */
import type { ObjectName } from '../wire/objects.ts'
import { compareIds } from './id-order.ts'
import type { StoredRecord } from './records.ts'

interface Shadowed {
  readonly object: ObjectName
  readonly id: string
  readonly before: StoredRecord | null
  readonly at: number
}

export class SearchIndex {
  /** How far the index is behind the writes. */
  lagMs = 0
  readonly #recordsOf: (object: ObjectName) => Iterable<StoredRecord>
  #recent: Shadowed[] = []

  constructor(recordsOf: (object: ObjectName) => Iterable<StoredRecord>) {
    this.#recordsOf = recordsOf
  }

  changed(object: ObjectName, id: string, before: StoredRecord | null, at: number): void {
    if (this.lagMs === 0) return
    this.#forget(at)
    this.#recent.push({ object, id, before, at })
  }

  /** By ascending id, without what was deleted by then. */
  records(object: ObjectName, now: number): readonly StoredRecord[] {
    this.#forget(now)
    const shadows = new Map<string, StoredRecord | null>()
    for (const { object: written, id, before } of this.#recent) {
      if (written === object && !shadows.has(id)) shadows.set(id, before)
    }
    const current = [...this.#recordsOf(object)].filter(({ id }) => !shadows.has(id))
    const older = [...shadows.values()].filter((record) => record !== null)
    return [...current, ...older]
      .filter(({ deletedAt }) => deletedAt === null)
      .toSorted((a, b) => compareIds(a.id, b.id))
  }

  #forget(now: number): void {
    const isOld = (one: Shadowed | undefined) => one !== undefined && one.at <= now - this.lagMs
    if (isOld(this.#recent[0])) this.#recent = this.#recent.filter((one) => !isOld(one))
  }
}
