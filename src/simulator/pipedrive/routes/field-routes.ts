/** The fields of an object: read by anybody, made and changed where they are the company's own. */
import { badRequest, notFound } from '../wire/api-error.ts'
import { type Call, type Reply, limitParam, listParam, ok, param, reply } from '../request/call.ts'
import { type FieldDefinition, creatableTypes, field, hasOptions } from '../store/field.ts'
import { viewField } from '../views/field-view.ts'
import { type Json, type JsonObject, isJsonObject } from '../../json.ts'
import { parseBody, requiredText, textField } from '../wire/json.ts'
import type { ObjectName } from '../wire/objects.ts'
import { newOptions } from './option-routes.ts'
import type { CursorPage, Ok, WireField } from '../wire/wire.ts'

export function listFields(call: Call, object: ObjectName): Reply<CursorPage<WireField>> {
  const { company, query } = call
  const fields = company.fields.all(object)
  const limit = limitParam(query)
  const after = decoded(query.get('cursor'))
  const start = after === null ? 0 : fields.findIndex(({ code }) => code === after) + 1
  if (after !== null && start === 0) throw badRequest('cursor is invalid')
  const page = fields.slice(start, start + limit)
  const last = page.at(-1)
  const isLast = start + limit >= fields.length || last === undefined
  const include = listParam(query, 'include_fields')
  return reply(200, {
    success: true,
    data: page.map((one) => viewField(one, include)),
    additional_data: {
      next_cursor: isLast ? null : Buffer.from(last.code).toString('base64url'),
    },
  })
}

export function readField(call: Call, object: ObjectName): Reply<Ok<WireField>> {
  return ok(viewField(fieldOf(call, object), listParam(call.query, 'include_fields')))
}

export function createField(call: Call, object: ObjectName): Reply<Ok<WireField>> {
  const { company, now } = call
  const body = parseBody(call.body)
  const type = creatableTypes.find((one) => one === body['field_type'])
  if (type === undefined) {
    throw badRequest(`field_type must be one of ${creatableTypes.join(', ')}`)
  }
  const labels = labelsIn(body)
  if (hasOptions(type) !== labels.length > 0) {
    throw badRequest(`options are ${hasOptions(type) ? 'required' : 'not allowed'} with ${type}`)
  }
  const options = hasOptions(type) ? newOptions(company, labels, now) : null
  const name = requiredText(body, 'field_name')
  const description = textField(body, 'description')
  const made = field(company.newHash(), name, type, 'read_only', {
    custom: true,
    options,
    description,
  })
  company.fields.put(object, made)
  return ok(viewField(made, []))
}

export function updateField(call: Call, object: ObjectName): Reply<Ok<WireField>> {
  const known = customField(call, object)
  const body = parseBody(call.body)
  if (body['field_type'] !== undefined) throw badRequest('field_type can not be changed')
  const changed = {
    ...known,
    name: body['field_name'] === undefined ? known.name : requiredText(body, 'field_name'),
    description:
      body['description'] === undefined ? known.description : textField(body, 'description'),
  }
  call.company.fields.put(object, changed)
  return ok(viewField(changed, []))
}

/** Its values go with it, without an event. */
export function deleteField(call: Call, object: ObjectName): Reply<Ok<WireField>> {
  const known = customField(call, object)
  call.company.dropField(object, known.code)
  return ok(viewField(known, []))
}

export function customField(call: Call, object: ObjectName): FieldDefinition {
  const known = fieldOf(call, object)
  if (!known.custom) throw badRequest(`${known.code} is no custom field`)
  return known
}

function fieldOf(call: Call, object: ObjectName): FieldDefinition {
  const found = call.company.fields.find(object, param(call, 'code'))
  if (found === null) throw notFound('Field')
  return found
}

function labelsIn(body: JsonObject): readonly string[] {
  const { options = [] } = body
  if (!Array.isArray(options)) throw badRequest('options must be an array')
  return options.map((option: Json) => {
    if (!isJsonObject(option)) throw badRequest('every option must be an object')
    return requiredText(option, 'label')
  })
}

function decoded(cursor: string | null): string | null {
  return cursor === null || cursor === '' ? null : Buffer.from(cursor, 'base64url').toString()
}
