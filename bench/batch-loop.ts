/**
 * The minimum that sends a table to a CRM, run as `node batch-loop.ts <crm> <url> <file>`: no plan, no
 * ledger, no second try. It reads pages of rows, sends them in batches as large as the CRM takes, eight
 * at a time, and makes sure that every row was answered.
 */
import { DuckDBInstance } from '@duckdb/node-api'
import { Pool } from 'undici'
import { benchKey, benchTable, duckDbSettings } from './bench-project.ts'
import { targets } from './targets.ts'

const pageRows = 10_000
const inFlight = 8

const [crm = '', url = '', file = ''] = process.argv.slice(2)
const target = targets.find(({ name }) => name === crm)
if (target === undefined) throw new Error(`there is no target ${crm}`)
const { fields, loop } = target
const instance = await DuckDBInstance.create(file, { ...duckDbSettings })
const connection = await instance.connect()
const pool = new Pool(url, { connections: inFlight, pipelining: 1 })
const columns = fields.map(({ column }) => column).join(', ')
const delivered = { rows: 0 }

for (let after = 0; ; after += pageRows) {
  const page = await connection.runAndReadAll(
    `select ${columns} from ${benchTable} where ${benchKey} > ${after} and ${benchKey} <= ${after + pageRows} order by ${benchKey}`,
  )
  const rows = page.getRows() as string[][]
  if (rows.length === 0) break
  const starts = Array.from(
    { length: Math.ceil(rows.length / loop.batchRows) },
    (_, i) => i * loop.batchRows,
  )
  const work = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      await send(rows.slice(start, start + loop.batchRows), after + start)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
}
await pool.close()
connection.closeSync()
instance.closeSync()
process.stdout.write(`${JSON.stringify(delivered)}\n`)

async function send(rows: readonly string[][], first: number): Promise<void> {
  const { method, path, token, body } = loop.request(rows, first)
  const response = await pool.request({
    method,
    path,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = await response.body.text()
  if (response.statusCode >= 300) throw new Error(`${response.statusCode}: ${answer}`)
  delivered.rows += loop.written(answer)
}
