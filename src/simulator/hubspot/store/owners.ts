/** The people (and queues) that records can belong to. An owner's id is not its user id. */
export interface Owner {
  readonly id: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly userId: number
  readonly type: 'PERSON' | 'QUEUE'
  readonly archived: boolean
  readonly teams: readonly {
    readonly id: string
    readonly name: string
    readonly primary: boolean
  }[]
  readonly createdAt: number
  readonly updatedAt: number
}

export class Owners {
  readonly #owners = new Map<string, Owner>()

  put(owner: Owner): void {
    this.#owners.set(owner.id, owner)
  }

  get(id: string): Owner | null {
    return this.#owners.get(id) ?? null
  }

  /** By ascending id. */
  all(): readonly Owner[] {
    return [...this.#owners.values()].toSorted((a, b) => Number(a.id) - Number(b.id))
  }
}
