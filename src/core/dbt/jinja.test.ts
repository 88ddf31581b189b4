import { describe, expect, it } from 'vitest'
import { jinjaString, plainText, sourceReference, variable } from './jinja.ts'

describe('what people call a field', () => {
  it.each([
    ['Deal value', 'Deal value'],
    ['{"a": {"b": 1}}', '{"a": {"b": 1}}'],
    ['{{ env_var("X") }}', '{ { env_var("X") }}'],
    ['{% do run() %}{# no #}', '{ % do run() %}{ # no #}'],
    ['{{{%', '{ { { %'],
    ['two\nlines ', 'two lines'],
  ])('%j becomes no template', (text, plain) => {
    expect(plainText(text)).toBe(plain)
  })
})

it('quotes what stands in an expression', () => {
  expect(jinjaString(`it's \\ so`)).toBe(`'it\\'s \\\\ so'`)
  expect(sourceReference('crm', 'deals')).toBe(`{{ source('crm', 'deals') }}`)
  expect(variable('crm_schema', jinjaString('crm'))).toBe(`{{ var('crm_schema', 'crm') }}`)
})
