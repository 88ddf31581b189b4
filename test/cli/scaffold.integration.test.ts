import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lockFile } from '../../src/app/local-hubspot/file-lock.ts'
import { runIn, type Said } from './cli-world.ts'

let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-scaffold-'))
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const cli = (...argv: readonly string[]): Promise<Said> => runIn(directory, argv)

/** In this order: each test finds what those before it left. */
describe('a project made by init', () => {
  it('plans at once, without a HubSpot account or another process', async () => {
    const made = await cli('init')
    expect([made.code, made.stdout]).toEqual([0, expect.stringContaining('\n  syncline plan\n')])
    const plan = await cli('plan')
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('100 to create')])
    expect((await cli('check')).code).toBe(0)
  })

  it('runs, and finds what it wrote again with the next command', async () => {
    expect((await cli('run', '--first')).stdout).toContain('outcome: 100 delivered')
    expect((await cli('verify')).stdout).toContain('100 records read back, all as confirmed')
    expect((await cli('run', '--json')).json).toMatchObject({
      syncs: [{ outcomes: { unchanged: 100 }, calls: { total: 0 } }],
    })
  })

  it('is refused its HubSpot while another process works with the file', async () => {
    const lock = lockFile(join(directory, '.syncline/local-hubspot.json'))
    const { code, stderr } = await cli('verify')
    lock.release()
    expect([code, stderr]).toEqual([5, expect.stringContaining('app.local_held')])
    expect((await cli('verify')).code).toBe(0)
  })

  it('reaches the real HubSpot in the environment prod, by one variable', async () => {
    const { code, stdout } = await cli('validate', '--env', 'prod')
    expect([code, stdout]).toEqual([2, expect.stringContaining('HUBSPOT_ACCESS_TOKEN')])
  })
})
