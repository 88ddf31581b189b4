/**
 * Who holds which record. A write holds the record and its parents for a settable while; another
 * request that wants one of them meanwhile is refused, as by Salesforce after ten seconds of waiting.
 */

/** A record that somebody else holds, for a number of refusals or until told otherwise. */
export interface HeldLock {
  readonly id: string
  readonly times?: number
}

interface Hold {
  readonly requestId: string
  readonly until: number
}

export class RowLocks {
  /** How long a write holds its locks; 0 lets go at once. */
  holdMs = 0
  readonly #holds = new Map<string, Hold>()
  readonly #held = new Map<string, number>()

  hold({ id, times = Infinity }: HeldLock): void {
    this.#held.set(id, times)
  }

  release(id: string): void {
    this.#held.delete(id)
    this.#holds.delete(id)
  }

  held(): readonly HeldLock[] {
    return [...this.#held].map(([id, times]) => (times === Infinity ? { id } : { id, times }))
  }

  /** The first of these records that another holds, or null. */
  blocked(ids: readonly string[], requestId: string, now: number): string | null {
    for (const id of ids) {
      if (this.#isHeld(id)) return id
      const hold = this.#holds.get(id)
      if (hold !== undefined && hold.until > now && hold.requestId !== requestId) return id
    }
    return null
  }

  take(ids: readonly string[], requestId: string, now: number): void {
    if (this.holdMs === 0) return
    for (const id of ids) this.#holds.set(id, { requestId, until: now + this.holdMs })
  }

  #isHeld(id: string): boolean {
    const times = this.#held.get(id)
    if (times === undefined) return false
    if (times <= 1) this.#held.delete(id)
    else this.#held.set(id, times - 1)
    return true
  }
}
