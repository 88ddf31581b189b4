import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'

let world: CliWorld

beforeAll(async () => {
  world = await createCliWorld()
})
afterAll(() => world.close())

const writes = () => world.hubspot.simulator.log().filter(({ source }) => source === 'api').length

// In this order: a first run, a lost state, its recovery, and a run that sends only what changed.
describe('a state that was lost', () => {
  it('stops the next run, which sends nothing and says what to do', async () => {
    expect((await world.cli('run', '--first')).code).toBe(0)
    const before = writes()
    rmSync(join(world.directory, '.syncline', 'dev'), { recursive: true })
    const { code, stderr } = await world.cli('run')
    expect(code).toBe(4)
    expect(stderr).toContain('error state.diverged')
    expect(stderr).toContain('syncline state recover')
    expect(writes()).toBe(before)
  })

  it('is recovered, and then there is nothing left to do', async () => {
    const { code, stdout } = await world.cli('state', 'recover', 'customers')
    expect(code).toBe(0)
    expect(stdout).toContain('customers: state and baseline belong together again')
    const before = writes()
    const next = await world.cli('run')
    expect(next.code).toBe(0)
    expect(writes()).toBe(before)
  })
})

describe('a warehouse that was restored from a copy', () => {
  it('made before an erasure stops the sync until it was said that this is made again', async () => {
    const [warehouse, copy] = ['warehouse.duckdb', 'copy.duckdb'].map((name) =>
      join(world.directory, name),
    ) as [string, string]
    copyFileSync(warehouse, copy)
    const erase = ['erase', '--sync', 'customers', '--key', '1']
    expect((await world.cli(...erase)).code).toBe(0)
    copyFileSync(copy, warehouse)
    const { code, stderr } = await world.cli('run')
    expect([code, stderr]).toEqual([4, expect.stringContaining('error state.lost_erasures')])
    expect(stderr).toContain('syncline state recover --erased-again')
    const told = await world.cli('state', 'recover', 'customers')
    expect(told.stdout).toMatch(/ {2}people were erased, last at .* with --erased-again\n/)
    expect((await world.cli(...erase)).code).toBe(0)
    const json = await world.cli('state', 'recover', 'customers', '--erased-again', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      syncs: [{ sync: 'customers', runs: 0, lost_erasures: null }],
    })
    expect((await world.cli('run')).code).toBe(0)
  })
})
