/** The options of custom fields. A list is taken as a whole or not at all. */
import { badRequest } from '../wire/api-error.ts'
import { type Call, type Reply, ok } from '../request/call.ts'
import type { Company } from '../store/company.ts'
import { type FieldDefinition, type FieldOption, hasOptions } from '../store/field.ts'
import type { JsonObject } from '../../json.ts'
import { parseListBody, requiredId, requiredText } from '../wire/json.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { Ok, WireNewOption } from '../wire/wire.ts'

type Answer = Reply<Ok<readonly WireNewOption[]>>

export function newOptions(
  company: Company,
  labels: readonly string[],
  now: number,
): readonly FieldOption[] {
  return labels.map((label) => ({
    id: Number(company.newId('option')),
    label,
    color: null,
    addedAt: now,
    updatedAt: null,
  }))
}

export function addOptions(call: Call, object: ObjectName, field: FieldDefinition): Answer {
  const labels = inputs(call, field).map((input) => requiredText(input, 'label'))
  const added = newOptions(call.company, labels, call.now)
  keep(call, object, field, [...(field.options ?? []), ...added])
  return ok(added.map(viewNew))
}

export function updateOptions(call: Call, object: ObjectName, field: FieldDefinition): Answer {
  const labels = new Map(
    inputs(call, field).map((input) => [knownId(field, input), requiredText(input, 'label')]),
  )
  const options = (field.options ?? []).map((option) => {
    const label = typeof option.id === 'number' ? labels.get(option.id) : undefined
    return label === undefined ? option : { ...option, label, updatedAt: call.now }
  })
  keep(call, object, field, options)
  return ok(options.filter(({ id }) => typeof id === 'number' && labels.has(id)).map(viewNew))
}

export function deleteOptions(call: Call, object: ObjectName, field: FieldDefinition): Answer {
  const ids = new Set<number | string>(inputs(call, field).map((input) => knownId(field, input)))
  const all = field.options ?? []
  keep(
    call,
    object,
    field,
    all.filter(({ id }) => !ids.has(id)),
  )
  return ok(all.filter(({ id }) => ids.has(id)).map(viewNew))
}

function inputs(call: Call, field: FieldDefinition): readonly JsonObject[] {
  if (!hasOptions(field.type)) throw badRequest(`${field.code} has no options`)
  return parseListBody(call.body)
}

function knownId(field: FieldDefinition, input: JsonObject): number {
  const id = requiredId(input, 'id')
  if (field.options?.some((option) => option.id === id) === true) return id
  throw badRequest(`${field.code}: there is no option ${id}`)
}

function keep(
  { company }: Call,
  object: ObjectName,
  field: FieldDefinition,
  options: readonly FieldOption[],
): void {
  company.fields.put(object, { ...field, options })
}

function viewNew({ id, label }: FieldOption): WireNewOption {
  return { id: Number(id), label }
}
