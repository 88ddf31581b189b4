import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'

let world: CliWorld

beforeEach(async () => {
  world = await createCliWorld()
  await world.sql(
    `insert into customers select 1000 + i, 'more' || i || '@example.com', 'N', 'L', 'C', 'J', 'O', '1', 1 from range(1900) as t(i)`,
  )
  world.hubspot.simulator.configure({
    faults: { rates: { latency: 1 }, latencyMs: [1500, 1500], operations: ['batch_create'] },
  })
})
afterEach(() => world.close())

/** The run's first request that writes has arrived. */
async function writing(): Promise<void> {
  const { simulator } = world.hubspot
  await vi.waitUntil(() => (simulator.calls()['batch_create 0-1'] ?? 0) > 0, { timeout: 30_000 })
}

describe('while a run is active', () => {
  it('status tells who is at work, and a second run is refused', async () => {
    const run = world.cli('run', 'customers', '--first', '--json')
    await writing()
    const status = await world.cli('status', '--json')
    expect(status.json).toMatchObject({
      syncs: [
        {
          last_run: null,
          open_runs: [{ kind: 'run', state: 'delivering' }],
          holder: { owner: expect.any(String) },
        },
      ],
    })
    const second = await world.cli('run', 'customers')
    expect([second.code, second.stderr]).toEqual([5, expect.stringContaining('ledger.busy')])
    const id = /"open_runs":\[\{"run":"([^"]+)"/.exec(status.stdout)?.[1] ?? 'none'
    expect(second.stderr).toContain(`is held by process ${process.pid} on `)
    expect(second.stderr).toContain(`Its run ${id} (delivering) began at `)
    expect(second.stderr).toContain(`or end it with \`syncline cancel ${id}\``)
    expect((await run).code).toBe(0)
    const after = await world.cli('status', '--json')
    expect(after.json).toMatchObject({ syncs: [{ holder: null, open_runs: [] }] })
  })

  it('cancel lets it finish its batches in flight and no more', async () => {
    const run = world.cli('run', 'customers', '--first', '--json')
    await writing()
    const status = await world.cli('status', '--json')
    const id = /"open_runs":\[\{"run":"([^"]+)"/.exec(status.stdout)?.[1] ?? ''
    const cancelled = await world.cli('cancel', id, '--json')
    expect(cancelled.json).toMatchObject({ cancellation: 'requested' })
    const { stdout } = await run
    const delivered = Number(/"delivered":(\d+)/.exec(stdout)?.[1])
    expect(delivered).toBeGreaterThan(0)
    expect(delivered).toBeLessThan(2000)
    expect(world.hubspot.simulator.dump().state.records['0-1']).toHaveLength(delivered)
    expect(stdout).toContain('"deferred run.ended_early"')
  })

  it('a pause lets it go on, and the next one is refused', async () => {
    const run = world.cli('run', 'customers', '--first', '--json')
    await writing()
    await world.cli('pause', 'customers')
    expect((await run).json).toMatchObject({ syncs: [{ outcomes: { delivered: 2000 } }] })
    expect((await world.cli('run', 'customers')).code).toBe(5)
  })

  it('the state can be copied', async () => {
    const run = world.cli('run', 'customers', '--first', '--json')
    await writing()
    expect((await world.cli('state', 'backup', 'copy.db')).code).toBe(0)
    expect((await world.cli('state', 'backup', 'copy.db')).stderr).toContain('ledger.backup_exists')
    await run
  })
})
