/** A person at work in HubSpot: edits, deletions and merges, between the runs and in the middle of them. */
import type { Chance } from '../../src/simulator/chance.ts'
import type { HubSpotSimulator } from '../../src/simulator/hubspot/hubspot.ts'
import type { WriteKind } from '../../src/simulator/hubspot/store/write-log.ts'
import type { Person } from './stage.ts'

const typedFields = ['city', 'company', 'firstname'] as const

export class HubSpotPerson implements Person {
  readonly #chance: Chance
  readonly #hubspot: HubSpotSimulator
  readonly #retypes: boolean
  #values = 0
  #edits = 0

  /** `retypes`: addresses, too, which is what contacts are matched by. */
  constructor(chance: Chance, hubspot: HubSpotSimulator, retypes: boolean) {
    this.#chance = chance
    this.#hubspot = hubspot
    this.#retypes = retypes
  }

  get edits(): number {
    return this.#edits
  }

  act(times: number): void {
    const { records } = this.#hubspot.dump().state
    const ids = (records['0-1'] ?? [])
      .filter(({ archivedAt }) => (archivedAt ?? null) === null)
      .flatMap(({ id }) => id ?? [])
    for (let count = 0; count < times && ids.length > 4; count++) this.#once(ids)
  }

  #once(ids: string[]): void {
    const chance = this.#chance
    const id = ids[Math.floor(chance.next() * ids.length)] ?? ''
    const what = chance.next()
    if (this.#retypes && what < 0.25) this.#typeAddress(ids, id)
    else if (what < 0.8) this.#type(id)
    else if (what < 0.92) {
      this.#hubspot.edit({ kind: 'archive', object: 'contacts', id })
      this.#forget(ids, id)
      this.#edits += 1
    } else {
      const primary = ids[Math.floor(chance.next() * ids.length)] ?? ''
      if (primary === id) return
      this.#hubspot.edit({ kind: 'merge', object: 'contacts', primary, other: id })
      this.#forget(ids, id)
      this.#edits += 1
    }
  }

  #type(id: string): void {
    this.#values += 1
    const name = this.#chance.pick(typedFields) ?? 'city'
    const value = this.#chance.happens(0.2) ? '' : `P${this.#values}`
    this.#hubspot.edit({ kind: 'update', object: 'contacts', id, properties: { [name]: value } })
    this.#edits += 1
  }

  /** A new address, or that of another contact, which gets this one's. */
  #typeAddress(ids: readonly string[], id: string): void {
    if (!this.#isFound(id)) return
    const other = this.#chance.pick(ids) ?? id
    const [mine, others] = [this.#addressOf(id), this.#addressOf(other)]
    this.#values += 1
    const fresh = `p${this.#values}@x.com`
    this.#setAddress(id, fresh)
    this.#edits += 1
    const swaps = mine !== '' && others !== '' && id !== other && this.#isFound(other)
    if (!swaps || this.#chance.happens(0.5)) return
    this.#setAddress(other, mine)
    this.#setAddress(id, others)
  }

  /**
   * Whether a sync that made the record has written to it again. A record whose answer was lost is found by its address alone,
   * and once that is another, nobody can tell that it was made.
   */
  #isFound(id: string): boolean {
    const ours = this.#hubspot.dump().log.filter((each) => each.id === id && each.source === 'api')
    const was = (kind: WriteKind): boolean => ours.some((each) => each.kind === kind)
    return was('update') || !was('create')
  }

  #addressOf(id: string): string {
    const { records } = this.#hubspot.dump().state
    return records['0-1']?.find((each) => each.id === id)?.properties['email'] ?? ''
  }

  #setAddress(id: string, email: string): void {
    this.#hubspot.edit({ kind: 'update', object: 'contacts', id, properties: { email } })
  }

  #forget(ids: string[], id: string): void {
    ids.splice(ids.indexOf(id), 1)
  }
}
