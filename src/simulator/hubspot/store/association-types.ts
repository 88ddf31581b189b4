/** The kinds of association between two object types. Each has an id per direction. */
import { standardObjectTypes } from './object-types.ts'
import type { ObjectType } from './object-types.ts'

export const associationCategories = [
  'HUBSPOT_DEFINED',
  'USER_DEFINED',
  'INTEGRATOR_DEFINED',
] as const
export type AssociationCategory = (typeof associationCategories)[number]

export interface AssociationType {
  readonly from: string
  readonly to: string
  readonly category: AssociationCategory
  readonly typeId: number
  /** The id of the same association seen from the other side. */
  readonly inverseId: number
  /** Null for the plain, unlabelled one. */
  readonly label: string | null
  readonly name: string
  /** At most one target per record, e.g. the primary company. */
  readonly single: boolean
}

type Pair = readonly [from: string, to: string, there: number, back: number, label?: string]

const hubspotDefined: readonly Pair[] = [
  ['0-1', '0-2', 279, 280],
  ['0-1', '0-2', 1, 2, 'Primary'],
  ['0-3', '0-1', 3, 4],
  ['0-3', '0-2', 341, 342],
  ['0-3', '0-2', 5, 6, 'Primary'],
  ['0-2', '0-2', 13, 14, 'Child Company'],
  ['0-1', '0-5', 15, 16],
  ['0-5', '0-2', 339, 340],
  ['0-5', '0-2', 26, 25, 'Primary'],
  ['0-3', '0-5', 27, 28],
  ['0-3', '0-8', 19, 20],
  ['0-1', '0-1', 449, 449],
  ['0-2', '0-2', 450, 450],
  ['0-3', '0-3', 451, 451],
]

const inverseLabels: Readonly<Record<string, string>> = { 'Child Company': 'Parent Company' }

export class AssociationTypes {
  readonly #byPair = new Map<string, AssociationType[]>()
  #lastId = 1000

  constructor() {
    const names = new Map(standardObjectTypes.map(({ id, singular }) => [id, singular]))
    for (const [from, to, there, back, label] of hubspotDefined) {
      const plain = `${names.get(from)}_to_${names.get(to)}`
      this.#addBoth({
        from,
        to,
        category: 'HUBSPOT_DEFINED',
        typeId: there,
        inverseId: back,
        label: label ?? null,
        name: label === undefined ? plain : `${plain}_${label.toLowerCase().replaceAll(' ', '_')}`,
        single: label === 'Primary',
      })
    }
  }

  get lastId(): number {
    return this.#lastId
  }

  between(from: ObjectType, to: ObjectType): readonly AssociationType[] {
    this.plain(from, to)
    return this.known(from, to)
  }

  /** Without making one up. */
  known(from: ObjectType, to: ObjectType): readonly AssociationType[] {
    return this.#byPair.get(pairKey(from.id, to.id)) ?? []
  }

  /** The unlabelled type; made up on first use where the table has none. */
  plain(from: ObjectType, to: ObjectType): AssociationType {
    const known = this.known(from, to).find(({ label }) => label === null)
    if (known !== undefined) return known
    const category = from.custom || to.custom ? 'USER_DEFINED' : 'HUBSPOT_DEFINED'
    return this.define(from, to, { category, label: null, inverseLabel: null })
  }

  find(from: ObjectType, to: ObjectType, typeId: number): AssociationType | null {
    return this.between(from, to).find((type) => type.typeId === typeId) ?? null
  }

  /** By its id alone, whatever the other side. */
  findFrom(from: ObjectType, typeId: number): AssociationType | null {
    for (const types of this.#byPair.values()) {
      for (const type of types) if (type.from === from.id && type.typeId === typeId) return type
    }
    return null
  }

  define(
    from: ObjectType,
    to: ObjectType,
    details: {
      readonly category: AssociationCategory
      readonly label: string | null
      readonly inverseLabel: string | null
      readonly name?: string
    },
  ): AssociationType {
    const typeId = this.#nextId()
    const inverseId = from.id === to.id && details.inverseLabel === null ? typeId : this.#nextId()
    const { category, label, inverseLabel } = details
    const type: AssociationType = {
      from: from.id,
      to: to.id,
      category,
      typeId,
      inverseId,
      label,
      name: details.name ?? `${from.singular}_to_${to.singular}`,
      single: false,
    }
    this.#addBoth(type, inverseLabel)
    return type
  }

  rename(type: AssociationType, label: string): void {
    this.#replace(type, { ...type, label })
  }

  remove(type: AssociationType): void {
    this.#replace(type, null)
  }

  /** The custom ones, for a dump. */
  defined(): readonly AssociationType[] {
    return [...this.#byPair.values()].flat().filter(({ typeId }) => typeId >= 1000)
  }

  restore(types: readonly AssociationType[], lastId: number): void {
    this.#lastId = lastId
    for (const type of types) {
      if (!this.#list(type.from, type.to).some(({ typeId }) => typeId === type.typeId)) {
        this.#list(type.from, type.to).push(type)
      }
    }
  }

  #nextId(): number {
    this.#lastId += 1
    return this.#lastId
  }

  #addBoth(type: AssociationType, inverseLabel: string | null = null): void {
    this.#list(type.from, type.to).push(type)
    if (type.from === type.to && type.typeId === type.inverseId) return
    this.#list(type.to, type.from).push({
      ...type,
      from: type.to,
      to: type.from,
      typeId: type.inverseId,
      inverseId: type.typeId,
      label: type.label === null ? null : (inverseLabel ?? inverseLabels[type.label] ?? type.label),
      single: false,
    })
  }

  #replace(type: AssociationType, by: AssociationType | null): void {
    const list = this.#list(type.from, type.to)
    const at = list.findIndex(({ typeId }) => typeId === type.typeId)
    if (at >= 0) list.splice(at, 1, ...(by === null ? [] : [by]))
  }

  #list(from: string, to: string): AssociationType[] {
    const key = pairKey(from, to)
    const list = this.#byPair.get(key) ?? []
    this.#byPair.set(key, list)
    return list
  }
}

function pairKey(from: string, to: string): string {
  return `${from}>${to}`
}
