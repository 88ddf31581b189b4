import { expect, it } from 'vitest'
import { objectTables, templateProblem } from './object-tables.ts'

it('fills in the names of an object, as often as they stand there', () => {
  const templates = {
    history: '{singular}_history',
    current: '{object}',
    changes: 'x_{object}_{object}',
  }
  expect(objectTables(templates, { name: 'deals', singular: 'deal' })).toEqual({
    history: 'deal_history',
    current: 'deals',
    changes: 'x_deals_deals',
  })
})

it.each([
  ['{object}_history', null],
  ['deals', null],
  ['', 'A table needs a name.'],
  ['crm.{object}', 'A table is named without its schema, which is `to.schema`.'],
  [
    '{objct}_history',
    '{objct} stands for nothing; a template may contain {object} and {singular}. Did you mean {object}?',
  ],
  ['{x}', '{x} stands for nothing; a template may contain {object} and {singular}.'],
  ['{object', 'A brace is not closed.'],
])('says of the template %s: %s', (template, problem) => {
  expect(templateProblem(template)).toBe(problem)
})
