/** What a case of the warehouse suite is given, and the small things all cases need. */
import { strict as assert } from 'node:assert'
import { statement } from '../../core/sql/working-schema.ts'
import type { Column, Row } from '../../model/value.ts'
import type { Session, Warehouse } from '../../warehouse/warehouse.ts'
import type { Case } from '../declare-cases.ts'

export type WarehouseCase = Case<Warehouse>

/** The schema that cases work in; `inSchema` creates it. */
export const schema = 'conformance'

/** A table of the test schema as a reference in SQL. */
export function reference({ dialect }: Warehouse, table: string): string {
  return `${dialect.quote(schema)}.${dialect.quote(table)}`
}

/** A session in which the test schema exists. */
export function inSchema<T>(
  warehouse: Warehouse,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return warehouse.session(async (session) => {
    await session.execute([statement(warehouse.dialect.createSchema(schema))])
    return work(session)
  })
}

/** A table of texts `n` (bigint) and `t`, with rows 1 to `rows`. */
export async function numbers(
  warehouse: Warehouse,
  session: Session,
  rows: number,
): Promise<string> {
  const table = reference(warehouse, 'numbers')
  const { bigint, text } = warehouse.dialect.types
  await session.execute([statement(`create table ${table} (n ${bigint}, t ${text})`)])
  const columns: Column[] = [
    { name: 'n', kind: 'integer', nativeType: bigint },
    { name: 't', kind: 'text', nativeType: text },
  ]
  const all = Array.from({ length: rows }, (_, index): Row => [`${index + 1}`, `row ${index + 1}`])
  assert.equal(await session.load({ schema, table: 'numbers', columns }, [all]), rows)
  return table
}

/** The single text of a query of one column and one row. */
export async function only(session: Session, text: string): Promise<string | null | undefined> {
  const rows = await session.query(statement(text))
  assert.equal(rows.length, 1)
  return rows[0]?.[0]
}

export async function count(
  warehouse: Warehouse,
  session: Session,
  table: string,
): Promise<number> {
  return Number(await only(session, `select ${warehouse.dialect.toText('count(*)')} from ${table}`))
}
