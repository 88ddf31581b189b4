import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { graceMs } from '../../src/app/run/stop-watch.ts'
import { RequestFailure } from '../../src/connector/connector.ts'
import { rewrite } from './project-files.ts'
import { createPullWorld, type PullWorld } from './pull-world.ts'
import { runToken, serveIn, type ServedCli } from './served.ts'

let world: PullWorld
let served: ServedCli

beforeAll(async () => {
  world = await createPullWorld()
  mkdirSync(join(world.directory, 'syncs/nightly'))
  writeFileSync(
    join(world.directory, 'syncs/nightly/run.yaml'),
    `type: pull
from: { connection: pipes, objects: [deals] }
to: { connection: warehouse, schema: nightly }
`,
  )
  rewrite(world.directory, 'syncline.yaml', [
    'version: 1\n',
    `version: 1\nserver: { run_token: ${runToken} }\n`,
  ])
  served = await serveIn(world.directory)
})
afterAll(async () => {
  await served.stop()
  await world.close()
})

// In this order: each test finds what those before it left.
describe('POST /syncs/<name>/run', () => {
  it('answers with the report of `run --json`, and 412 where a guard stopped it', async () => {
    const answer = await served.run('customers')
    expect(answer).toMatchObject({
      status: 412,
      json: {
        format_version: 1,
        syncs: [{ sync: 'customers', state: 'stopped', error: { code: 'push.first_run' } }],
      },
    })
  })

  it('delivers a push as the command does', async () => {
    await world.cli('run', 'customers', '--first')
    await world.sql(`update customers set last_name = 'Other' where customer_id = 1`)
    const [command, answer] = [
      await world.cli('run', 'customers', '--json'),
      await served.run('customers'),
    ]
    expect(answer).toMatchObject({ status: 200, json: { syncs: [{ state: 'succeeded' }] } })
    const shape = (json: unknown): unknown =>
      Object.keys((json as { readonly syncs: readonly object[] }).syncs[0] ?? {})
    expect(shape(answer.json)).toEqual(shape(command.json))
  })

  it('answers 422 where more rows were rejected than the sync allows', async () => {
    await world.sql(`update customers set email = 'no address' where customer_id = 7`)
    const { status, json } = await served.run('customers')
    expect(status).toBe(422)
    expect(json).toMatchObject({ syncs: [{ outcomes: { rejected: 1 }, error: null }] })
  })

  it.each(['nightly/run', 'nightly%2Frun'])('takes a name with slashes: %s', async (name) => {
    const { status, json } = await served.run(name)
    expect([status, json]).toMatchObject([200, { syncs: [{ sync: 'nightly/run', kind: 'run' }] }])
  })

  it('takes the token in a header of its own', async () => {
    expect((await served.run('crm', { 'x-sync-secret': runToken })).status).toBe(200)
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no token', {}],
    ['another token', { authorization: 'Bearer another-token-of-nobody' }],
    ['the token by another scheme', { authorization: `Basic ${runToken}` }],
    ['the token without a scheme', { authorization: runToken }],
    ['another secret', { 'x-sync-secret': `${runToken}x` }],
    ['an empty secret', { 'x-sync-secret': '' }],
  ])('refuses %s, and tells nothing of the syncs', async (_what, headers) => {
    const answers = [await served.run('crm', headers), await served.run('none', headers)]
    for (const { status, json } of answers) {
      expect([status, json]).toEqual([401, { error: { code: 'unauthorized' } }])
    }
  })

  it('answers 404 for a sync that there is not, with the nearest name', async () => {
    const { status, json } = await served.run('custommers')
    expect([status, json]).toMatchObject([
      404,
      { format_version: 1, error: { code: 'app.unknown_sync' } },
    ])
    expect(JSON.stringify(json)).toContain('did you mean customers')
  })

  it.each(['/syncs/crm', '/syncs/', '/syncs/crm/run/more', '/syncs//run'])(
    'answers 404 for %s',
    async (path) => {
      const headers = { authorization: `Bearer ${runToken}` }
      const { status } = await fetch(`${served.url}${path}`, { method: 'POST', headers })
      expect(status).toBe(404)
    },
  )

  it('answers 423 while the sync is paused', async () => {
    await world.cli('pause', 'crm')
    const { status, json } = await served.run('crm')
    await world.cli('resume', 'crm')
    expect([status, json]).toMatchObject([423, { syncs: [{ error: { code: 'app.paused' } }] }])
  })

  it('answers 502 where the CRM does not, and runs other syncs all the same', async () => {
    world.persons.beforePage = () => {
      throw new RequestFailure({ kind: 'unavailable', message: 'no answer' })
    }
    const { status, json } = await served.run('crm')
    const other = await served.run('nightly/run')
    world.persons.beforePage = () => undefined
    expect([status, json, other.status]).toMatchObject([
      502,
      { syncs: [{ state: 'failed', error: { code: 'pull.unreachable' } }] },
      200,
    ])
  })

  it('answers 409 with the id of the run that is at work, and runs another sync beside it', async () => {
    const reached = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    world.persons.beforePage = async () => {
      reached.resolve()
      await gate.promise
    }
    const first = served.run('crm')
    await reached.promise
    const [second, other] = [await served.run('crm'), await served.run('customers')]
    world.persons.beforePage = () => undefined
    gate.resolve()
    const { json } = await first
    const run = (json as { readonly syncs: readonly { readonly run: string }[] }).syncs[0]?.run
    expect(second).toMatchObject({
      status: 409,
      json: { syncs: [{ sync: 'crm', run, error: { code: 'app.running' } }] },
    })
    expect(other.status).toBe(200)
  })

  it('answers 413 for a body, in which there is nothing to say', async () => {
    const headers = { authorization: `Bearer ${runToken}` }
    expect((await served.run('crm', headers, 'x'.repeat(17_000))).status).toBe(413)
  })

  it('tells on its standard error what the runs came to, without the token', () => {
    expect(served.notes()).toContain('customers → hubspot contacts (run ')
    expect(served.notes()).not.toContain(runToken)
  })

  it('ends what is at work when it is told to stop, and says that the rest is to do', async () => {
    const reached = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    world.persons.beforePage = async () => {
      reached.resolve()
      await gate.promise
      throw new RequestFailure({ kind: 'unavailable', message: 'cut off' })
    }
    const answer = served.run('crm')
    await reached.promise
    world.persons.beforePage = () => undefined
    const code = served.stop()
    gate.resolve()
    expect(await answer).toMatchObject({
      status: 503,
      json: { syncs: [{ sync: 'crm', error: { code: 'app.stopped' } }] },
    })
    expect((await answer).headers.get('retry-after')).toBe('30')
    expect(await code).toBe(0)
    served = await serveIn(world.directory)
    expect((await served.run('crm')).status).toBe(200)
  })

  it('says so when its time is over, although the CRM does not answer, and ends', async () => {
    const reached = Promise.withResolvers<void>()
    const gate = Promise.withResolvers<void>()
    world.persons.beforePage = async () => {
      reached.resolve()
      await gate.promise
    }
    const answer = served.run('crm')
    await reached.promise
    world.persons.beforePage = () => undefined
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
    const code = served.stop()
    await vi.advanceTimersByTimeAsync(graceMs)
    expect(await answer).toMatchObject({
      status: 503,
      json: { syncs: [{ sync: 'crm', error: { code: 'app.stopped' } }] },
    })
    expect(await code).toBe(0)
    vi.useRealTimers()
    gate.resolve()
    served = await serveIn(world.directory)
    // Unlike a process that ended, the run that was left behind lets go of its sync in its own time.
    await vi.waitFor(async () => expect((await served.run('crm')).status).toBe(200))
  })
})

