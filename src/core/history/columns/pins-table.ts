/** Where the pinned columns of pulled objects are remembered: a table of the working schema, one row for each. */
import type { Row } from '../../../model/value.ts'
import type { Dialect, TableName } from '../../sql/dialect.ts'
import { tableReference } from '../../sql/names.ts'
import type { Statement } from '../../sql/statement.ts'
import { createTable, statement } from '../../sql/working-schema.ts'
import type { Pin } from './pin.ts'
import { isSourceName } from './choose-pins.ts'

const pinColumns = {
  sync: 'text',
  object: 'text',
  place: 'bigint',
  field: 'text',
  label: 'text',
  name: 'text',
  native_type: 'text',
} as const

export function createPins(dialect: Dialect, pins: TableName): Statement {
  return createTable(dialect, pins, pinColumns)
}

/** Rows for `readPin`, in the order in which the columns stand in the tables. */
export function listPins(
  dialect: Dialect,
  pins: TableName,
  { sync, object }: { readonly sync: string; readonly object: string },
): Statement {
  const { quote, literal } = dialect
  const names = ['field', 'label', 'name', 'native_type'].map((name) => quote(name)).join(', ')
  return statement(
    `select ${names} from ${tableReference(dialect, pins)} where ${quote('sync')} = ${literal(sync)} and ${quote('object')} = ${literal(object)} order by ${quote('place')}`,
  )
}

export function readPin(dialect: Dialect, [field, label, name, nativeType]: Row): Pin {
  const native = nativeType ?? ''
  return {
    field: field ?? '',
    label: label ?? '',
    name: name ?? '',
    nativeType: native,
    ...dialect.kindOf(native),
    ...(isSourceName(name ?? '') ? { isSource: true } : {}),
  }
}

/** `place` is that of the first of them, from 1. */
export function insertPins(
  dialect: Dialect,
  pins: TableName,
  { sync, object }: { readonly sync: string; readonly object: string },
  added: readonly Pin[],
  place: number,
): Statement[] {
  if (added.length === 0) return []
  const { quote, placeholder } = dialect
  const names = Object.keys(pinColumns).map((name) => quote(name))
  const parameters: string[] = []
  const rows = added.map(({ field, label, name, nativeType }, index) => {
    const bound = [sync, object, field, label, name, nativeType].map((text) => {
      parameters.push(text)
      return placeholder(parameters.length)
    })
    bound.splice(2, 0, String(place + index))
    return `(${bound.join(', ')})`
  })
  const text = `insert into ${tableReference(dialect, pins)} (${names.join(', ')}) values ${rows.join(', ')}`
  return [{ text, parameters }]
}
