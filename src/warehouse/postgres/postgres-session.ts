/** A session on a PostgreSQL database: each piece of work is one transaction on one connection. */
import type { Statement } from '../../core/sql/statement.ts'
import type { Column, Row } from '../../model/value.ts'
import { warehouseErrors } from '../errors.ts'
import { regroup } from '../regroup.ts'
import { requireAffected } from '../require-affected.ts'
import type { LoadTarget, Session } from '../warehouse.ts'
import type { PostgresClient, PostgresClients, TextResult } from './clients.ts'
import { describeQuery, describeTable } from './describe.ts'
import { columnsOfPage, insertOfPage } from './insert-page.ts'

const loadPageRows = 4096

/** text, varchar, bpchar, name, unknown. */
const textTypes = new Set([25, 1043, 1042, 19, 705])

export class PostgresSession implements Session {
  readonly #clients: PostgresClients
  #ended = false

  constructor(clients: PostgresClients) {
    this.#clients = clients
  }

  describe(query: string): Promise<readonly Column[]> {
    return this.#transaction('read only', (client) => describeQuery(client, query))
  }

  columns(schema: string, table: string): Promise<readonly Column[] | null> {
    return this.#transaction('read only', (client) => describeTable(client, schema, table))
  }

  query({ text, parameters }: Statement): Promise<readonly Row[]> {
    this.#requireOpen()
    return this.#clients.use(async (client) => textRows(await client.query(text, parameters)))
  }

  async *stream({ text, parameters }: Statement, pageRows: number): AsyncGenerator<readonly Row[]> {
    this.#requireOpen()
    const client = await this.#clients.acquire()
    let failed = true
    try {
      await client.query('begin isolation level repeatable read, read only')
      const prefix = 'declare syncline_stream no scroll cursor for '
      await client.query(`${prefix}${text}`, parameters, prefix.length)
      for (;;) {
        const rows = textRows(await client.query(`fetch ${pageRows} from syncline_stream`))
        if (rows.length > 0) yield rows
        if (rows.length < pageRows) break
      }
      await client.query('commit')
      failed = false
    } finally {
      // A reader that stops early, or an error, ends the connection and its transaction.
      client.release(failed)
    }
  }

  execute(
    statements: readonly Statement[],
    before: readonly Statement[] = [],
  ): Promise<readonly number[]> {
    const work = (client: PostgresClient) => affectedBy(client, statements)
    return this.#transaction('read write', work, 'commit', before)
  }

  rehearse(statements: readonly Statement[]): Promise<readonly number[]> {
    return this.#transaction('read write', (client) => affectedBy(client, statements), 'rollback')
  }

  load(
    target: LoadTarget,
    pages: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  ): Promise<number> {
    const insert = insertOfPage(target)
    return this.#transaction('read write', async (client) => {
      let rows = 0
      for await (const page of regroup(pages, loadPageRows)) {
        await client.query(insert, columnsOfPage(page, target.columns.length))
        rows += page.length
      }
      return rows
    })
  }

  end(): void {
    this.#ended = true
  }

  /** On an error the connection is closed, which undoes what was begun. */
  #transaction<T>(
    access: 'read only' | 'read write',
    work: (client: PostgresClient) => Promise<T>,
    ending: 'commit' | 'rollback' = 'commit',
    before: readonly Statement[] = [],
  ): Promise<T> {
    this.#requireOpen()
    return this.#clients.use(async (client) => {
      await affectedBy(client, before)
      await client.query(`begin isolation level repeatable read, ${access}`)
      const result = await work(client)
      await client.query(ending)
      return result
    })
  }

  #requireOpen(): void {
    if (this.#ended) throw warehouseErrors.closed({ message: 'The warehouse session has ended.' })
  }
}

async function affectedBy(
  client: PostgresClient,
  statements: readonly Statement[],
): Promise<readonly number[]> {
  const counts: number[] = []
  for (const statement of statements) {
    const { text, parameters } = statement
    const count = (await client.query(text, parameters)).rowCount ?? 0
    requireAffected(statement, count)
    counts.push(count)
  }
  return counts
}

function textRows({ fields, rows }: TextResult): readonly Row[] {
  const wrong = fields.find((field) => !textTypes.has(field.dataTypeID))
  if (wrong === undefined) return rows
  throw warehouseErrors.not_text({
    message: `Column ${wrong.name} of a result has the type ${wrong.dataTypeID}, not text.`,
  })
}
