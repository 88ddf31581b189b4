/** What the rules of an org have against a record. */
import { matcher } from '../soql/matches.ts'
import { parseSoqlCondition } from '../soql/parse.ts'
import type { Condition } from '../soql/syntax.ts'
import type { FieldDefinition } from '../store/field.ts'
import type { ObjectType } from '../store/object-type.ts'
import type { Org } from '../store/org.ts'
import { readField } from '../store/read-field.ts'
import type { StoredRecord } from '../store/records.ts'
import { keyText } from '../store/records.ts'
import type { ValidationRule } from '../store/rules.ts'
import { type Problem, refused } from '../wire/api-error.ts'

/** Of a record as it would be. */
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
