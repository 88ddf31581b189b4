/** An object of the org with its fields. Names are found without regard to case, as everywhere in Salesforce. */
import { defineField, isRequired } from './field.ts'
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
  /** Whether Bulk takes it. */
  readonly bulk?: boolean
  readonly fields: readonly FieldInput[]
}

/** Made when first asked for: a schema changes seldom, and every write asks for them. */
interface FieldLists {
  readonly fields: readonly FieldDefinition[]
  readonly required: readonly FieldDefinition[]
  readonly unique: readonly FieldDefinition[]
  readonly parents: readonly FieldDefinition[]
}

function fieldLists(fields: readonly FieldDefinition[]): FieldLists {
  return {
    fields,
    required: fields.filter(isRequired),
    unique: fields.filter(({ unique }) => unique),
    parents: fields.filter(
      ({ type, referenceTo }) => type === 'reference' && !referenceTo.every(isSetup),
    ),
  }
}

/** Objects whose records are how the org is set up, and no data. */
export function isSetup(name: string): boolean {
  return name === 'User' || name === 'RecordType'
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
  readonly bulk: boolean
  readonly #fields = new Map<string, FieldDefinition>()
  readonly #relationships = new Map<string, FieldDefinition>()
  #lists: FieldLists | null = null

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
    this.bulk = definition.bulk ?? true
    for (const field of [...systemFields, ...definition.fields]) this.define(defineField(field))
  }

  /** Adds a field, or replaces the one of that name. */
  define(field: FieldDefinition): void {
    this.#fields.set(field.name.toLowerCase(), field)
    this.#lists = null
    if (field.relationshipName !== null) {
      this.#relationships.set(field.relationshipName.toLowerCase(), field)
    }
  }

  fields(): readonly FieldDefinition[] {
    return this.#all().fields
  }

  /** What a create can't do without. */
  required(): readonly FieldDefinition[] {
    return this.#all().required
  }

  unique(): readonly FieldDefinition[] {
    return this.#all().unique
  }

  /** References to records whose sums and shares a write may change: users and record types have none. */
  parents(): readonly FieldDefinition[] {
    return this.#all().parents
  }

  #all(): FieldLists {
    this.#lists ??= fieldLists([...this.#fields.values()])
    return this.#lists
  }

  find(name: string): FieldDefinition | null {
    return this.#fields.get(name.toLowerCase()) ?? null
  }

  /** The reference field behind a relationship such as `Account` or `Parent__r`. */
  relationship(name: string): FieldDefinition | null {
    return this.#relationships.get(name.toLowerCase()) ?? null
  }
}
