import { describe, expect, it } from 'vitest'
import type { Field } from '../../model/field.ts'
import type { FieldMapping } from '../../model/sync.ts'
import { columnMapping } from '../mapping/column-mapping.ts'
import type { CompiledMapping } from '../mapping/mapping.ts'
import { operationKinds } from '../../model/operation.ts'
import { blankRow, type PlanRow } from '../plan/plan-row.ts'
import { mayGoByJob, writtenValues } from './by-job.ts'

function compiled(
  name: string,
  policy: Partial<FieldMapping> = {},
): CompiledMapping['fields'][number] {
  const field: Field = {
    name,
    label: name,
    type: 'text',
    writable: true,
    unique: false,
    lookup: false,
  }
  const mapping = { ...columnMapping(name, name), ...policy }
  return { field, mapping, column: 0, target: null, association: null }
}

const email = compiled('email')
const mapping: CompiledMapping = {
  columns: [],
  fields: [
    email,
    compiled('city', { write: 'if_empty' }),
    compiled('phone', { conflict: 'theirs' }),
    compiled('association.companies'),
  ],
  match: email,
  identity: { field: email.field, valueOf: null },
  normalise: (_field, value) => value,
  object: 'contacts',
  references: new Map(),
}

function row(kind: PlanRow['kind'], ...fields: readonly string[]): PlanRow {
  const changes = Object.fromEntries(fields.map((field) => [field, { after: 'x' }]))
  return { ...blankRow, sequence: 1, kind, key: 'k', changes }
}

describe('mayGoByJob', () => {
  it.each([
    ['an update without conditions', row('update', 'email'), true],
    ['a delete', row('delete'), true],
    ['a create with a unique value', row('create', 'email'), true],
    ['a field that is only written where it is empty', row('update', 'email', 'city'), false],
    ['a field that people may have edited since', row('update', 'phone'), false],
    ['an association', row('update', 'association.companies'), false],
  ])('%s: %#', (_what, given, allowed) => {
    expect(mayGoByJob(mapping, operationKinds)?.(given)).toBe(allowed)
  })

  it('has nothing to judge where no field is conditional', () => {
    expect(mayGoByJob({ ...mapping, fields: [email] }, operationKinds)).toBeNull()
  })

  it('keeps back what the CRM takes no job for', () => {
    const may = mayGoByJob({ ...mapping, fields: [email] }, ['delete'])
    expect([may?.(row('delete')), may?.(row('update', 'email'))]).toEqual([true, false])
  })

  it('keeps creates back that nothing tells apart', () => {
    const may = mayGoByJob({ ...mapping, identity: null }, operationKinds)
    expect([may?.(row('create', 'email')), may?.(row('update', 'email'))]).toEqual([false, true])
  })
})

it('what is written to the record leaves its associations out', () => {
  expect(writtenValues(row('update', 'email', 'association.companies'))).toEqual({ email: 'x' })
})
