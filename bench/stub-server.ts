/**
 * The cheapest server that a push can work with: it names each input of a batch as written, under an
 * id never used before, and stores nothing. What it costs is the floor under every measurement.
 */
import { createServer, type IncomingMessage } from 'node:http'

const properties = [
  { name: 'email', label: 'Email', type: 'string', fieldType: 'text', hasUniqueValue: false },
  ...['firstname', 'lastname', 'city', 'company', 'jobtitle'].map((name) => textProperty(name)),
  ...Array.from({ length: 20 }, (_, index) => textProperty(`bench_${index + 1}`)),
]
const trace = /"objectWriteTraceId":"([^"]*)"/g

let lastId = 0
let bytes = 0
const calls = new Map<string, number>()

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  void bodyOf(request).then((body) => {
    const answer = JSON.stringify(answerTo(request.url ?? '', body))
    response.writeHead(200, {
      'content-type': 'application/json;charset=utf-8',
      'content-length': Buffer.byteLength(answer),
      'x-hubspot-ratelimit-max': '1000000000',
      'x-hubspot-ratelimit-remaining': '1000000000',
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
    })
    response.end(answer)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
})
process.once('SIGTERM', () => process.exit())
// Whoever started it is gone: nobody would ever stop it.
process.once('disconnect', () => process.exit())

function answerTo(url: string, body: string): object {
  if (url === '/_local/calls') return Object.fromEntries(calls)
  if (url === '/_local/received') return { bytes }
  bytes += Buffer.byteLength(body)
  calls.set(url, (calls.get(url) ?? 0) + 1)
  if (url.startsWith('/account-info/')) return { portalId: 62_515, timeZone: 'UTC' }
  if (url.startsWith('/crm/v3/properties/')) return { results: properties }
  if (!/^\/crm\/v3\/objects\/[^/]+\/batch\//.test(url)) return { results: [] }
  return { status: 'COMPLETE', startedAt: at, completedAt: at, results: resultsFor(body) }
}

const at = '2026-01-01T00:00:00.000Z'

function resultsFor(body: string): object[] {
  return [...body.matchAll(trace)].map(([, traceId]) => {
    lastId += 1
    const id = String(lastId)
    return {
      id,
      properties: { hs_object_id: id, createdate: at, lastmodifieddate: at },
      createdAt: at,
      updatedAt: at,
      archived: false,
      new: true,
      objectWriteTraceId: traceId,
    }
  })
}

function textProperty(name: string): object {
  return { name, label: name, type: 'string', fieldType: 'text', hasUniqueValue: false }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
