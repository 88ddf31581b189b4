import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../../src/cli/cli.ts'
import { exitCodeOf, worstOf } from '../../src/cli/exit-code.ts'
import { errorKinds, SynclineError } from '../../src/model/error.ts'
import { type CliWorld, createCliWorld } from './cli-world.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
})
afterAll(() => world.close())

function rewrite(file: string, change: (text: string) => string): () => void {
  const path = join(world.directory, file)
  const before = readFileSync(path, 'utf8')
  writeFileSync(path, change(before))
  return () => writeFileSync(path, before)
}

describe('the exit code', () => {
  it('is 4 where a person must decide: a first run that nobody asked for', async () => {
    const said = await world.cli('run', 'customers')
    expect([said.code, said.stderr]).toEqual([4, expect.stringContaining('push.first_run')])
    expect(world.hubspot.simulator.log()).toEqual([])
  })

  it('is 0 for a run in which all went well', async () => {
    expect((await world.cli('run', 'customers', '--first')).code).toBe(0)
  })

  it('is 1 for more rejected rows than the sync allows, and 0 once they are known', async () => {
    await world.sql(`update customers set email = 'no address' where customer_id = 7`)
    const first = await world.cli('run', 'customers')
    expect([first.code, first.stdout]).toEqual([1, expect.stringContaining('1 rejected')])
    expect((await world.cli('run', 'customers')).code).toBe(0)
  })

  it('is 1 for a plan with changes only where that was asked for', async () => {
    await world.sql(`update customers set city = 'Ghent' where customer_id = 8`)
    expect((await world.cli('plan', 'customers')).code).toBe(0)
    expect((await world.cli('plan', 'customers', '--exit-on-changes')).code).toBe(1)
  })

  it('is 2 for a request that is wrong', async () => {
    const said = await world.cli('run', 'custmers')
    expect(said.code).toBe(2)
    expect(said.stderr).toContain('did you mean customers?')
  })

  it('is 2 in a folder without a project, which says how to make one', async () => {
    const said = await world.cli('plan', '-C', 'syncs')
    expect(said.code).toBe(2)
    expect(said.stderr).toContain('syncline init')
  })

  it('is 3 for credentials that are refused', async () => {
    const restore = rewrite('syncline.yaml', (text) => text.replace('pat-local', 'pat-of-others'))
    const run = await world.cli('run', 'customers')
    const check = await world.cli('check')
    restore()
    expect([run.code, check.code]).toEqual([3, 3])
    expect(run.stderr).toContain('push.refused')
    expect(run.stderr + check.stdout).not.toContain('pat-of-others')
  })

  it('is 3 where no local CRM runs, and the error says how to start it', async () => {
    const restore = rewrite('syncline.yaml', (text) =>
      text.replace(world.hubspot.url, 'http://127.0.0.1:9'),
    )
    const said = await world.cli('plan', 'customers')
    restore()
    expect(said.code).toBe(3)
    expect(said.stderr).toContain('error app.local_crm: Connection hubspot: nothing answers at')
    expect(said.stderr).toContain('`syncline simulate hubspot --port 9`')
  })

  it('is 5 for a paused sync', async () => {
    await world.cli('pause', 'customers')
    expect((await world.cli('run', 'customers')).code).toBe(5)
    await world.cli('resume', 'customers')
  })

  it('is 70 for a bug, which is told with its stack', async () => {
    const notes: string[] = []
    const code = await runCli(['validate'], {
      stdout: {
        write: () => {
          throw new Error('the stream is broken')
        },
      },
      stderr: { write: (text) => notes.push(text) },
      variables: {},
      signal: new AbortController().signal,
      directory: world.directory,
    })
    expect(code).toBe(70)
    expect(notes.join('')).toMatch(/^error bug: Error: the stream is broken\n +at /)
  })

  it.each([
    ['config', 2],
    ['auth', 3],
    ['unreachable', 3],
    ['guard', 4],
    ['busy', 5],
    ['bug', 70],
  ] as const)('of an error of kind %s is %i', (kind, code) => {
    const error = new SynclineError(
      'example.one',
      { kind, summary: '', remedy: '' },
      { message: '' },
    )
    expect(exitCodeOf(error)).toBe(code)
    expect(errorKinds).toContain(kind)
  })

  it.each([
    [[], 0],
    [[0, 1], 1],
    [[1, 5], 5],
    [[5, 4, 0], 4],
    [[4, 2], 2],
    [[2, 3], 3],
    [[3, 70, 1], 70],
  ])('of several syncs, %j, is %i', (codes, worst) => {
    expect(worstOf(codes)).toBe(worst)
  })
})
