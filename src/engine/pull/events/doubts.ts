/**
 * Records of one sync that have to be asked for once more, each when its time has come: asked at once, the CRM would
 * tell the same. Which they are, the warehouse knows, and is asked at the start and after each failure.
 */
import type { ReadableObject } from '../../../connector/source.ts'
import { listInDoubt } from '../../../core/history/load/load.ts'
import type { Clock } from '../../../model/clock.ts'
import type { LoadContext } from '../context.ts'
import { mostAtOnce } from './dirty.ts'
import { underKeptName } from '../history/kept-name.ts'
import { knownObject } from '../history/pulled-object.ts'

const shortestWaitMs = 5_000
const longestWaitMs = 3_600_000

interface Wait {
  readonly waitMs: number
  /** By the monotonic clock. */
  readonly dueAt: number
}

export type DoubtContext = Pick<
  LoadContext,
  'dialect' | 'shared' | 'sync' | 'warehouse' | 'workingSchema'
>

export class Doubts {
  readonly #clock: Clock
  /** By object, then by key. */
  readonly #waits = new Map<string, Map<string, Wait>>()
  #isListed = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  isEmpty(): boolean {
    return [...this.#waits.values()].every((keys) => keys.size === 0)
  }

  areDue(): boolean {
    return [...this.#waits.keys()].some((object) => this.due(object).length > 0)
  }

  due(object: string): readonly string[] {
    const now = this.#clock.monotonic()
    return [...this.#of(object)].filter(([, { dueAt }]) => dueAt <= now).map(([key]) => key)
  }

  /** Takes in what the warehouse has in doubt, unless that is known; as many as are fetched at once. */
  async list(context: DoubtContext, objects: readonly ReadableObject[]): Promise<void> {
    if (this.#isListed) return
    let isWhole = true
    for (const object of objects) {
      const waiting = this.#of(object.name)
      const found = await inDoubt(context, object, waiting.size + mostAtOnce)
      const added = found.filter((key) => !waiting.has(key)).slice(0, mostAtOnce)
      for (const key of added) waiting.set(key, { waitMs: 0, dueAt: this.#clock.monotonic() })
      isWhole &&= added.length < mostAtOnce
    }
    this.#isListed = isWhole
  }

  /** Something failed: nobody knows what was not asked for. */
  listAgain(): void {
    this.#isListed = false
  }

  /** `left` of the keys are in doubt still; of these only so many were asked for. */
  told(object: string, keys: readonly string[], left: readonly string[]): void {
    const waiting = this.#of(object)
    const asked = new Set(keys.slice(0, mostAtOnce))
    const before = keys.map((key) => [key, waiting.get(key)?.waitMs ?? 0] as const)
    const waits = new Map(before)
    for (const key of keys) waiting.delete(key)
    const now = this.#clock.monotonic()
    for (const key of left) {
      const longer = Math.min(Math.max((waits.get(key) ?? 0) * 2, shortestWaitMs), longestWaitMs)
      const waitMs = asked.has(key) ? longer : (waits.get(key) ?? 0)
      waiting.set(key, { waitMs, dueAt: asked.has(key) ? now + waitMs : now })
    }
  }

  #of(object: string): Map<string, Wait> {
    const known = this.#waits.get(object) ?? new Map<string, Wait>()
    this.#waits.set(object, known)
    return known
  }
}

function inDoubt(
  context: DoubtContext,
  object: ReadableObject,
  most: number,
): Promise<readonly string[]> {
  return context.warehouse.session(async (session) => {
    const named = await underKeptName(context, session)
    const { isOurs, tables } = await knownObject(named, session, object)
    if (!isOurs) return []
    const rows = await session.query(listInDoubt(context.dialect, tables, most))
    return rows.map(([key]) => key ?? '')
  })
}
