/**
 * The minimum that sends a table to HubSpot, run as `node batch-loop.ts <url> <file>`: no plan, no
 * ledger, no second try. It reads pages of rows, posts them in batches of 100, eight at a time, and
 * makes sure that every row was answered.
 */
import { DuckDBInstance } from '@duckdb/node-api'
import { Pool } from 'undici'
import { localToken } from '../src/simulator/hubspot/hubspot.ts'
import { benchKey, benchTable, contactFields, duckDbSettings } from './bench-project.ts'

const batchRows = 100
const pageRows = 10_000
const inFlight = 8

const [url = '', file = ''] = process.argv.slice(2)
const instance = await DuckDBInstance.create(file, { ...duckDbSettings })
const connection = await instance.connect()
const pool = new Pool(url, { connections: inFlight, pipelining: 1 })
const columns = contactFields.map(({ column }) => column).join(', ')
const delivered = { rows: 0 }

for (let after = 0; ; after += pageRows) {
  const page = await connection.runAndReadAll(
    `select ${columns} from ${benchTable} where ${benchKey} > ${after} and ${benchKey} <= ${after + pageRows} order by ${benchKey}`,
  )
  const rows = page.getRows() as string[][]
  if (rows.length === 0) break
  const starts = Array.from({ length: Math.ceil(rows.length / batchRows) }, (_, i) => i * batchRows)
  const work = async (): Promise<void> => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      await send(rows.slice(start, start + batchRows), after + start)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
}
await pool.close()
connection.closeSync()
instance.closeSync()
process.stdout.write(`${JSON.stringify(delivered)}\n`)

async function send(rows: readonly string[][], first: number): Promise<void> {
  const inputs = rows.map((row, index) => ({
    id: row[0],
    idProperty: 'email',
    properties: Object.fromEntries(
      contactFields.slice(1).map(({ field }, at) => [field, row[at + 1]]),
    ),
    objectWriteTraceId: `loop-${first + index}`,
  }))
  const response = await pool.request({
    method: 'POST',
    path: '/crm/v3/objects/0-1/batch/upsert',
    headers: { authorization: `Bearer ${localToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  })
  const answer = (await response.body.json()) as { results?: readonly unknown[] }
  if (response.statusCode >= 300) throw new Error(`${response.statusCode}`)
  delivered.rows += answer.results?.length ?? 0
}
