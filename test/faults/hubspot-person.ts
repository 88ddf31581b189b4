/** A person at work in HubSpot: edits, deletions and merges, between the runs and in the middle of them. */
import type { Chance } from '../../src/simulator/chance.ts'
import type { HubSpotSimulator } from '../../src/simulator/hubspot/hubspot.ts'
import type { Person } from './stage.ts'

const typedFields = ['city', 'company', 'firstname'] as const

export class HubSpotPerson implements Person {
  readonly #chance: Chance
  readonly #hubspot: HubSpotSimulator
  #values = 0
  #edits = 0

  constructor(chance: Chance, hubspot: HubSpotSimulator) {
    this.#chance = chance
    this.#hubspot = hubspot
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
    if (what < 0.8) this.#type(id)
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

  #forget(ids: string[], id: string): void {
    ids.splice(ids.indexOf(id), 1)
  }
}
