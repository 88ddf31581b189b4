/** What is known of a field: built-in ones by the code that people read, custom ones by a hash of the account's own. */

/** Those that can be read; custom fields are of the creatable ones. */
export const creatableTypes = [
  'varchar',
  'text',
  'double',
  'phone',
  'date',
  'daterange',
  'time',
  'timerange',
  'set',
  'enum',
  'varchar_auto',
  'address',
  'monetary',
  'org',
  'people',
  'user',
] as const

export const fieldTypes = [
  ...creatableTypes,
  'int',
  'boolean',
  'varchar_options',
  'deal',
  'deals',
  'lead',
  'project',
  'stage',
  'activity',
  'json',
  'picture',
  'status',
  'visible_to',
  'price_list',
  'billing_frequency',
  'projects_board',
  'projects_phase',
] as const
export type FieldType = (typeof fieldTypes)[number]

/** What a built-in field takes when it is written. */
export const valueRules = [
  'read_only',
  'text',
  'number',
  'int',
  'flag',
  'date',
  'moment',
  'clock',
  'numbers',
  'texts',
  'user',
  'person',
  'organization',
  'deal',
  'lead',
  'pipeline',
  'stage',
  'currency',
  'status',
  'visibility',
  'contacts',
  'address',
  'prices',
  'objects',
  'amount',
  'billing',
] as const
export type ValueRule = (typeof valueRules)[number]

/** Of built-in fields ids are texts, of custom ones numbers. */
export interface FieldOption {
  readonly id: number | string
  readonly label: string
  readonly color: string | null
  readonly addedAt: number | null
  readonly updatedAt: number | null
}

export interface FieldDefinition {
  readonly code: string
  readonly name: string
  readonly type: FieldType
  readonly custom: boolean
  /** Shown only when asked for by name. */
  readonly optional: boolean
  readonly rule: ValueRule
  readonly required: boolean
  readonly options: readonly FieldOption[] | null
  readonly description: string | null
}

/** `field('title', 'Title', 'varchar', 'text', { required: true })` */
export function field(
  code: string,
  name: string,
  type: FieldType,
  rule: ValueRule,
  more: Partial<FieldDefinition> = {},
): FieldDefinition {
  const plain = { custom: false, optional: false, required: false, options: null }
  return { ...plain, description: null, ...more, code, name, type, rule }
}

export function hasOptions(type: FieldType): boolean {
  return type === 'enum' || type === 'set'
}

export const addressParts = [
  'value',
  'street_number',
  'route',
  'subpremise',
  'sublocality',
  'locality',
  'admin_area_level_1',
  'admin_area_level_2',
  'country',
  'postal_code',
  'formatted_address',
] as const

/** The parts of a value, as metadata and the first version's keys name them. */
export function subfieldsOf(type: FieldType): readonly string[] {
  switch (type) {
    case 'address':
      return addressParts.slice(1)
    case 'monetary':
      return ['currency']
    case 'daterange':
      return ['until']
    case 'time':
      return ['timezone_id', 'timezone_name']
    case 'timerange':
      return ['until', 'timezone_id', 'timezone_name']
    default:
      return []
  }
}
