/** examples/pipedrive as its README says: everything it starts is a process of its own. */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Ended, ended } from '../scratch-project.ts'
import { example } from './site.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-two-weeks-'))
  for (const part of ['syncline.yaml', 'syncs']) {
    cpSync(join(example, part), join(folder, part), { recursive: true })
  }
  cpSync(join(example, '.env.example'), join(folder, '.env'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function twoWeeks(...flags: readonly string[]): Promise<Ended> {
  const env = { ...process.env, PIPEDRIVE_URL: 'http://127.0.0.1:0' }
  const script = join(example, 'two-weeks.ts')
  return ended(spawn(process.execPath, [script, folder, ...flags], { env }))
}

it('reads a company, takes its webhooks for two weeks, reads what changed, and reconciles each', async () => {
  const order = ['--share', '0.01', '--moments', '2', '--read-every', '12', '--luck', 'good']
  const played = await twoWeeks(...order)
  expect([played.code, played.stdout.match(/^week \d$/gm)]).toEqual([0, ['week 1', 'week 2']])
  const runs =
    /^pipedrive ← pipedrive deals, organizations, persons and 3 more \((\w+) \w+, (\w+)/gm
  const found = [...played.stdout.matchAll(runs)].map(([, kind, state]) => `${kind} ${state}`)
  const week = ['run succeeded', 'reconcile succeeded']
  expect(found).toEqual(['run succeeded', ...week, ...week])
  expect(played.stderr).toMatch(/^\d+ entries loaded, \d+ changes/m)
  expect(played.stderr + played.stdout).not.toContain('unread')
})

it('names the kinds of luck where another is asked for', async () => {
  expect(await twoWeeks('--luck', 'dumb')).toMatchObject({
    code: 2,
    stderr: 'two-weeks: --luck is one of good, bad, none\n',
  })
})
