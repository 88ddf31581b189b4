import { describe, expect, it } from 'vitest'
import type { Field } from '../../model/field.ts'
import type { FieldMapping, PushSync } from '../../model/sync.ts'
import { unmappedRequired } from './required.ts'

function field(name: string, more: Partial<Field> = {}): readonly [string, Field] {
  const rest = { writable: true, unique: false, lookup: false } as const
  return [name, { name, label: name, type: 'text', ...rest, ...more }]
}

const schema = {
  object: 'Line',
  label: 'Lines',
  fields: new Map([
    field('Order', { type: 'reference' }),
    field('Order.Key', { standsFor: 'Order' }),
    field('Name'),
    field('own_key', { unique: true, lookup: true }),
  ]),
  required: ['Order', 'Name', 'own_key'],
}

function missing(
  mode: PushSync['mode'],
  mapped: readonly string[],
  match: string | null = null,
): readonly string[] {
  const sync = {
    mode,
    name: 'lines',
    match: match === null ? null : { field: match, column: 'c' },
    fields: mapped.map((name) => ({ field: name }) as FieldMapping),
  } as unknown as PushSync
  return unmappedRequired(sync, schema, 'own_key')
}

describe('fields that every new record must have', () => {
  it.each([
    ['upsert', [], null, ['Order', 'Name']],
    ['insert', ['Name'], null, ['Order']],
    ['upsert', ['Name', 'Order'], null, []],
    ['upsert', ['Name', 'Order.Key'], null, []],
    ['upsert', ['Order'], 'Name', []],
    ['update', [], null, []],
  ] as const)(
    'of a sync that may %s, maps %j and matches by %j: %j',
    (mode, mapped, match, left) => {
      expect(missing(mode, mapped, match)).toEqual(left)
    },
  )
})
