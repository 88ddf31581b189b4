/** A warehouse that notes what it is asked for: each statement, and each question about a table's columns. */
import type { Session, Warehouse } from '../../src/warehouse/warehouse.ts'

export function noted(warehouse: Warehouse, seen: string[]): Warehouse {
  return {
    dialect: warehouse.dialect,
    sortBytes: warehouse.sortBytes,
    close: () => warehouse.close(),
    session: (work) => warehouse.session((session) => work(notedSession(session, seen))),
  }
}

function notedSession(session: Session, seen: string[]): Session {
  return {
    describe: (query) => {
      seen.push(query)
      return session.describe(query)
    },
    columns: (schema, table) => {
      seen.push(`columns of ${schema}.${table}`)
      return session.columns(schema, table)
    },
    query: (statement) => {
      seen.push(statement.text)
      return session.query(statement)
    },
    stream: (statement, pageRows) => {
      seen.push(statement.text)
      return session.stream(statement, pageRows)
    },
    execute: (statements) => {
      seen.push(...statements.map(({ text }) => text))
      return session.execute(statements)
    },
    rehearse: (statements) => {
      seen.push(...statements.map(({ text }) => text))
      return session.rehearse(statements)
    },
    load: (target, pages) => {
      seen.push(`load into ${target.schema}.${target.table}`)
      return session.load(target, pages)
    },
  }
}
