import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../support/postgres-server.ts'
import {
  basic,
  pathSecret,
  serveProject,
  type ServingProject,
  webhookPath,
} from './serving-project.ts'

let project: ServingProject
let database: PostgresDatabase | undefined
afterEach(async () => {
  await project.close()
  await database?.drop()
  database = undefined
})

async function post(body: string): Promise<number> {
  const headers = { authorization: basic, 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body }
  return (await fetch(`${project.serving.url}${webhookPath}`, request)).status
}

async function bodies(): Promise<readonly string[]> {
  const found = await (await project.workspace.journal()).read(0, { entries: 100, bytes: 1e6 })
  return found.map(({ body }) => Buffer.from(body).toString())
}

test('what is received is in the journal beside the state, with what says how to read it', async () => {
  project = await serveProject()
  const before = Date.now()
  expect(await post('{"a":1}')).toBe(200)
  const [entry] = await (await project.workspace.journal()).read(0, { entries: 1, bytes: 1 })
  expect(entry).toMatchObject({
    connection: 'crm',
    source: 'webhook',
    headers: { 'content-type': 'application/json' },
  })
  expect(entry?.receivedAt).toBeGreaterThanOrEqual(before)
  const { directory } = project.workspace.project
  const file = new DatabaseSync(`${directory}/.syncline/dev/journal.db`)
  expect(file.prepare('select count(*) as entries from journal_entries').get()).toEqual({
    entries: 1,
  })
  file.close()
})

test('is refused with 503 while the journal fails, told once, and goes on by itself', async () => {
  project = await serveProject()
  const { directory } = project.workspace.project
  const file = new DatabaseSync(`${directory}/.syncline/dev/journal.db`)
  file.exec(`create trigger no_room before insert on journal_entries
    begin select raise(abort, 'no room'); end`)
  expect([await post('1'), await post('2')]).toEqual([503, 503])
  file.exec('drop trigger no_room')
  file.close()
  expect([await post('3'), await post('4')]).toEqual([200, 200])
  expect(await bodies()).toEqual(['3', '4'])
  expect(project.told).toMatchObject([{ code: 'journal.statement' }, null])
})

test('goes into the schema of a state in PostgreSQL', async () => {
  database = await postgresDatabase()
  project = await serveProject(`state: { url: "${database.url}" }\n`)
  expect(await post('{"a":1}')).toBe(200)
  expect(await bodies()).toEqual(['{"a":1}'])
  expect((await fetch(`${project.serving.url}/readyz`)).status).toBe(200)
  expect(project.serving).toMatchObject({ receives: true, connections: ['crm'] })
})

test('readiness ends with the database, and comes back with it', async () => {
  database = await postgresDatabase()
  project = await serveProject(`state: { url: "${database.url}" }\n`)
  const status = async () => (await fetch(`${project.serving.url}/readyz`)).status
  expect(await status()).toBe(200)
  await database.drop()
  expect(await status()).toBe(503)
  expect(await post('{}')).toBe(503)
  expect((await fetch(`${project.serving.url}/healthz`)).status).toBe(200)
  expect(JSON.stringify(project.told)).not.toContain(pathSecret)
})
