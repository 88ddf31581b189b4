/** An object of the org with its fields. Names are found without regard to case, as everywhere in Salesforce. */
import { defineField } from './field.ts'
import type { FieldDefinition, FieldInput } from './field.ts'
import { systemFields } from './system-fields.ts'

export interface RecordTypeDefinition {
  readonly id?: string
  readonly developerName: string
  readonly name: string
}

export interface ObjectDefinition {
  readonly name: string
  readonly label?: string
  readonly labelPlural?: string
  /** The first three characters of its ids; given out where absent. */
  readonly keyPrefix?: string
  readonly createable?: boolean
  readonly updateable?: boolean
  readonly deletable?: boolean
  readonly fields: readonly FieldInput[]
}

export class ObjectType {
  readonly name: string
  readonly label: string
  readonly labelPlural: string
  readonly keyPrefix: string
  readonly custom: boolean
  readonly createable: boolean
  readonly updateable: boolean
  readonly deletable: boolean
  readonly #fields = new Map<string, FieldDefinition>()
  readonly #relationships = new Map<string, FieldDefinition>()

  constructor(definition: ObjectDefinition, keyPrefix: string) {
    const { name, label = name.replace(/__c$/, '').replaceAll('_', ' ') } = definition
    this.name = name
    this.label = label
    this.labelPlural = definition.labelPlural ?? `${label}s`
    this.keyPrefix = keyPrefix
    this.custom = name.endsWith('__c')
    this.createable = definition.createable ?? true
    this.updateable = definition.updateable ?? true
    this.deletable = definition.deletable ?? true
    for (const field of [...systemFields, ...definition.fields]) this.define(defineField(field))
  }

  /** Adds a field, or replaces the one of that name. */
  define(field: FieldDefinition): void {
    this.#fields.set(field.name.toLowerCase(), field)
    if (field.relationshipName !== null) {
      this.#relationships.set(field.relationshipName.toLowerCase(), field)
    }
  }

  fields(): readonly FieldDefinition[] {
    return [...this.#fields.values()]
  }

  find(name: string): FieldDefinition | null {
    return this.#fields.get(name.toLowerCase()) ?? null
  }

  /** The reference field behind a relationship such as `Account` or `Parent__r`. */
  relationship(name: string): FieldDefinition | null {
    return this.#relationships.get(name.toLowerCase()) ?? null
  }
}
