/** Which records are associated, seen from both sides; every association is stored in both directions. */
import type { AssociationType } from './association-types.ts'

/** One end of an association: the object type's id and the record's. */
export interface End {
  readonly type: string
  readonly id: string
}

export class AssociationStore {
  /** From-end, then type of the other side, then id of the other side, to the type ids in force. */
  readonly #links = new Map<string, Map<string, Map<string, ReadonlySet<number>>>>()

  /** Ids on the other side, ascending, with the type ids that hold. */
  targets(from: End, toType: string): readonly (readonly [string, ReadonlySet<number>])[] {
    const found = this.#links.get(keyOf(from))?.get(toType)
    if (found === undefined) return []
    return [...found].toSorted(([a], [b]) => Number(a) - Number(b))
  }

  types(from: End, to: End): ReadonlySet<number> {
    return this.#links.get(keyOf(from))?.get(to.type)?.get(to.id) ?? new Set()
  }

  add(from: End, to: End, type: AssociationType): void {
    if (type.single) {
      for (const [other, held] of this.targets(from, to.type)) {
        if (other !== to.id && held.has(type.typeId)) {
          this.removeType(from, { type: to.type, id: other }, type)
        }
      }
    }
    this.#set(from, to, new Set([...this.types(from, to), type.typeId]))
    this.#set(to, from, new Set([...this.types(to, from), type.inverseId]))
  }

  removeType(from: End, to: End, type: AssociationType): void {
    this.#set(from, to, without(this.types(from, to), type.typeId))
    this.#set(to, from, without(this.types(to, from), type.inverseId))
  }

  remove(from: End, to: End): void {
    this.#set(from, to, new Set())
    this.#set(to, from, new Set())
  }

  /** Every association of a record, from its side. */
  of(from: End): { to: End; types: ReadonlySet<number> }[] {
    const found: { to: End; types: ReadonlySet<number> }[] = []
    for (const [type, ids] of this.#links.get(keyOf(from)) ?? []) {
      for (const [id, types] of ids) found.push({ to: { type, id }, types })
    }
    return found
  }

  /** Every association, in both directions, for a dump. */
  all(): { from: End; to: End; typeIds: number[] }[] {
    return [...this.#links.keys()].flatMap((key) => {
      const from = endOf(key)
      return this.of(from).map(({ to, types }) => ({ from, to, typeIds: [...types] }))
    })
  }

  /** Puts one direction back as it was dumped. */
  restore(from: End, to: End, typeIds: readonly number[]): void {
    this.#set(from, to, new Set(typeIds))
  }

  #set(from: End, to: End, types: ReadonlySet<number>): void {
    const key = keyOf(from)
    const byType = this.#links.get(key) ?? new Map<string, Map<string, ReadonlySet<number>>>()
    const ids = byType.get(to.type) ?? new Map<string, ReadonlySet<number>>()
    if (types.size === 0) ids.delete(to.id)
    else ids.set(to.id, types)
    byType.set(to.type, ids)
    this.#links.set(key, byType)
  }
}

function without(types: ReadonlySet<number>, typeId: number): ReadonlySet<number> {
  return new Set([...types].filter((one) => one !== typeId))
}

function keyOf({ type, id }: End): string {
  return `${type}/${id}`
}

function endOf(key: string): End {
  const slash = key.indexOf('/')
  return { type: key.slice(0, slash), id: key.slice(slash + 1) }
}
