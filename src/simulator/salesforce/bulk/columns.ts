/** What the columns of a job's file stand for, and the record that the cells of a row make. */
import type { FieldDefinition } from '../store/field.ts'
import { visibleField } from '../writes/input-values.ts'
import type { Json, JsonObject } from '../wire/json.ts'
import type { ObjectType } from '../store/object-type.ts'
import { isKeyField } from '../store/records.ts'
import type { WriteContext } from '../writes/write-context.ts'

/** A field, or the parent of a reference by a key of the parent's: `Account.Ext__c`. */
export interface Column {
  /** The field's own name, or the relationship's. */
  readonly name: string
  readonly parentKey: string | null
  readonly isBoolean: boolean
}

const nothing = '#N/A'

/** Null where there is no such field, or the user does not see it. */
export function columnOf(context: WriteContext, type: ObjectType, name: string): Column | null {
  const field = visibleField(context, type, name)
  if (field !== null) {
    return { name: field.name, parentKey: null, isBoolean: field.type === 'boolean' }
  }
  const [relationship = '', keyName = '', ...deeper] = name.split('.')
  const reference = type.relationship(relationship)
  if (reference === null || deeper.length > 0) return null
  if (visibleField(context, type, reference.name) === null) return null
  const key = parentKey(context, reference, keyName)
  return key === null ? null : { name: relationship, parentKey: key.name, isBoolean: false }
}

function parentKey(
  context: WriteContext,
  { referenceTo }: FieldDefinition,
  keyName: string,
): FieldDefinition | null {
  const parent = context.org.findType(referenceTo[0] ?? '')
  const key = parent === null ? null : visibleField(context, parent, keyName)
  return key !== null && isKeyField(key) ? key : null
}

/** Blank cells are left alone; `#N/A` clears. */
export function recordOf(columns: readonly Column[], cells: readonly string[]): JsonObject {
  const record: Record<string, Json> = {}
  for (const [index, { name, parentKey: key, isBoolean }] of columns.entries()) {
    const cell = cells[index] ?? ''
    if (cell === '') continue
    if (cell === nothing) record[name] = null
    else if (key !== null) record[name] = { [key]: cell }
    else record[name] = isBoolean ? booleanText(cell) : cell
  }
  return record
}

/** Files may say 1 for true and 0 for false. */
function booleanText(cell: string): string {
  if (cell === '1') return 'true'
  return cell === '0' ? 'false' : cell.toLowerCase()
}
