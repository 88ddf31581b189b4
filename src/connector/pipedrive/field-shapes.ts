/** The kinds of a field's values and of their parts, by Pipedrive's types. */
import type { BuiltInKind } from './built-in-fields.ts'
import type { Metadata } from './metadata.ts'
import { type Kind, labelPart, labelsPart } from './values.ts'

export interface FieldShape {
  readonly kind: Kind
  /** By their names in values; labels are worked out. */
  readonly parts: Readonly<Record<string, Kind>>
}

const addressParts = [
  'street_number',
  'route',
  'subpremise',
  'sublocality',
  'locality',
  'admin_area_level_1',
  'admin_area_level_2',
  'country',
  'postal_code',
] as const

/** Built-in ones lack what custom ones have: the whole address in one line. */
const builtInAddress: FieldShape = { kind: 'text', parts: allText(addressParts) }
const address: FieldShape = { kind: 'text', parts: allText([...addressParts, 'formatted_address']) }
const zone = { timezone_id: 'integer', timezone_name: 'text' } as const
const amount: FieldShape = { kind: 'decimal', parts: { currency: 'text' } }

const compounds: ReadonlyMap<string, FieldShape> = new Map<string, FieldShape>([
  ['monetary', amount],
  ['daterange', { kind: 'date', parts: { until: 'date' } }],
  ['time', { kind: 'text', parts: zone }],
  ['timerange', { kind: 'text', parts: { until: 'text', ...zone } }],
  ['address', address],
])

/** Any value can stand in JSON, which is what a type is that is not known here. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...['varchar', 'varchar_auto', 'varchar_options', 'text', 'phone'].map(kindOf('text')),
  ...['lead', 'status', 'billing_frequency', 'time', 'timerange'].map(kindOf('text')),
  ...['int', 'enum', 'visible_to', 'user', 'org', 'people', 'deal', 'stage'].map(kindOf('integer')),
  ...['activity', 'project', 'projects_board', 'projects_phase', 'picture'].map(kindOf('integer')),
  ...['double', 'monetary'].map(kindOf('decimal')),
  ...['date', 'daterange'].map(kindOf('date')),
  ['boolean', 'boolean'],
])

export function customShape({ type }: Metadata): FieldShape {
  return compounds.get(type) ?? withLabels(kinds.get(type) ?? 'json', type)
}

/** Of a field of which it is known what answers show; the metadata may be silent on it. */
export function builtInShape(known: BuiltInKind, field: Metadata | null): FieldShape {
  if (known === 'amount') return amount
  if (known === 'address') return builtInAddress
  return withLabels(known, field === null ? '' : labelledType(field))
}

/**
 * Of a built-in field that came since: the type must do. Amounts stand beside their currencies there, times
 * have no zone, and options have texts as ids.
 */
export function unforeseenShape(field: Metadata): FieldShape {
  const { code, type } = field
  if (type === 'address') return builtInAddress
  if (type === 'date' && code.endsWith('_time')) return { kind: 'timestamp_tz', parts: {} }
  const kind = type === 'enum' ? 'text' : (kinds.get(type) ?? 'json')
  return withLabels(kind, labelledType(field))
}

function withLabels(kind: Kind, type: string): FieldShape {
  if (type === 'enum') return { kind, parts: { [labelPart]: 'text' } }
  return { kind, parts: type === 'set' ? { [labelsPart]: 'json' } : {} }
}

/** Types that hold an option by its id are as good as enums. Of `lost_reason` the value is its own label. */
function labelledType({ code, type, options }: Metadata): string {
  const holdsId = ['status', 'visible_to'].includes(type) || code === 'category'
  return holdsId && options.length > 0 ? 'enum' : type
}

function allText(parts: readonly string[]): Readonly<Record<string, Kind>> {
  return Object.fromEntries(parts.map((part) => [part, 'text'] as const))
}

function kindOf(kind: Kind): (type: string) => readonly [string, Kind] {
  return (type) => [type, kind]
}
