/** Rules that an administrator has set up: validations, automation that refuses, and duplicates. */

export const refusalCodes = [
  'FIELD_CUSTOM_VALIDATION_EXCEPTION',
  'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
  'FIELD_INTEGRITY_EXCEPTION',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

export interface ValidationRule {
  readonly object: string
  /** A SOQL condition on the record as it would be: `Amount < 0 AND StageName = 'Closed Won'`. */
  readonly refuseWhen: string
  readonly message: string
  readonly fields?: readonly string[]
  /** A validation rule unless a trigger's refusal is wanted. */
  readonly code?: RefusalCode
}

export interface DuplicateRule {
  readonly object: string
  /** Records whose values are all the same, and present, are duplicates. */
  readonly fields: readonly string[]
  /** `alert` lets those through that say so in the request's header. */
  readonly action: 'block' | 'alert'
}
