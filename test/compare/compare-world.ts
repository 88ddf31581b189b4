/** Two warehouses with a table each, and the comparison of the two. */
import { type CompareOptions, compareTables } from '../../src/engine/compare/compare.ts'
import type { TableComparison } from '../../src/engine/compare/comparison.ts'
import { type CompareRules, prepare, readColumns } from '../../src/engine/compare/prepare.ts'
import type { Statement } from '../../src/core/sql/statement.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Session } from '../../src/warehouse/warehouse.ts'
import { emptyWarehouse, type WarehouseName } from '../support/empty-warehouse.ts'

export interface CompareChanges extends Partial<CompareRules> {
  readonly where?: readonly [left: string | null, right: string | null]
  readonly options?: Partial<CompareOptions>
}

export interface CompareWorld {
  /** SQL of the test's own: the left tables are in the schema `old`, the right ones in `new`. */
  sql(side: 'left' | 'right', ...texts: readonly string[]): Promise<void>
  /** Compares `old.t` with `new.t`. */
  compare(changes?: CompareChanges): Promise<TableComparison>
  /** The texts of all statements that were asked since the world began. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** Two warehouses, also where both are of one type. */
export async function createCompareWorld(
  left: WarehouseName,
  right: WarehouseName,
): Promise<CompareWorld> {
  const opened = [await emptyWarehouse(left), await emptyWarehouse(right)] as const
  const asked: string[] = []
  const schemas = ['old', 'new'] as const
  for (const [index, schema] of schemas.entries()) {
    await opened[index as 0 | 1].warehouse.session((session) =>
      session.execute([statement(`create schema ${schema}`)]),
    )
  }
  const world: CompareWorld = {
    asked,
    async sql(side, ...texts) {
      const { warehouse } = opened[side === 'left' ? 0 : 1]
      await warehouse.session((session) => session.execute(texts.map((text) => statement(text))))
    },
    compare: ({ where = [null, null], options = {}, ...rules } = {}) =>
      opened[0].warehouse.session((one) =>
        opened[1].warehouse.session(async (other) => {
          const tables = [one, other].map((session, index) => ({
            session: watched(session, asked),
            dialect: opened[index as 0 | 1].warehouse.dialect,
            table: { schema: schemas[index as 0 | 1], table: 't' },
            where: where[index as 0 | 1],
            name: `${schemas[index as 0 | 1]}.t`,
          }))
          const [a, b] = tables
          if (a === undefined || b === undefined) throw new Error('there are two tables')
          const prepared = prepare(await readColumns([a, b]), {
            keys: [],
            renamed: [],
            ignored: [],
            ...rules,
          })
          return compareTables(prepared, {
            samples: 5,
            progress: () => undefined,
            signal: new AbortController().signal,
            ...options,
          })
        }),
      ),
    async close() {
      for (const { clean } of opened) await clean()
    },
  }
  return world
}

function watched(session: Session, asked: string[]): Session {
  const note = (one: Statement): Statement => {
    asked.push(one.text)
    return one
  }
  return {
    describe: (query) => session.describe(query),
    columns: (schema, table) => session.columns(schema, table),
    query: (one) => session.query(note(one)),
    stream: (one, pageRows) => session.stream(note(one), pageRows),
    execute: () => Promise.reject(new Error('a comparison writes nothing')),
    rehearse: () => Promise.reject(new Error('a comparison writes nothing')),
    load: () => Promise.reject(new Error('a comparison writes nothing')),
  }
}
