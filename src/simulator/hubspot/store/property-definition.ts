/** What a portal knows of one property of an object. */

export const propertyTypes = [
  'bool',
  'date',
  'datetime',
  'enumeration',
  'number',
  'phone_number',
  'string',
  'object_coordinates',
  'json',
] as const
export type PropertyType = (typeof propertyTypes)[number]

/** The types that a new property may have; the others are internal. */
export const creatableTypes: readonly string[] = propertyTypes.slice(0, 7)

/** Which inputs go with which type. */
export const fieldTypesOf: Readonly<Record<string, readonly string[]>> = {
  bool: ['booleancheckbox', 'calculation_equation'],
  enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  number: ['number', 'calculation_equation'],
  string: ['text', 'textarea', 'html', 'file', 'phonenumber', 'calculation_equation'],
  phone_number: ['phonenumber', 'text'],
}

export const sensitivities = ['non_sensitive', 'sensitive', 'highly_sensitive'] as const
export type Sensitivity = (typeof sensitivities)[number]

export interface PropertyOption {
  readonly value: string
  readonly label: string
  readonly description: string
  readonly displayOrder: number
  readonly hidden: boolean
}

export interface PropertyDefinition {
  readonly name: string
  readonly label: string
  readonly type: PropertyType
  readonly fieldType: string
  readonly groupName: string
  readonly description: string
  readonly options: readonly PropertyOption[]
  readonly displayOrder: number
  readonly hasUniqueValue: boolean
  readonly calculated: boolean
  readonly calculationFormula: string | null
  readonly externalOptions: boolean
  readonly referencedObjectType: string | null
  readonly readOnlyValue: boolean
  readonly readOnlyDefinition: boolean
  readonly hubspotDefined: boolean
  readonly hidden: boolean
  readonly formField: boolean
  readonly sensitivity: Sensitivity
  readonly createdAt: number | null
  readonly updatedAt: number | null
  readonly archivedAt: number | null
}

/** A definition from the few parts that are not usual. */
export function defineProperty(
  parts: Partial<PropertyDefinition> & Pick<PropertyDefinition, 'name' | 'type' | 'fieldType'>,
): PropertyDefinition {
  return {
    label: labelOf(parts.name),
    groupName: 'information',
    description: '',
    options: [],
    displayOrder: -1,
    hasUniqueValue: false,
    calculated: false,
    calculationFormula: null,
    externalOptions: false,
    referencedObjectType: null,
    readOnlyValue: false,
    readOnlyDefinition: false,
    hubspotDefined: false,
    hidden: false,
    formField: false,
    sensitivity: 'non_sensitive',
    createdAt: null,
    updatedAt: null,
    archivedAt: null,
    ...parts,
  }
}

export function defineOptions(values: readonly (string | readonly [string, string])[]) {
  return values.map((entry, displayOrder): PropertyOption => {
    const [value, label] = typeof entry === 'string' ? [entry, labelOf(entry)] : entry
    return { value, label, description: '', displayOrder, hidden: false }
  })
}

function labelOf(name: string): string {
  const words = name.replace(/^hs_/, '').replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
