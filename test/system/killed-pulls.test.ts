/** Servers that are killed while webhooks arrive, and reads that are killed at their work: real processes, and SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { inWarehouse } from '../../src/app/init/sample-warehouse.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Row } from '../../src/model/value.ts'
import { noLimits } from '../../src/simulator/pipedrive/request/rate-limits.ts'
import { type PipedriveServer, servePipedrive } from '../../src/simulator/pipedrive/serve.ts'
import { runIn } from '../cli/cli-world.ts'
import { basic, pipedriveProject, webhookPath } from '../server/serving-project.ts'
import { writeProject } from '../support/open-project.ts'
import { type Ended, ended } from './scratch-project.ts'

const program = join(import.meta.dirname, '../../src/cli/main.ts')
/** Three pages of a list. */
const persons = Array.from({ length: 1_200 }, (_, index) => index + 1)
const startOfTest = Date.parse('2026-03-02T06:00:00Z')

let crm: PipedriveServer
let directory: string
let started: ChildProcess[]

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-killed-'))
  started = []
  const records = persons.map((id) => ({ id: `${id}`, values: { name: `Person ${id}` } }))
  crm = await servePipedrive({
    port: 0,
    now: () => startOfTest,
    limits: noLimits,
    state: { records: { persons: records } },
  })
  writeProject(directory, {
    project: pipedriveProject(crm),
    syncs: {
      crm: `type: pull
from: { connection: crm, objects: [persons] }
to: { connection: warehouse, schema: crm }
# Only reads tell them.
fields: { exclude: ["*.*_count"] }
guards: { max_deletes: 100% }
`,
    },
  })
})
afterEach(async () => {
  for (const child of started) child.kill('SIGKILL')
  await crm.close()
  rmSync(directory, { recursive: true, force: true })
})

function start(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...words], { cwd: directory })
  started.push(child)
  return child
}

const query = (text: string): Promise<readonly Row[]> =>
  inWarehouse(directory, 'warehouse.duckdb', (session) => session.query(statement(text)))

interface Sender {
  readonly answered: Set<number>
  /** Sent and not answered: whether they arrived nobody knows. */
  readonly open: Set<number>
  next: number
}

async function post(url: string, id: number): Promise<number | null> {
  const at = '2026-03-01T12:00:05.250Z'
  const meta = {
    action: 'create',
    entity: 'person',
    version: '2.0',
    timestamp: at,
    id: `event ${id}`,
    entity_id: String(id),
  }
  const data = { id, name: `Person ${id}`, add_time: at, update_time: at, is_deleted: false }
  const body = JSON.stringify({ meta, data, previous: null })
  const headers = { authorization: basic }
  // A connection that died with the server: nothing was answered.
  return fetch(`${url}${webhookPath}`, { method: 'POST', headers, body }).then(
    ({ status }) => status,
    () => null,
  )
}

/** Sends one after the other, what was not answered before first, until the server is gone, which is killed after so many answers. */
async function sendUntilDeath(
  { url, child }: Served,
  sender: Sender,
  answers: number,
): Promise<void> {
  const again = [...sender.open]
  for (let answered = 0; ; ) {
    const id = again.shift() ?? sender.next++
    sender.open.add(id)
    const sent = post(url, id)
    if (answered === answers) child.kill('SIGKILL')
    const status = await sent
    if (status === null) return
    expect(status).toBe(200)
    answered += 1
    sender.open.delete(id)
    sender.answered.add(id)
  }
}

interface Served {
  readonly url: string
  readonly child: ChildProcess
}

async function served(): Promise<Served> {
  const child = start('serve', '--json')
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const { url } = JSON.parse(String(line)) as { readonly url: string }
  return { url, child }
}

/** Before the first load, and in the midst of loads: these go on for as long as something arrives. */
const answersBeforeDeath = [20, 400, 900] as const

it('has every change once that a server answered, one after the other of which is killed', async () => {
  const sender: Sender = { answered: new Set(), open: new Set(), next: 10_001 }
  for (const answers of answersBeforeDeath) {
    const one = await served()
    const gone = once(one.child, 'exit')
    await sendUntilDeath(one, sender, answers)
    expect((await gone)[1]).toBe('SIGKILL')
  }
  const told = sender.answered.size
  process.stderr.write(`killed servers: ${told} webhooks answered, ${sender.open.size} not\n`)
  expect((await runIn(directory, ['run', 'crm'])).code).toBe(0)
  const found = await query(
    `select _key, cast(count(*) as varchar) from crm.persons_changes where _origin = 'webhook' group by _key`,
  )
  const counts = new Map(found.map(([key, count]) => [Number(key), Number(count)]))
  expect([...sender.answered].filter((id) => counts.get(id) !== 1)).toEqual([])
  expect([...counts].filter(([id, count]) => count !== 1 && !sender.answered.has(id))).toEqual([])
})

it('reconciles what a killed reconcile left, at whichever of its requests it was killed', async () => {
  expect((await runIn(directory, ['run', 'crm'])).code).toBe(0)
  crm.simulator.advance(3_600_000)
  for (const id of persons.filter((one) => one % 3 === 0)) {
    crm.simulator.edit({
      kind: 'update',
      object: 'person',
      id: `${id}`,
      values: { name: `New ${id}` },
    })
  }
  for (const id of [1, 2, 4]) crm.simulator.edit({ kind: 'delete', object: 'person', id: `${id}` })
  crm.simulator.advance(3_600_000)
  const requests = await killedAtRequest(Infinity, '--dry-run')
  expect(requests.answered).toBeGreaterThan(4)
  for (let at = 1; at <= requests.answered; at += 1) {
    expect((await killedAtRequest(at)).end.signal).toBe('SIGKILL')
  }
  const reconciled = await runIn(directory, ['reconcile', 'crm', '--json'])
  expect(reconciled.code).toBe(0)
  const again = await runIn(directory, ['reconcile', 'crm', '--exit-on-changes'])
  expect(again.code).toBe(0)
  const kept = persons.filter((id) => ![1, 2, 4].includes(id))
  const names = await query('select cast(id as varchar), name from crm.persons order by id')
  expect(names).toEqual(kept.map((id) => [`${id}`, `${id % 3 === 0 ? 'New' : 'Person'} ${id}`]))
  const [[versions]] = (await query(
    'select cast(count(*) as varchar) from crm.persons_history',
  )) as [[string]]
  expect(Number(versions)).toBe(persons.length + persons.filter((id) => id % 3 === 0).length)
})

/** Kills the process at its request of this number, which it never hears the answer of. */
async function killedAtRequest(
  at: number,
  ...flags: readonly string[]
): Promise<{ readonly answered: number; readonly end: Ended }> {
  const { simulator } = crm
  const handle = simulator.handle
  let requests = 0
  const child = start('reconcile', 'crm', ...flags)
  simulator.handle = (request) => {
    requests += 1
    if (requests === at) child.kill('SIGKILL')
    return handle.call(simulator, request)
  }
  const end = await ended(child)
  simulator.handle = handle
  return { answered: requests, end }
}
