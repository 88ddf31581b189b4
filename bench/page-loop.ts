/**
 * The least that a full read can be: `node page-loop.ts <url> <file>` pages through the deals and writes each as a line
 * of JSON. No history, no comparison, no second try.
 */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { Pool } from 'undici'

const [url = '', file = ''] = process.argv.slice(2)
const pool = new Pool(url, { connections: 1 })
const lines = createWriteStream(file)
let cursor: string | null = ''
let records = 0
while (cursor !== null) {
  const query: string = cursor === '' ? '' : `&cursor=${cursor}`
  const { body } = await pool.request({
    method: 'GET',
    path: `/api/v2/deals?limit=500${query}`,
    headers: { 'x-api-token': 'a-token-for-benchmarks' },
  })
  const page = JSON.parse(await body.text()) as {
    readonly data: readonly object[]
    readonly additional_data: { readonly next_cursor: string | null }
  }
  const text = page.data.map((record) => `${JSON.stringify(record)}\n`).join('')
  if (!lines.write(text)) await once(lines, 'drain')
  records += page.data.length
  cursor = page.additional_data.next_cursor
}
lines.end()
await once(lines, 'finish')
await pool.close()
process.stdout.write(`${JSON.stringify({ records })}\n`)
