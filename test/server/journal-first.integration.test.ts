/** A run of a pull loads what waits in the journal before it reads. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { registries } from '../../src/app/registries.ts'
import { type PullRunResult, runPull } from '../../src/app/run-pull.ts'
import { inWarehouse } from '../../src/app/sample-warehouse.ts'
import { openWorkspace } from '../../src/app/workspace.ts'
import { loadProject } from '../../src/config/load-project.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { journalErrors } from '../../src/journal/errors.ts'
import { openSqliteJournal } from '../../src/journal/sqlite/open-sqlite-journal.ts'
import { ledgerErrors } from '../../src/ledger/errors.ts'
import { isOf } from '../../src/model/sync.ts'
import { localToken } from '../../src/simulator/pipedrive/pipedrive.ts'
import { noLimits } from '../../src/simulator/pipedrive/rate-limits.ts'
import { type PipedriveServer, servePipedrive } from '../../src/simulator/pipedrive/serve.ts'
import { runIn, type Said } from '../cli/cli-world.ts'
import { runToken, serveIn } from '../cli/served.ts'
import { pathSecret } from './serving-project.ts'

let crm: PipedriveServer
let directory: string

beforeEach(async () => {
  crm = await servePipedrive({
    port: 0,
    limits: noLimits,
    state: { records: { stages: [{ id: '1', values: { name: 'First' } }] } },
  })
  directory = mkdtempSync(join(tmpdir(), 'syncline-first-'))
  mkdirSync(join(directory, 'syncs'))
  writeFileSync(
    join(directory, 'syncline.yaml'),
    `version: 1
connections:
  crm: { type: pipedrive, base_url: "${crm.url}", api_token: ${localToken} }
  warehouse: { type: duckdb, path: warehouse.duckdb, create: true }
server: { path_secret: ${pathSecret}, run_token: ${runToken} }
`,
  )
  for (const [name, objects] of [
    ['crm', 'stages'],
    ['other', 'pipelines'],
  ]) {
    writeFileSync(
      join(directory, `syncs/${name}.yaml`),
      `type: pull
from: { connection: crm, objects: [${objects}] }
to: { connection: warehouse, schema: ${name} }
`,
    )
  }
  const first = await runIn(directory, ['run', '--all'])
  if (first.code !== 0) throw new Error(first.stderr)
})
afterEach(async () => {
  await crm.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Of a stage that no list shows. */
function webhook(id: number): string {
  const at = '2026-03-10T12:00:05.250Z'
  const meta = { action: 'create', entity: 'stage', version: '2.0', timestamp: at }
  return JSON.stringify({
    meta: { ...meta, id: `0e5e6d62-5f1c-4d0b-9c30-8f6f3ea1a6b${id}`, entity_id: String(id) },
    data: { id, name: `Stage ${id}`, add_time: at, update_time: at, is_deleted: false },
    previous: null,
  })
}

async function waiting(...bodies: readonly string[]): Promise<number> {
  const journal = await openSqliteJournal(join(directory, '.syncline/dev/journal.db'))
  for (const body of bodies) {
    const entry = { connection: 'crm', receivedAt: Date.now(), headers: {}, source: 'webhook' }
    await journal.append({ ...entry, body: new TextEncoder().encode(body) })
  }
  const { entries } = await journal.extent()
  await journal.close()
  return entries
}

async function stages(): Promise<readonly (string | null)[]> {
  let found: readonly (string | null)[] = []
  await inWarehouse(directory, 'warehouse.duckdb', async (session) => {
    const changes = 'select distinct _key from crm.stages_changes order by 1'
    found = (await session.query(statement(changes))).map(([key]) => key ?? null)
  })
  return found
}

function firstOf({ json }: Said): unknown {
  return (json as { readonly syncs: readonly unknown[] }).syncs[0]
}

it('leaves nothing waiting, tells what it loaded, and keeps what could not be read', async () => {
  expect(await waiting(webhook(7), 'no event')).toBe(2)
  const said = await runIn(directory, ['run', 'crm', '--json'])
  expect([said.code, firstOf(said)]).toMatchObject([
    0,
    { sync: 'crm', journal: { entries: 4, added: 1, unreadable: 2 } },
  ])
  expect(await stages()).toContain('7')
  expect(await waiting()).toBe(0)
})

it('keeps for a pull that is paused what the others have', async () => {
  await waiting(webhook(7))
  await runIn(directory, ['pause', 'other'])
  const paused = await runIn(directory, ['run', 'crm', '--json'])
  expect([paused.code, await waiting()]).toEqual([0, 1])
  await runIn(directory, ['resume', 'other'])
  const both = await runIn(directory, ['run', '--all', '--json'])
  expect(firstOf(both)).toMatchObject({ journal: { entries: 2, added: 0 } })
  expect(await waiting()).toBe(0)
})

it('reads although the journal could not be loaded, and tells that as its error', async () => {
  const { project } = await loadProject({ directory, env: {}, ...registries })
  if (project === null) throw new Error('the project can not be loaded')
  const workspace = openWorkspace(project, {})
  const sync = project.syncs.find((one) => isOf('pull', one))
  if (sync === undefined) throw new Error('the project has no pull')
  const run = (failed: unknown): Promise<PullRunResult> => {
    const nothing = { entries: 0, added: 0, passed: 0, unreadable: 0, newColumns: [] }
    const loadWaiting = async () => ({
      ...nothing,
      isInDoubt: false,
      failed: new Map([[sync.name, failed]]),
    })
    const { signal } = new AbortController()
    const asked = {
      kind: 'run',
      objects: [],
      selection: null,
      dryRun: false,
      force: false,
    } as const
    return runPull(workspace, sync, { loadWaiting }, { ...asked, signal, progress: () => {} })
  }
  const wrong = journalErrors.unreachable({ message: 'it does not answer' })
  const [failed, held] = [await run(wrong), await run(ledgerErrors.busy({ message: 'held' }))]
  await workspace.close()
  expect([failed.error, held.error]).toEqual([wrong, null])
  expect([failed, held].map(({ objects }) => objects[0]?.read)).toEqual([1, 1])
})

it('is what a request does before it is answered', async () => {
  const served = await serveIn(directory)
  const path = `/webhooks/crm/${pathSecret}`
  const sent = await fetch(`${served.url}${path}`, { method: 'POST', body: webhook(8) })
  const { status } = await served.run('crm')
  const found = await stages()
  await served.stop()
  expect([sent.status, status, await waiting()]).toEqual([200, 200, 0])
  expect(found).toContain('8')
})
