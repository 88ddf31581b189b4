/** What a CRM says of its objects and fields, in words all CRMs share. */

/**
 * The type that decides how a model's value becomes the CRM's: `time` is a time of day without a date or a zone,
 * `option` is one of a list, `options` several of it, `reference` the id of another record or owner.
 */
export const fieldTypes = [
  'text',
  'number',
  'integer',
  'boolean',
  'date',
  'datetime',
  'time',
  'option',
  'options',
  'reference',
] as const
export type FieldType = (typeof fieldTypes)[number]

export interface FieldOption {
  readonly value: string
  readonly label: string
}

export type ElementKind = 'text' | 'integer' | 'decimal' | 'boolean'

/**
 * What the lists of a field are made of: values of one kind, or objects with parts. `labels` names the field whose lists
 * have, at the same places, what people call the values.
 */
export type ListElements =
  | { readonly kind: ElementKind; readonly labels?: string }
  | { readonly parts: Readonly<Record<string, ElementKind>> }

export interface Field {
  readonly name: string
  readonly label: string
  readonly type: FieldType
  /** False for read-only and calculated fields. */
  readonly writable: boolean
  /** Of a compound field, which nobody can write: the fields that are written in its place. */
  readonly parts?: readonly string[]
  /** The CRM enforces uniqueness: two records never share a value. */
  readonly unique: boolean
  /** The CRM can find a record by this field consistently, right after a write. */
  readonly lookup: boolean
  /** Longest text accepted, in UTF-16 code units. */
  readonly maxLength?: number
  /** Most digits after the point that are stored. */
  readonly scale?: number
  /** Most digits before the point that are taken. */
  readonly wholeDigits?: number
  /** For `option` and `options`; absent when the CRM resolves them elsewhere. */
  readonly options?: readonly FieldOption[]
  /** For `reference`: what the id refers to, e.g. `owners`, `pipelines`. */
  readonly references?: string
  /** Writing it gives this other field its value: a parent's key, the reference to the parent. */
  readonly standsFor?: string
  /** It gets its value when its record is created, and nobody can change it after. */
  readonly createOnly?: boolean
  /** It can't be emptied: a record always has a value in it. */
  readonly required?: boolean
  /** What the CRM itself calls the type, where only that tells what it makes of a value on arrival. */
  readonly nativeType?: string
  /**
   * To the CRM, values that differ only in case or outer blanks are one: it finds records by them, and
   * keeps records apart.
   */
  readonly ignoresCase?: boolean
  /** Writing it locks the record that it refers to, so rows that refer to the same one go together. */
  readonly locks?: boolean
}

/** An object's metadata, read once per run. */
export interface ObjectSchema {
  /** The CRM's own id or name, as its API wants it. */
  readonly object: string
  readonly label: string
  readonly fields: ReadonlyMap<string, Field>
  /** Fields a create must carry. */
  readonly required: readonly string[]
}
