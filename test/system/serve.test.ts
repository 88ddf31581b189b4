import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openSqliteJournal } from '../../src/journal/sqlite/open-sqlite-journal.ts'
import { basic, pathSecret, password, projectFile, webhookPath } from '../server/serving-project.ts'
import { type Ended, ended } from './scratch-project.ts'

const program = join(import.meta.dirname, '../../src/cli/main.ts')

let directory: string
let started: ChildProcess[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-serve-'))
  writeFileSync(join(directory, 'syncline.yaml'), projectFile())
  started = []
})
afterEach(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(directory, { recursive: true, force: true })
})

interface Ready {
  readonly url: string
  readonly waiting: { readonly entries: number }
  readonly child: ChildProcess
  readonly end: Promise<Ended>
}

async function serve(): Promise<Ready> {
  const child = spawn(process.execPath, [program, 'serve', '--json'], { cwd: directory })
  started.push(child)
  const [line] = await once(child.stdout, 'data')
  return { ...JSON.parse(String(line)), child, end: ended(child) }
}

async function post(url: string, body: string): Promise<number> {
  const headers = { authorization: basic }
  return (await fetch(`${url}${webhookPath}`, { method: 'POST', headers, body })).status
}

async function kept(): Promise<readonly string[]> {
  const journal = await openSqliteJournal(join(directory, '.syncline/dev/journal.db'))
  const found = await journal.read(0, { entries: 1e6, bytes: 1e9 })
  await journal.close()
  return found.map(({ body }) => Buffer.from(body).toString())
}

it('has every webhook that it answered after it was killed, and tells how many wait', async () => {
  const { url, child, end } = await serve()
  const answered: string[] = []
  let alive = true
  const send = async (sender: number): Promise<void> => {
    for (let number = 0; alive; number += 1) {
      const body = `${sender} ${number}`
      // A connection that died with the server: nothing was answered.
      const status = await post(url, body).catch(() => null)
      if (status === 200) answered.push(body)
      if (answered.length === 400) child.kill('SIGKILL')
      if (status === null) alive = false
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, sender) => send(sender)))
  expect((await end).signal).toBe('SIGKILL')
  const found = new Set(await kept())
  expect(answered.filter((body) => !found.has(body))).toEqual([])
  const again = await serve()
  expect(again.waiting.entries).toBe(found.size)
})

it('answers what is in flight when it is told to stop, and ends in time', async () => {
  const { url, child, end } = await serve()
  const socket = await dial(url)
  socket.write(
    `POST ${webhookPath} HTTP/1.1\r\nhost: x\r\nauthorization: ${basic}\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n`,
  )
  // The server has read the head and waits for the body.
  await once(socket, 'data')
  child.kill('SIGTERM')
  await refusedAt(url)
  socket.write('{}')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /)
  const { code, signal, stderr } = await end
  expect([code, signal, stderr]).toEqual([0, null, ''])
  expect(await kept()).toEqual(['{}'])
})

it('does not wait for a sender that never ends', async () => {
  const { url, child, end } = await serve()
  const socket = await dial(url)
  socket.on('error', () => undefined)
  socket.write(
    `POST ${webhookPath} HTTP/1.1\r\nhost: x\r\nauthorization: ${basic}\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n`,
  )
  await once(socket, 'data')
  child.kill('SIGTERM')
  expect((await end).code).toBe(0)
  expect(await kept()).toEqual([])
})

it('says nothing of its secrets', async () => {
  const child = spawn(process.execPath, [program, 'serve'], { cwd: directory })
  started.push(child)
  const end = ended(child)
  const [line] = await once(child.stdout, 'data')
  const url = /http:\/\/[\d.:]+/.exec(String(line))?.[0] ?? ''
  expect(await post(url, '{}')).toBe(200)
  await fetch(`${url}/webhooks/crm/${pathSecret}x`, { method: 'POST' })
  child.kill('SIGTERM')
  const { stdout, stderr } = await end
  expect(stdout).toContain('0 entries wait')
  expect(stdout + stderr).not.toMatch(new RegExp(`${pathSecret}|${password}`))
})

async function dial(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** Resolves when nothing listens there any more. */
async function refusedAt(url: string): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/healthz`, { headers: { connection: 'close' } }).then(
      ({ status: answered }) => answered,
      () => null,
    )
    if (status === null) return
  }
}
