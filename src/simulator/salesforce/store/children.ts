/** Records that name another one, as far as that one's deletion concerns them. */
import type { FieldDefinition } from './field.ts'
import type { ObjectType } from './object-type.ts'
import type { Org } from './org.ts'
import type { StoredRecord } from './records.ts'

export interface Child {
  readonly type: ObjectType
  readonly field: FieldDefinition
  readonly record: StoredRecord
}

/** Not those that are deleted themselves. */
export function childrenOf(
  org: Org,
  parent: ObjectType,
  id: string,
  concerns: (field: FieldDefinition) => boolean,
): readonly Child[] {
  return org.types().flatMap((type) =>
    type
      .parents()
      .filter((field) => field.referenceTo.includes(parent.name) && concerns(field))
      .flatMap((field) => {
        const table = org.table(type)
        const records = table.withKey(field, id).flatMap((child) => table.get(child) ?? [])
        return records.map((record) => ({ type, field, record }))
      }),
  )
}
