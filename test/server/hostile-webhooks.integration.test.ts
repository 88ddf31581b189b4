import { once } from 'node:events'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { Pool } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  basic,
  pathSecret,
  pipedriveProject,
  serveFiles,
  type ServingProject,
  webhookPath,
} from './serving-project.ts'

let project: ServingProject
let pool: Pool

beforeEach(async () => {
  // Nobody listens there, and nobody is asked: nothing is pulled.
  const nowhere = { url: 'http://127.0.0.1:9' }
  const server = 'max_body_bytes: 20000'
  project = await serveFiles({ project: pipedriveProject(nowhere, { server }) })
  pool = new Pool(project.serving.url, { connections: 16 })
})
afterEach(async () => {
  await pool.destroy()
  await project.close()
})

const written = (value: unknown): string => JSON.stringify(value)

interface Sent {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

const text = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.nat(9000).map((depth) => '['.repeat(depth)),
  fc.nat(3000).map((depth) => '{"a":'.repeat(depth)),
  fc.nat(9000).map((digits) => `{"id":${'9'.repeat(digits)}}`),
  fc.constantFrom(
    '{"name":"a\\u0000b"}',
    '{"__proto__":{"x":1}}',
    '{"a":1,"a":2}',
    'null',
    '',
    ' ',
  ),
  fc.json().map((json) => json.slice(0, -1)),
)
/** What may be an event: of another version, of a form that nobody knows, or cut off. */
const alike = fc.oneof(
  fc.json().map((json) => `{"meta":${json}}`),
  fc
    .record({ meta: fc.dictionary(fc.string(), fc.jsonValue()), data: fc.jsonValue() })
    .map(written),
  fc.json().map((one) => `[{"data":${one},"meta":{"version":"3.0"}}]`),
  text.map((one) => `{"meta":{"action":"change"},"data":${one}`),
)
const body: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 5, arbitrary: alike.map((one) => Buffer.from(one)) },
  { weight: 3, arbitrary: text.map((one) => Buffer.from(one)) },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 8000, size: 'max' }).map((one) => Buffer.from(one)),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 19_990, max: 20_010 }).map((size) => Buffer.alloc(size)),
  },
)
const headerText = fc.stringMatching(/^[!-~][ -~]{0,40}$/)
const headers = fc.record(
  {
    'content-type': fc.oneof(
      fc.constantFrom('application/json', 'text/plain; charset=utf-16', 'multipart/form-data'),
      headerText,
    ),
    'x-forwarded-for': headerText,
    cookie: headerText,
  },
  { requiredKeys: [] },
)
const segment = fc.string({ maxLength: 30 }).map((one) => encodeURIComponent(one.toWellFormed()))
const sent = fc.record({
  path: fc.oneof(
    { weight: 8, arbitrary: fc.constant(webhookPath) },
    { weight: 1, arbitrary: segment.map((one) => `/webhooks/crm/${one}`) },
    { weight: 1, arbitrary: segment.map((one) => `/webhooks/${one}/${pathSecret}`) },
    { weight: 1, arbitrary: segment.map((one) => `${webhookPath}${one}`) },
    { weight: 1, arbitrary: fc.array(segment).map((all) => `/${all.join('/')}`) },
  ),
  headers: fc.tuple(
    headers,
    fc.oneof(
      { weight: 8, arbitrary: fc.constant<string | null>(basic) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<string | null>(null, 'Basic', 'Basic =', `${basic}x`),
      },
      { weight: 1, arbitrary: headerText },
    ),
  ),
  body,
})

function requests(count: number, seed: number): readonly Sent[] {
  return fc.sample(sent, { numRuns: count, seed }).map((one) => {
    const [more, authorization] = one.headers
    return {
      ...one,
      headers: { ...more, ...(authorization === null ? {} : { authorization }) },
    }
  })
}

/** Bytes that this thread still holds, its buffers included. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('garbage can not be collected')
  // What a first collection frees may hold other things, and buffers are freed after it.
  for (let turn = 0; turn < 3; turn += 1) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Sends all of them, some at once; gives the statuses in the order of the requests. */
async function send(all: readonly Sent[]): Promise<readonly number[]> {
  const statuses: number[] = []
  const left = all.entries()
  const work = async (): Promise<void> => {
    for (const [index, { path, headers: fields, body: bytes }] of left) {
      const request = { method: 'POST', path, headers: fields, body: bytes } as const
      const { statusCode, body: answer } = await pool.request(request)
      await answer.dump()
      statuses[index] = statusCode
    }
  }
  await Promise.all(Array.from({ length: 16 }, work))
  return statuses
}

function isAlike({ body: bytes }: Sent): boolean {
  return bytes.includes('"meta"')
}

/** Gives how many were accepted, and the bytes of all bodies that were read. */
async function play(seed: number): Promise<{ readonly accepted: number; readonly bytes: number }> {
  const all = requests(2000, seed)
  const statuses = await send(all)
  expect(statuses.filter((status) => status >= 500)).toEqual([])
  const accepted = all.filter((_, index) => statuses[index] === 200)
  const strangers = accepted.filter(
    (one) => one.path !== webhookPath || one.headers['authorization'] !== basic,
  )
  expect(strangers).toEqual([])
  expect(accepted.filter((one) => !isAlike(one))).toEqual([])
  const read = all.filter((_, index) => [200, 400].includes(statuses[index] ?? 0))
  const bytes = read.reduce((sum, one) => sum + one.body.length, 0)
  return { accepted: accepted.length, bytes }
}

test('10,000 hostile webhooks: no 5xx, nothing kept of strangers or of what can be no event, nothing held in memory', async () => {
  const journal = await project.workspace.journal()
  // The first of them set up what stays.
  const first = await play(20_261_121)
  const heldBefore = await heldBytes()
  let [accepted, bytes] = [first.accepted, 0]
  for (const seed of [1, 2, 3, 4]) {
    const round = await play(seed)
    accepted += round.accepted
    bytes += round.bytes
  }
  expect((await journal.extent()).entries).toBe(accepted)
  expect(accepted).toBeGreaterThan(1000)
  expect((await heldBytes()) - heldBefore).toBeLessThan(bytes / 3)
})

test('what may be an event is in the journal byte for byte, and what is none, or too large, is not', async () => {
  const all = requests(500, 7).map((one) => ({
    ...one,
    path: webhookPath,
    headers: { authorization: basic },
  }))
  const statuses = await send(all)
  const expected = all.map((one) => {
    if (one.body.length > 20_000) return 413
    return isAlike(one) ? 200 : 400
  })
  expect(statuses).toEqual(expected)
  expect(new Set(expected)).toEqual(new Set([200, 400, 413]))
  const found = await (await project.workspace.journal()).read(0, { entries: 1000, bytes: 1e9 })
  const sorted = (bodies: readonly Uint8Array[]) =>
    bodies.map((bytes) => Buffer.from(bytes).toString('hex')).toSorted()
  const kept = all.filter((_, index) => expected[index] === 200).map(({ body: bytes }) => bytes)
  expect(sorted(found.map((entry) => entry.body))).toEqual(sorted(kept))
})

test('what is no HTTP is refused, and the server goes on', async () => {
  const { port } = new URL(project.serving.url)
  const noise = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 300 }), {
    numRuns: 200,
    seed: 1,
  })
  for (const bytes of noise) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.end(Buffer.from([...bytes, 13, 10, 13, 10]))
    socket.resume()
    await once(socket, 'close')
  }
  expect((await fetch(`${project.serving.url}/readyz`)).status).toBe(200)
  expect((await (await project.workspace.journal()).extent()).entries).toBe(0)
})