it('runs no sync on request without a token, and says so at the start', async () => {
  const undo = rewrite(world.directory, 'syncline.yaml', [
    `server: { run_token: ${runToken} }\n`,
    '',
  ])
  const without = await serveIn(world.directory)
  const refused = await world.cli('serve', '--on-request')
  undo()
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('app.no_run_token')])
  expect(without.ready).toMatchObject({ runs_on_request: false })
  expect((await without.run('crm')).status).toBe(404)
  expect(await without.stop()).toBe(0)
})

it('waits for nobody who goes away, and lets the run go on', async () => {
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  world.persons.beforePage = async () => {
    reached.resolve()
    await gate.promise
  }
  const leaving = new AbortController()
  const headers = { 'x-sync-secret': runToken }
  const asked = fetch(`${served.url}/syncs/crm/run`, {
    method: 'POST',
    headers,
    signal: leaving.signal,
  })
  await reached.promise
  leaving.abort()
  await expect(asked).rejects.toThrow('aborted')
  world.persons.beforePage = () => undefined
  gate.resolve()
  await vi.waitUntil(async () => (await served.run('crm')).status === 200, {
    timeout: 30_000,
  })
})

it('runs what is scheduled by itself, once, and status tells last and next', async () => {
  await served.stop()
  appendFileSync(
    join(world.directory, 'syncs/nightly/run.yaml'),
    'schedule: { every: 1d }\ncapture: { reconcile: { cron: "0 3 * * 0", timezone: Europe/Berlin } }\n',
  )
  const before = await world.cli('status', 'nightly/run')
  expect(before.stdout).toContain('  run every 1d: begins with `syncline serve`\n')
  served = await serveIn(world.directory)
  expect(served.ready).toMatchObject({ scheduled: ['nightly/run'] })
  const status = async (): Promise<object> =>
    (await world.cli('status', 'nightly/run', '--json')).json ?? {}
  await vi.waitUntil(async () => /"last_ended_at":"/.test(JSON.stringify(await status())), {
    timeout: 30_000,
  })
  expect(await status()).toMatchObject({
    syncs: [
      {
        last_run: { kind: 'run', state: 'succeeded' },
        schedules: [
          { kind: 'reconcile', cron: '0 3 * * 0', timezone: 'Europe/Berlin', last_run: null },
          { kind: 'run', every: '1d', last_run: expect.any(String), next_at: expect.any(String) },
        ],
      },
    ],
  })
  const text = await world.cli('status', 'nightly/run')
  expect(text.stdout).toMatch(
    /^ {2}reconcile at 0 3 \* \* 0 \(Europe\/Berlin\): never yet, next \d{4}-/m,
  )
  expect(text.stdout).toMatch(/^ {2}run every 1d: last \d{4}-\S+ \(\S+\), next \d{4}-/m)
})

it('is not ready with a sync that has configuration errors, of which each one is told', async () => {
  writeFileSync(join(world.directory, 'syncs/wrong.yaml'), 'type: pull\n')
  const other = await serveIn(world.directory)
  const ready = await fetch(`${other.url}/readyz`)
  expect([ready.status, await ready.json()]).toMatchObject([
    503,
    { status: 'bad_sync', bad_syncs: 1 },
  ])
  expect(other.notes()).toContain('sync wrong has configuration errors')
  expect((await fetch(`${served.url}/readyz`)).status).toBe(200)
  rmSync(join(world.directory, 'syncs/wrong.yaml'))
  expect(await other.stop()).toBe(0)
})
