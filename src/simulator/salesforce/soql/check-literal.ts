/** Whether a literal can be compared with a field at all; Salesforce does not convert between kinds. */
import { refused } from '../wire/api-error.ts'
import { type FieldDefinition, numericTypes } from '../store/field.ts'
import { normalId } from '../store/ids.ts'
import type { Literal } from './syntax.ts'

export function checkLiteral(field: FieldDefinition, literal: Literal): void {
  if (literal.kind === 'null') return
  const [fits, wanted] = expectation(field, literal)
  if (!fits) {
    const quotes = literal.kind === 'text' ? ' and should not be enclosed in quotes' : ''
    const message = `value of filter criterion for field '${field.name}' must be of type ${wanted}${quotes}`
    throw refused('INVALID_FIELD', message)
  }
  const isId = field.type === 'id' || field.type === 'reference'
  if (isId && literal.kind === 'text' && literal.text !== '' && normalId(literal.text) === null) {
    throw refused('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.text}`)
  }
}

function expectation(field: FieldDefinition, { kind }: Literal): readonly [boolean, string] {
  if (numericTypes.includes(field.type)) return [kind === 'number', 'double']
  if (field.type === 'boolean') return [kind === 'boolean', 'boolean']
  if (field.type === 'date') return [kind === 'date' || kind === 'range', 'date']
  if (field.type === 'datetime') return [kind === 'datetime' || kind === 'range', 'dateTime']
  if (field.type === 'time') return [kind === 'text', 'time']
  return [kind === 'text', 'string']
}
