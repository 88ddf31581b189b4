import { expect, it } from 'vitest'
import type { CrmValue } from '../../model/operation.ts'
import { columnMapping } from '../mapping/column-mapping.ts'
import type { CompiledMapping } from '../mapping/mapping.ts'
import { lockedBefore, lockedTogether } from './locks.ts'

function compiled(name: string, locks: boolean): CompiledMapping['fields'][number] {
  const text = { name, label: name, type: 'text', writable: true } as const
  const field = { ...text, unique: false, lookup: false, locks }
  return { field, mapping: columnMapping(name, name), column: 0, target: null, association: null }
}

function mappingOf(...fields: CompiledMapping['fields']): CompiledMapping {
  return {
    columns: [],
    fields,
    match: null,
    identity: null,
    normalise: (_field, value) => value,
    object: 'deals',
    references: new Map(),
  }
}

const mapping = mappingOf(compiled('name', false), compiled('account', true))

type Values = Readonly<Record<string, CrmValue>>

/** A row that writes these values to a record that had those. */
function row(after: Values, crmValues: Values = {}) {
  const changes = Object.entries(after).map(([name, value]) => [name, { after: value }] as const)
  return { changes: Object.fromEntries(changes), crmValues }
}

it('rows of one parent go together, whether they change it, keep it or leave it', () => {
  const name = lockedTogether(mapping)
  expect(name?.(row({ account: 'a' }, { account: 'b' }))).toBe('a')
  expect(name?.(row({ name: 'x' }, { name: 'y', account: 'a' }))).toBe('a')
  expect(name?.(row({ account: null }, { account: 'a' }))).toBe('a')
  expect(name?.(row({ name: 'x' }))).toBe('')
})

it('rows go with any where no field locks what it refers to', () => {
  expect(lockedTogether(mappingOf(compiled('name', false)))).toBeNull()
})

it('what a write locks besides what it names is what the record referred to', () => {
  const known = row({ account: 'a' }, { name: 'y', account: 'b' })
  expect(lockedBefore(mapping, known)).toEqual({ account: 'b' })
  expect(lockedBefore(mapping, row({ account: 'a' }))).toEqual({})
})
