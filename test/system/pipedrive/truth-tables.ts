/**
 * The CRM's own truth as tables beside those of the pull, written by plain SQL, and what `compare` says of the two. Of the
 * product's tables only the types of the columns are taken.
 */
import { statement } from '../../../src/core/sql/working-schema.ts'
import type { Session } from '../../../src/warehouse/warehouse.ts'
import { runIn, type Said } from '../../cli/cli-world.ts'
import { columnNames, type Table, tables } from './columns.ts'
import { expectedCurrent } from './expected.ts'
import { leftOut } from './held.ts'
import type { Evidence } from './judge.ts'

export interface Compared {
  /** Of each table, against the truth. */
  readonly truth: ReadonlyMap<Table, Said>
  /** Of the deals, against the truth with one value changed in one of them. */
  readonly planted: Said
}

const rowsPerStatement = 500

export async function writeTruth(session: Session, evidence: Evidence): Promise<void> {
  const run = (...texts: readonly string[]): Promise<unknown> =>
    session.execute(texts.map((text) => statement(text)))
  await run('create schema truth')
  for (const table of tables) {
    const names = ['id', ...columnNames(table)].map((name) => `"${name}"`).join(', ')
    const rows = expectedCurrent(evidence, table).map(({ key, texts }) =>
      [key, ...columnNames(table).map((name) => texts[name] ?? null)].map(literal).join(', '),
    )
    await run(`create table truth.${table} as select ${names} from crm.${table} limit 0`)
    for (let from = 0; from < rows.length; from += rowsPerStatement) {
      const values = rows.slice(from, from + rowsPerStatement).map((row) => `(${row})`)
      await run(`insert into truth.${table} (${names}) values ${values.join(', ')}`)
    }
  }
  await run(
    'create schema planted',
    'create table planted.deals as select * from truth.deals',
    `update planted.deals set title = title || '!' where id = (select max(id) from truth.deals)`,
  )
}

function literal(text: string | null): string {
  return text === null ? 'null' : `'${text.replaceAll("'", "''")}'`
}

/** By the command line, as a person would. */
export async function compareWithTruth(directory: string): Promise<Compared> {
  const compare = (schema: string, table: Table): Promise<Said> => {
    const ignored = leftOut.filter((name) => name !== 'id').join(',')
    const sides = [`warehouse:crm.${table}`, `warehouse:${schema}.${table}`]
    const argv = ['compare', ...sides, '--ignore', ignored, '--exit-on-changes', '--json']
    return runIn(directory, argv)
  }
  const truth = new Map<Table, Said>()
  for (const table of tables) truth.set(table, await compare('truth', table))
  return { truth, planted: await compare('planted', 'deals') }
}
