/**
 * Stands in for Pipedrive: `node page-server.ts <deals>` serves so many of 26 fields in pages that it made before it
 * was asked, and nothing else.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const deals = Number(process.argv[2])
const perPage = 500

const at = '2026-01-01T00:00:00Z'

/** 26 fields beside the id. */
function deal(id: number): object {
  return {
    id,
    title: `Annual plan for customer ${id}`,
    owner_id: id % 45,
    person_id: id % 7_000,
    org_id: id % 5_000,
    pipeline_id: 1 + (id % 2),
    stage_id: 1 + (id % 9),
    value: id * 1.25,
    currency: 'EUR',
    add_time: at,
    update_time: at,
    stage_change_time: at,
    status: 'open',
    probability: id % 100,
    lost_reason: null,
    visible_to: 3,
    close_time: null,
    won_time: null,
    lost_time: null,
    expected_close_date: '2026-06-30',
    label_ids: [id % 5],
    origin: 'API',
    origin_id: null,
    channel: 7,
    channel_id: null,
    arr: 12.5,
    mrr: 1.04,
  }
}

const count = Math.ceil(deals / perPage)
const pages = Array.from({ length: count }, (_, page) => pageOf(page))

function pageOf(page: number): Buffer {
  const size = Math.min(perPage, deals - page * perPage)
  const data = Array.from({ length: size }, (_, index) => deal(page * perPage + index + 1))
  const next = page + 1 < count ? String(page + 1) : null
  const additional = { next_cursor: next }
  return Buffer.from(JSON.stringify({ success: true, data, additional_data: additional }))
}

const empty = Buffer.from(
  JSON.stringify({ success: true, data: [], additional_data: { next_cursor: null } }),
)
const user = Buffer.from(
  JSON.stringify({ success: true, data: { id: 1, company_id: 7, company_name: 'Acme' } }),
)

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  response.setHeader('content-type', 'application/json')
  // Of the largest plan: what a smaller one allows is not what is measured.
  response.setHeader('x-ratelimit-limit', '100000')
  response.setHeader('x-ratelimit-remaining', '99999')
  response.setHeader('x-ratelimit-reset', '2')
  if (pathname === '/api/v1/users/me') response.end(user)
  else if (pathname !== '/api/v2/deals') response.end(empty)
  else response.end(pages[Number(searchParams.get('cursor') ?? 0)] ?? empty)
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
process.once('SIGTERM', () => process.exit())
// Whoever started it is gone: nobody would ever stop it.
process.once('disconnect', () => process.exit())
