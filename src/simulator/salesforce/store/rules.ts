/** Rules that an administrator has set up: validations, automation that refuses, and duplicates. */
import { type Problem, refused } from '../wire/api-error.ts'
import type { FieldDefinition } from './field.ts'
import type { ObjectType } from './object-type.ts'
import type { Org } from './org.ts'
import { readField } from './read-field.ts'
import type { StoredRecord } from './records.ts'
import { keyText } from './records.ts'
import { matcher } from '../soql/matches.ts'
import { parseSoqlCondition } from '../soql/parse.ts'
import type { Condition } from '../soql/syntax.ts'

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

/** What the rules have against a record as it would be. */
export function ruleProblems(
  org: Org,
  type: ObjectType,
  record: StoredRecord,
  now: number,
): readonly Problem[] {
  const broken = org.validationRules.filter(
    (rule) => org.findType(rule.object) === type && isMet(type, rule, record, now),
  )
  return broken.map(({ code = 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message, fields = [] }) => ({
    code,
    message,
    fields,
  }))
}

const conditions = new WeakMap<ValidationRule, Condition>()

/** Read once, since a large job asks for every row. */
function conditionOf(rule: ValidationRule): Condition {
  const condition = conditions.get(rule) ?? parseSoqlCondition(rule.refuseWhen)
  conditions.set(rule, condition)
  return condition
}

function isMet(type: ObjectType, rule: ValidationRule, record: StoredRecord, now: number): boolean {
  const test = matcher<StoredRecord>(
    conditionOf(rule),
    (path) => {
      const field = type.find(path.join('.'))
      if (field === null) throw refused('INVALID_FIELD', `a rule names ${path.join('.')}`)
      return { field, read: (row) => readField(type, field, row) }
    },
    now,
  )
  return test(record)
}

/** Whether a duplicate rule stops the record. */
export function duplicateProblem(
  org: Org,
  type: ObjectType,
  record: StoredRecord,
  mayAlert: boolean,
): Problem | null {
  for (const rule of org.duplicateRules) {
    if (org.findType(rule.object) !== type || (rule.action === 'alert' && mayAlert)) continue
    if (hasTwin(org, type, rule.fields, record)) {
      return { code: 'DUPLICATES_DETECTED', message: 'Use one of these records?', fields: [] }
    }
  }
  return null
}

/** Looks among the records that share the first value, which an index finds. */
function hasTwin(
  org: Org,
  type: ObjectType,
  names: readonly string[],
  record: StoredRecord,
): boolean {
  const fields = names.flatMap((name) => type.find(name) ?? [])
  const [first] = fields
  const value = record.values[first?.name ?? '']
  if (first === undefined || value === undefined || fields.length < names.length) return false
  const table = org.table(type)
  return table.withKey(first, value).some((id) => {
    const other = id === record.id ? null : table.get(id)
    return other !== null && fields.every((field) => haveSame(field, record, other))
  })
}

function haveSame(field: FieldDefinition, one: StoredRecord, other: StoredRecord): boolean {
  const value = one.values[field.name]
  const twin = other.values[field.name]
  if (value === undefined || twin === undefined) return false
  return keyText(field, value) === keyText(field, twin)
}
