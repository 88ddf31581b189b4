/**
 * Brings a baseline's columns in line with the model's. No column type is ever altered: the table
 * is written anew, with the values that still mean the same.
 */
import type { Column } from '../../model/value.ts'
import type { Dialect } from './dialect.ts'
import { keptKey } from './kept-key.ts'
import { type SyncTables, tableReference, valueColumn, valueColumns } from './names.ts'
import type { Statement } from './statement.ts'
import { baselineColumns, dropTable, statement } from './working-schema.ts'

export interface Evolution {
  /** Empty when the baseline fits as it is. */
  readonly statements: readonly Statement[]
  /** The baseline's key column afterwards. */
  readonly key: Column
}

export function evolveBaseline(
  dialect: Dialect,
  tables: SyncTables,
  existing: readonly Column[],
  key: Column,
  columns: readonly Column[],
): Evolution {
  const oldKey = existing.find((column) => column.name === 'key') ?? key
  // Keys of two kinds meet as text: 42 and '42' are the same record, 42 and '042' are not.
  const toText = oldKey.kind !== key.kind && oldKey.kind !== 'text'
  const newKey: Column = toText
    ? { name: 'key', kind: 'text', nativeType: dialect.types.text }
    : { ...keptKey(dialect, oldKey), name: 'key' }
  const keyAsIs = newKey.nativeType === oldKey.nativeType
  const kept = columns.map((column) => keptValue(dialect, existing, column))
  const surplus = existing.length - Object.keys(baselineColumns).length - 1 - columns.length
  if (keyAsIs && surplus === 0 && kept.every((value) => value.asIs)) {
    return { statements: [], key: newKey }
  }
  const quotedKey = dialect.quote('key')
  const selected = [
    `${keyAsIs ? quotedKey : dialect.canonicalText(quotedKey, oldKey)} as ${quotedKey}`,
    ...Object.keys(baselineColumns).map((name) => dialect.quote(name)),
    ...kept.map((value) => `${value.expression} as ${value.name}`),
  ]
  const baseline = tableReference(dialect, tables.baseline)
  const rebuilt = tableReference(dialect, tables.rebuilt)
  const texts = [
    ...dialect.createTableAs(rebuilt, `select ${selected.join(', ')} from ${baseline}`),
    ...dialect.createTableAs(baseline, `select * from ${rebuilt}`),
  ]
  return {
    statements: [...texts.map((text) => statement(text)), dropTable(dialect, tables.rebuilt)],
    key: newKey,
  }
}

/** Columns of the model that the baseline has and `columns` lack. */
export function surplusColumns(
  dialect: Dialect,
  existing: readonly Column[],
  columns: readonly Column[],
): readonly Column[] {
  const workingName = ({ name }: Column): string => valueColumn(dialect, name)
  const names = new Set(columns.map(workingName))
  return valueColumns(existing).filter((column) => !names.has(workingName(column)))
}

/** Columns that the baseline has with values of another type, by their names; the value is the baseline's. */
export function retypedColumns(
  dialect: Dialect,
  existing: readonly Column[],
  columns: readonly Column[],
): ReadonlyMap<string, Column> {
  return new Map(
    columns.flatMap((column) => {
      const old = oldColumn(dialect, existing, column)
      if (old === undefined || !keptValue(dialect, existing, column).isForgotten) return []
      return [[column.name, { ...old, name: column.name }] as const]
    }),
  )
}

interface KeptValue {
  readonly name: string
  readonly expression: string
  readonly asIs: boolean
  readonly isForgotten: boolean
}

/** A value of another type is forgotten: its rows become due, and a look at the CRM settles them. */
function keptValue(dialect: Dialect, existing: readonly Column[], column: Column): KeptValue {
  const name = dialect.quote(valueColumn(dialect, column.name))
  const old = oldColumn(dialect, existing, column)
  if (old === undefined || old.kind !== column.kind) return forgotten(name, column)
  if (old.nativeType === column.nativeType) {
    return { name, expression: name, asIs: true, isForgotten: false }
  }
  // Any text fits any text type. A number may not fit another number type, so its value is taken
  // over only into the dialect's widest integer.
  const fits =
    old.kind === 'text' || (old.kind === 'integer' && column.nativeType === dialect.types.bigint)
  if (!fits) return forgotten(name, column)
  const expression = `cast(${name} as ${column.nativeType})`
  return { name, expression, asIs: false, isForgotten: false }
}

function forgotten(name: string, column: Column): KeptValue {
  const expression = `cast(null as ${column.nativeType})`
  return { name, expression, asIs: false, isForgotten: true }
}

function oldColumn(
  dialect: Dialect,
  existing: readonly Column[],
  { name }: Column,
): Column | undefined {
  const plain = valueColumn(dialect, name)
  return existing.find((candidate) => candidate.name === plain)
}
