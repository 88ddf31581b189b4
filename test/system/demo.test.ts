import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './scratch-project.ts'

const program = join(import.meta.dirname, '../../src/cli/main.ts')
const guard = pathToFileURL(join(import.meta.dirname, 'loopback-only.mjs')).href

/** Columns that every terminal has. */
const narrowTerminal = 80

let folder: string
let sockets: string
let played: Ended

function demo(...argv: readonly string[]): Promise<Ended> {
  const variables = {
    NODE_OPTIONS: `--import=${guard}`,
    SYNCLINE_TEST_SOCKETS: sockets,
    // As `npm run demo` starts it.
    npm_lifecycle_event: 'demo',
  }
  return ended(
    spawn(process.execPath, [program, 'demo', ...argv], {
      cwd: folder,
      env: { ...process.env, ...variables },
    }),
  )
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-demo-'))
  sockets = join(folder, 'sockets.log')
  played = await demo('--json')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the demo', () => {
  it('creates 5,000 contacts, then updates exactly the 50 that changed, then asks for nothing', () => {
    expect([played.code, played.stderr]).toEqual([0, ''])
    expect(played.stdout.trimEnd().split('\n')).toHaveLength(1)
    const { first_plan, first, second_plan, second, third } = JSON.parse(played.stdout)
    expect(first_plan).toMatchObject({ created: 0, updated: 0, planned: { creates: 5000 } })
    expect(first).toMatchObject({ created: 5000, updated: 0 })
    expect(second_plan).toMatchObject({ created: 0, updated: 0, planned: { updates: 50 } })
    expect(second).toMatchObject({
      created: 0,
      updated: 50,
      updated_fields: { city: 25, customer_score: 50 },
    })
    expect(third).toMatchObject({ created: 0, updated: 0, calls: 0 })
    // Two batches of a hundred are read or written by one request each; the rest is metadata.
    expect(first.calls).toBeGreaterThanOrEqual(100)
    expect(first.calls).toBeLessThan(110)
    expect(second.calls).toBeLessThan(10)
  })

  it('connects to nothing but this machine', () => {
    const targets = new Set(readFileSync(sockets, 'utf8').trimEnd().split('\n'))
    expect([...targets]).toEqual(['127.0.0.1'])
  })

  it('runs under a guard that would notice', async () => {
    const variables = { NODE_OPTIONS: `--import=${guard}`, SYNCLINE_TEST_SOCKETS: `${sockets}.2` }
    const script = "fetch('http://example.invalid/').catch((e) => console.log(e.cause.message))"
    const child = spawn(process.execPath, ['-e', script], {
      env: { ...process.env, ...variables },
    })
    expect((await ended(child)).stdout).toContain('off this machine')
  })

  it('leaves a project whose HubSpot goes on where it ended', () => {
    const files = ['syncline.yaml', 'syncs/customers.yaml', 'models/customers.sql', '.env']
    expect(files.filter((file) => !existsSync(join(folder, 'syncline-demo', file)))).toEqual([])
    const kept = JSON.parse(readFileSync(join(folder, 'syncline-demo/hubspot.json'), 'utf8'))
    expect(kept.state.records['0-1']).toHaveLength(5000)
  })

  it('starts over in the folder of an earlier one, and tells people what it does', async () => {
    const { code, stdout, stderr } = await demo()
    expect(code).toBe(0)
    const lines = `${stdout}${stderr}`.split('\n')
    expect(lines.filter((line) => line.length > narrowTerminal)).toEqual([])
    expect(stdout).toContain('5,000 to create, 0 to update')
    expect(stdout).toContain(
      'By its log 50 contacts were updated: city in 25, customer_score in 50.',
    )
    expect(stdout).toContain('customer_score: "30" → "37"')
    expect(stdout).toContain('simulate hubspot -C syncline-demo --state hubspot.json')
  })

  it('leaves a folder alone that is not its own', async () => {
    const other = join(folder, 'other')
    mkdirSync(join(other, 'syncline-demo'), { recursive: true })
    writeFileSync(join(other, 'syncline-demo', 'diary.txt'), 'mine')
    const child = spawn(process.execPath, [program, 'demo', '-C', other], { cwd: folder })
    const { code, stderr } = await ended(child)
    expect([code, stderr]).toEqual([2, expect.stringContaining('app.folder_not_empty')])
    expect(readFileSync(join(other, 'syncline-demo', 'diary.txt'), 'utf8')).toBe('mine')
  })
})
