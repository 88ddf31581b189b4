/**
 * Custom fields as webhooks show them: objects that name their type. Takes that off, which leaves the form of
 * the second version's answers.
 */
import { NumberText } from '../../core/change/json-value.ts'
import { isObject, type Json } from '../http/json.ts'

/** Undefined, which is not known, for an object without the value that its type has. */
export function untyped(value: unknown): unknown {
  if (!isObject(value) || value instanceof NumberText) return value
  const { type, ...rest } = value
  if (typeof type !== 'string') return value
  switch (type) {
    case 'enum':
    case 'user':
    case 'org':
    case 'people':
      return rest['id']
    case 'set':
      return idsIn(rest)
    case 'monetary':
    case 'daterange':
    case 'time':
    case 'timerange':
    case 'address':
      return 'value' in rest ? rest : undefined
    default:
      return rest['value']
  }
}

function idsIn({ values }: Json): unknown {
  if (!Array.isArray(values)) return undefined
  const ids = values.map((one: unknown) => (isObject(one) ? one['id'] : undefined))
  return ids.includes(undefined) ? undefined : ids
}
