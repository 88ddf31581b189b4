import { createServer, type Server } from 'node:http'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type JsonDocument, runIn } from './cli-world.ts'

const token = 'pat-na1-0f9e8d7c-secret'

/** Tells everybody what they sent, as gateways do. */
let gateway: Server
let directory: string

beforeAll(async () => {
  gateway = createServer((request, response) => {
    const sent = JSON.stringify(request.headers)
    response.writeHead(401, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ status: 'error', message: `refused: ${sent} ${btoa(token)}` }))
  })
  gateway.listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  const address = gateway.address()
  const port = typeof address === 'object' ? address?.port : address
  directory = mkdtempSync(join(tmpdir(), 'syncline-secret-'))
  await runIn(directory, ['init', '--hubspot-url', `http://127.0.0.1:${port}`])
  const file = join(directory, 'syncline.yaml')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"pat-local"', '"${env:TOKEN}"'))
  writeFileSync(join(directory, '.env'), `TOKEN=${token}\n`)
})
afterAll(() => {
  gateway.close()
  rmSync(directory, { recursive: true, force: true })
})

describe('a token that an error body repeats', () => {
  it.each([
    [['check']],
    [['plan', 'customers']],
    [['run', 'customers', '--first']],
    [['discover']],
    [['limits']],
    [['status']],
    [['runs']],
    [['validate']],
  ])('is shown by %j neither as text nor as JSON', async (argv) => {
    for (const form of [argv, [...argv, '--json']]) {
      const said = await runIn(directory, form)
      const all = said.stdout + said.stderr
      expect(all).not.toBe('')
      expect(all).not.toContain(token)
      expect(all).not.toContain(btoa(token))
    }
  })

  it('was repeated indeed, and blanked out', async () => {
    const said = await runIn(directory, ['limits', '--json'])
    const { error } = said.json as { error: JsonDocument }
    expect(error['message']).toMatch(/refused: .*\*\*\*/)
  })

  it('is in no file but .env', () => {
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    const holding = files.filter((file) => {
      const path = join(directory, file)
      return statSync(path).isFile() && readFileSync(path).includes(token)
    })
    expect(holding).toEqual(['.env'])
  })
})
