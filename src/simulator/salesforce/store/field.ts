/** A field as the org defines it. Describe, values and queries all go by this. */

export const fieldTypes = [
  'id',
  'string',
  'textarea',
  'phone',
  'email',
  'url',
  'encryptedstring',
  'boolean',
  'int',
  'double',
  'currency',
  'percent',
  'date',
  'datetime',
  'time',
  'picklist',
  'multipicklist',
  'combobox',
  'reference',
  'address',
  'location',
] as const
export type FieldType = (typeof fieldTypes)[number]

export interface FieldDefinition {
  readonly name: string
  readonly label: string
  readonly type: FieldType
  readonly custom: boolean
  readonly length: number
  readonly precision: number
  readonly scale: number
  readonly digits: number
  readonly nillable: boolean
  readonly createable: boolean
  readonly updateable: boolean
  readonly defaultedOnCreate: boolean
  readonly defaultValue: string | number | boolean | null
  readonly calculated: boolean
  readonly autoNumber: boolean
  readonly externalId: boolean
  readonly idLookup: boolean
  readonly unique: boolean
  readonly caseSensitive: boolean
  /** Active values, in order. */
  readonly values: readonly string[]
  readonly restrictedPicklist: boolean
  readonly referenceTo: readonly string[]
  readonly relationshipName: string | null
  /** What the records that it leads to call those that name them, such as `Contacts`. */
  readonly childRelationshipName: string | null
  /** Whether a record that others name by it can't be deleted. */
  readonly restrictedDelete: boolean
  /** Whether those that name a record by it are deleted with it. */
  readonly cascadeDelete: boolean
  /** The compound field that this is a part of. */
  readonly compoundFieldName: string | null
  readonly nameField: boolean
}

export type FieldInput = Partial<FieldDefinition> & Pick<FieldDefinition, 'name' | 'type'>

/** Kinds that no request can write: their parts are written. */
export function isCompoundType(type: FieldType): boolean {
  return type === 'address' || type === 'location'
}

export const numericTypes: readonly FieldType[] = ['int', 'double', 'currency', 'percent']

/** Completes what a definition leaves out, by its type. */
export function defineField(input: FieldInput): FieldDefinition {
  const { name, type } = input
  const readOnly = input.calculated === true || input.autoNumber === true || isCompoundType(type)
  const custom = name.endsWith('__c') || name.endsWith('__s')
  return {
    label: name.replace(/__[cs]$/, '').replaceAll('_', ' '),
    custom,
    length: lengthOf(type),
    ...sizeOf(type),
    nillable: type !== 'boolean' && type !== 'id',
    createable: !readOnly && type !== 'id',
    updateable: !readOnly && type !== 'id',
    defaultedOnCreate: type === 'boolean' || type === 'id' || readOnly,
    defaultValue: type === 'boolean' ? false : null,
    calculated: false,
    autoNumber: false,
    externalId: false,
    idLookup: type === 'id' || input.externalId === true,
    unique: false,
    caseSensitive: false,
    values: [],
    restrictedPicklist: false,
    referenceTo: [],
    relationshipName: type === 'reference' ? relationshipOf(name) : null,
    childRelationshipName: null,
    restrictedDelete: false,
    cascadeDelete: false,
    compoundFieldName: null,
    nameField: false,
    ...input,
  }
}

function relationshipOf(name: string): string {
  return name.endsWith('__c') ? name.replace(/__c$/, '__r') : name.replace(/Id$/, '')
}

function lengthOf(type: FieldType): number {
  switch (type) {
    case 'id':
    case 'reference':
      return 18
    case 'string':
    case 'url':
    case 'picklist':
    case 'combobox':
      return 255
    case 'textarea':
      return 32_000
    case 'phone':
      return 40
    case 'email':
      return 80
    case 'encryptedstring':
      return 175
    case 'multipicklist':
      return 4099
    case 'boolean':
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
    case 'date':
    case 'datetime':
    case 'time':
    case 'address':
    case 'location':
      return 0
    default: {
      const unreachable: never = type
      return unreachable
    }
  }
}

function sizeOf(type: FieldType): { precision: number; scale: number; digits: number } {
  if (type === 'int') return { precision: 0, scale: 0, digits: 9 }
  if (!numericTypes.includes(type)) return { precision: 0, scale: 0, digits: 0 }
  return { precision: 18, scale: 2, digits: 0 }
}

/** What a create can't do without. */
export function isRequired(field: FieldDefinition): boolean {
  return !field.nillable && field.createable && !field.defaultedOnCreate
}
