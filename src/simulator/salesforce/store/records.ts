/** The records of one object: immutable versions by id, with an index for every field that a key may be. */
import type { FieldDefinition } from './field.ts'
import type { ExactNumber } from '../wire/json.ts'
import type { ObjectType } from './object-type.ts'

/** Numbers of many digits keep them; dates and times are texts in wire form; ids have 18 characters. */
export type FieldValue = string | number | boolean | ExactNumber

export interface StoredRecord {
  readonly id: string
  /** By the field's own name; what is empty is absent. */
  readonly values: Readonly<Record<string, FieldValue>>
  readonly createdAt: number
  readonly createdBy: string
  readonly modifiedAt: number
  readonly modifiedBy: string
  /** At or after `modifiedAt`: automated changes move only this. */
  readonly stampedAt: number
  readonly deletedAt: number | null
}

export function isKeyField(field: FieldDefinition): boolean {
  return field.type !== 'id' && (field.unique || field.externalId || field.idLookup)
}

/** What two values of a key field are compared by. */
export function keyText(field: FieldDefinition, value: FieldValue): string {
  const text = String(value)
  return field.caseSensitive ? text : text.toLowerCase()
}

/** By the value: the id that has it, or several. Nearly all values of nearly all keys have one. */
type KeyIndex = Map<string, string | Set<string>>

export class RecordTable {
  readonly type: ObjectType
  readonly #records = new Map<string, StoredRecord>()
  readonly #indexes = new Map<string, KeyIndex>()

  constructor(type: ObjectType) {
    this.type = type
  }

  get size(): number {
    return this.#records.size
  }

  get(id: string): StoredRecord | null {
    return this.#records.get(id) ?? null
  }

  all(): Iterable<StoredRecord> {
    return this.#records.values()
  }

  put(record: StoredRecord): void {
    const before = this.#records.get(record.id)
    if (before !== undefined) this.#unindex(before)
    this.#records.set(record.id, record)
    if (record.deletedAt === null) this.#index(record)
  }

  remove(id: string): void {
    const record = this.#records.get(id)
    if (record === undefined) return
    this.#unindex(record)
    this.#records.delete(id)
  }

  /** Ids of the records, deleted ones excepted, whose key field has this value. */
  withKey(field: FieldDefinition, value: FieldValue): readonly string[] {
    const index = this.#indexes.get(field.name) ?? this.#build(field)
    const ids = index.get(keyText(field, value)) ?? []
    return typeof ids === 'string' ? [ids] : [...ids]
  }

  /** Built when first asked for, since a field may be defined after its records came. */
  #build(field: FieldDefinition): KeyIndex {
    const index: KeyIndex = new Map()
    this.#indexes.set(field.name, index)
    for (const record of this.#records.values()) {
      if (record.deletedAt === null) addTo(index, field, record)
    }
    return index
  }

  #index(record: StoredRecord): void {
    for (const [name, index] of this.#indexes) {
      const field = this.type.find(name)
      if (field !== null) addTo(index, field, record)
    }
  }

  #unindex(record: StoredRecord): void {
    for (const [name, index] of this.#indexes) {
      const field = this.type.find(name)
      const value = record.values[name]
      if (field === null || value === undefined) continue
      removeFrom(index, keyText(field, value), record.id)
    }
  }
}

function addTo(index: KeyIndex, field: FieldDefinition, record: StoredRecord): void {
  const value = record.values[field.name]
  if (value === undefined) return
  const key = keyText(field, value)
  const ids = index.get(key)
  if (ids === undefined) index.set(key, record.id)
  else if (typeof ids !== 'string') ids.add(record.id)
  else if (ids !== record.id) index.set(key, new Set([ids, record.id]))
}

function removeFrom(index: KeyIndex, key: string, id: string): void {
  const ids = index.get(key)
  if (ids === id) index.delete(key)
  if (ids === undefined || typeof ids === 'string') return
  ids.delete(id)
  if (ids.size === 0) index.delete(key)
}
