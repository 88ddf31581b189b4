/** Open queries whose further pages wait to be fetched. */
import { refused } from '../wire/api-error.ts'
import type { WireRecord } from '../wire/wire.ts'

const twoDays = 2 * 24 * 3_600_000
const mostOpen = 10

interface Cursor {
  readonly userId: string
  readonly records: readonly WireRecord[]
  readonly pageSize: number
  readonly openedAt: number
}

export class Cursors {
  readonly #open = new Map<string, Cursor>()
  #next = 1

  /** Opening one too many closes the user's oldest. */
  open(cursor: Cursor): string {
    const locator = `01g${String(this.#next++).padStart(12, '0')}AAA`
    this.#open.set(locator, cursor)
    const own = [...this.#open].filter(([, { userId }]) => userId === cursor.userId)
    for (const [old] of own.slice(0, Math.max(0, own.length - mostOpen))) this.#open.delete(old)
    return locator
  }

  /** `01g…-2000` names the place in the result that the page begins at. */
  find(
    name: string,
    userId: string,
    now: number,
  ): { cursor: Cursor; locator: string; from: number } {
    const dash = name.lastIndexOf('-')
    const locator = name.slice(0, dash)
    const from = Number(name.slice(dash + 1))
    const cursor = this.#open.get(locator)
    const known = cursor !== undefined && cursor.userId === userId && Number.isInteger(from)
    if (!known || now - cursor.openedAt > twoDays) {
      throw refused('INVALID_QUERY_LOCATOR', 'invalid query locator')
    }
    return { cursor, locator, from }
  }
}
