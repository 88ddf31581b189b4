/** A pull whose file got another name, as people meet it. */
import {
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { text } from '../pull/scripted-crm.ts'
import { createPullWorld, type PullWorld } from './pull-world.ts'

let world: PullWorld
let analytics: string

beforeAll(async () => {
  world = await createPullWorld()
  analytics = mkdtempSync(join(tmpdir(), 'syncline-dbt-'))
  writeFileSync(join(analytics, 'dbt_project.yml'), 'name: analytics\n')
  await world.cli('run', 'crm')
  await world.cli('dbt', 'crm', `--to=${analytics}`)
  rmSync(join(world.directory, 'syncs/customers.yaml'))
  const file = join(world.directory, 'syncs/sales.yaml')
  renameSync(join(world.directory, 'syncs/crm.yaml'), file)
  appendFileSync(file, 'renamed_from: crm\n')
})
afterAll(async () => {
  await world.close()
  rmSync(analytics, { recursive: true, force: true })
})

interface Answer {
  readonly syncs: readonly Readonly<Record<string, unknown>>[]
  readonly runs: readonly Readonly<Record<string, unknown>>[]
}

async function asked(...argv: readonly string[]): Promise<Answer> {
  const said = await world.cli(...argv, '--json')
  expect([said.code, said.stderr]).toEqual([0, ''])
  return JSON.parse(said.stdout) as Answer
}

// In this order: each test finds what those before it left.
describe('a renamed pull, before it is run again,', () => {
  it('has its standing, its runs and its records', async () => {
    const { syncs } = await asked('status', 'sales', '--lag')
    expect(syncs).toMatchObject([
      { sync: 'sales', account: '77', last_run: { state: 'succeeded' }, lag: { waiting: {} } },
    ])
    expect((await asked('runs', 'sales')).runs).toHaveLength(1)
    const life = await world.cli('explain', 'sales', '1', '--object=deals')
    expect([life.code, life.stdout]).toEqual([0, expect.stringContaining('title: "deal 1"')])
  })

  it('is paused by its new name, which holds when it is run', async () => {
    await world.cli('pause', 'sales')
    expect((await world.cli('run', 'sales')).stderr).toContain(
      'error app.paused: Sync sales is paused.',
    )
    await world.cli('resume', 'sales')
  })

  it('tells who uses the former name of the new one', async () => {
    const said = await world.cli('run', 'crm')
    expect([said.code, said.stderr]).toEqual([
      2,
      expect.stringContaining(
        'error app.unknown_sync: There is no sync crm any more: it is sales now.',
      ),
    ])
  })

  it('takes the place of its former name in a dbt project', async () => {
    const said = await world.cli('dbt', 'sales', `--to=${analytics}`)
    expect([said.code, said.stderr]).toEqual([0, ''])
    expect(said.stdout).toContain('removed  models/syncline/crm/sources.yml')
    expect(readdirSync(join(analytics, 'models/syncline/crm'))).toEqual([])
    expect(readdirSync(join(analytics, 'models/syncline/sales'))).toContain('sources.yml')
  })
})

describe('a renamed pull', () => {
  it('goes on with its history, and is known by its new name alone', async () => {
    world.edit(world.deals, '1', { title: text('changed') })
    const said = await world.cli('run', 'sales')
    expect(said.code).toBe(0)
    const life = await world.cli('explain', 'sales', '1', '--object=deals')
    for (const title of ['deal 1', 'changed']) expect(life.stdout).toContain(`title: "${title}"`)
    const { runs } = await asked('runs')
    expect(runs.map(({ sync }) => sync)).toEqual(['sales', 'sales'])
  })

  it('is searched whole by an erasure, which misses no former name', async () => {
    const said = await world.cli('erase', 'changed')
    expect([said.code, said.stderr]).toEqual([0, ''])
    const life = await world.cli('explain', 'sales', '1', '--object=deals')
    expect(life.stderr).toContain('error app.unknown_key: ')
  })
})
