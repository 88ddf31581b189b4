/** A run of a pull loads what waits in the journal before it reads. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nothing } from '../../src/app/pull/event-loader.ts'
import { type PullRunResult, runPull } from '../../src/app/pull/run-pull.ts'
import { journalErrors } from '../../src/journal/errors.ts'
import { ledgerErrors } from '../../src/ledger/errors.ts'
import type { Said } from '../cli/cli-world.ts'
import { serveIn } from '../cli/served.ts'
import { asUsual, openProject, pullOf } from '../support/open-project.ts'
import { createJournalProject, type JournalProject, webhook } from './journal-project.ts'
import { pathSecret } from './serving-project.ts'

let project: JournalProject

beforeEach(async () => {
  project = await createJournalProject({ syncs: { crm: 'stages', other: 'pipelines' } })
  const first = await project.cli('run', '--all')
  if (first.code !== 0) throw new Error(first.stderr)
})
afterEach(() => project.close())

function firstOf({ json }: Said): unknown {
  return (json as { readonly syncs: readonly unknown[] }).syncs[0]
}

it('leaves nothing waiting, tells what it loaded, and keeps what could not be read', async () => {
  expect(await project.send(webhook('stage', 7), 'no event')).toBe(2)
  const said = await project.cli('run', 'crm', '--json')
  expect([said.code, firstOf(said)]).toMatchObject([
    0,
    { sync: 'crm', journal: { entries: 4, added: 1, unreadable: 2 } },
  ])
  expect(await project.keys('stages')).toContain('7')
  expect(await project.send()).toBe(0)
})

it('is where what waits for too long ends, of which status, check and readiness tell', async () => {
  expect((await project.cli('check')).stdout).toContain('  ok    journal: 0 entries wait (0 bytes)')
  await project.send(webhook('stage', 7), webhook('stage', 9))
  const waits = async () => {
    const { json } = await project.cli('status', '--json')
    return (json as { readonly journal: object }).journal
  }
  expect(await waits()).toMatchObject({ entries: 2, excess: null })
  expect((await project.cli('check')).code).toBe(0)
  const journal = new DatabaseSync(join(project.directory, '.syncline/dev/journal.db'))
  journal.exec('update journal_entries set received_at = received_at - 7200000')
  journal.close()
  expect(await waits()).toMatchObject({ entries: 2, excess: 'age' })
  expect((await project.cli('status')).stdout).toMatch(
    /^2 entries wait in the journal \(.+ since 20.+\), for 2 h\n {2}error app\.journal_waits/m,
  )
  const checked = await project.cli('check')
  expect([checked.code, checked.stdout]).toEqual([
    4,
    expect.stringMatching(/WRONG journal: app\.journal_waits.* 120 minutes/),
  ])
  const served = await serveIn(project.directory, '--on-request')
  const ready = async () => (await fetch(`${served.url}/readyz`)).status
  expect(await ready()).toBe(503)
  await served.run('crm')
  await served.run('other')
  expect(await ready()).toBe(200)
  await served.stop()
})

it('keeps for a pull that is paused what the others have', async () => {
  await project.send(webhook('stage', 7))
  await project.cli('pause', 'other')
  const paused = await project.cli('run', 'crm', '--json')
  expect([paused.code, await project.send()]).toEqual([0, 1])
  await project.cli('resume', 'other')
  const both = await project.cli('run', '--all', '--json')
  expect(firstOf(both)).toMatchObject({ journal: { entries: 2, added: 0 } })
  expect(await project.send()).toBe(0)
})

it('reads although the journal could not be loaded, and tells that as its error', async () => {
  const workspace = await openProject(project.directory)
  const sync = pullOf(workspace)
  const run = (failed: unknown): Promise<PullRunResult> => {
    const loadWaiting = async () => ({
      ...nothing,
      isInDoubt: false,
      failed: new Map([[sync.name, failed]]),
    })
    const { signal } = new AbortController()
    const asked = { ...asUsual, kind: 'run', signal, progress: () => {} } as const
    return runPull(workspace, sync, { loadWaiting }, asked)
  }
  const wrong = journalErrors.unreachable({ message: 'it does not answer' })
  const [failed, held] = [await run(wrong), await run(ledgerErrors.busy({ message: 'held' }))]
  const foreign = await run(new TypeError('no such property'))
  await workspace.close()
  expect([failed.error, held.error]).toEqual([wrong, null])
  expect(foreign.error).toMatchObject({
    code: 'pull.internal',
    message: 'Sync crm, what waits in the journal: no such property',
  })
  expect([failed, held, foreign].map(({ objects }) => objects[0]?.read)).toEqual([1, 1, 1])
})

it.each([
  ['of a server that loads by itself, too', []],
  ['of one that does nothing between requests', ['--on-request']],
])('is what a request does before it is answered, %s', async (_which, options) => {
  const served = await serveIn(project.directory, ...options)
  expect(served.ready).toMatchObject({ on_request: options.length > 0 })
  const path = `/webhooks/crm/${pathSecret}`
  const sent = await fetch(`${served.url}${path}`, { method: 'POST', body: webhook('stage', 8) })
  const { status } = await served.run('crm')
  const found = await project.keys('stages')
  await served.stop()
  expect([sent.status, status, await project.send()]).toEqual([200, 200, 0])
  expect(found).toContain('8')
})
