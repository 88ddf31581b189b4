/** What a user may do with objects and see of fields. Without an entry all of that is allowed. */
import type { FieldDefinition } from './field.ts'
import type { ObjectType } from './object-type.ts'

export const objectAccesses = ['read', 'create', 'edit', 'delete'] as const
export type ObjectAccess = (typeof objectAccesses)[number]

export const fieldAccesses = ['none', 'read'] as const
export type FieldAccess = (typeof fieldAccesses)[number]

export interface UserPermissions {
  /** Objects that are named have only these accesses. */
  readonly objects?: Readonly<Record<string, readonly ObjectAccess[]>>
  /** Fields that are named, as `Account.Industry`, are hidden or can't be written. */
  readonly fields?: Readonly<Record<string, FieldAccess>>
  /** "Bulk API Hard Delete", which nobody has unless it is given. */
  readonly hardDelete?: boolean
}

export class Permissions {
  readonly given: UserPermissions

  constructor(given: UserPermissions) {
    this.given = given
  }

  may(type: ObjectType, access: ObjectAccess): boolean {
    const accesses = this.given.objects?.[type.name]
    const supported =
      access === 'create' ? type.createable : access === 'delete' ? type.deletable : true
    if (!supported || (access === 'edit' && !type.updateable)) return false
    return accesses === undefined || accesses.includes(access)
  }

  mayHardDelete(): boolean {
    return this.given.hardDelete === true
  }

  sees(type: ObjectType, field: FieldDefinition): boolean {
    return this.#access(type, field) !== 'none'
  }

  writes(type: ObjectType, field: FieldDefinition): boolean {
    return this.#access(type, field) === undefined
  }

  #access(type: ObjectType, field: FieldDefinition): FieldAccess | undefined {
    return this.given.fields?.[`${type.name}.${field.name}`]
  }
}
