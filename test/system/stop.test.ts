import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CliWorld, createCliWorld } from '../cli/cli-world.ts'
import { ended } from './scratch-project.ts'

const program = join(import.meta.dirname, '../../src/cli/main.ts')
const customers = 3_000

let world: CliWorld
beforeAll(async () => {
  world = await createCliWorld()
  await world.sql(
    `insert into customers select 1000 + i, 'more' || i || '@example.com', 'N' || i, 'L', 'C', 'J', 'O', '1', 1 from range(${customers - 100}) as t(i)`,
  )
})
afterAll(() => world.close())

function run(...argv: readonly string[]) {
  return spawn(process.execPath, [program, 'run', 'customers', '--first', ...argv], {
    cwd: world.directory,
  })
}

/** The CRM has been asked for this once more than before. */
async function asked(operation: string, before = 0): Promise<void> {
  const { simulator } = world.hubspot
  const calls = (): number => simulator.calls()[`${operation} 0-1`] ?? 0
  await vi.waitUntil(() => calls() > before, { timeout: 60_000, interval: 5 })
}

const created = (): number => world.hubspot.simulator.dump().state.records['0-1']?.length ?? 0

describe('a run that is told to stop', () => {
  it('finishes what is in flight, tells what it did, and the next run does the rest', async () => {
    world.hubspot.simulator.configure({
      faults: { rates: { latency: 1 }, latencyMs: [400, 400], operations: ['batch_create'] },
    })
    const child = run('--json')
    const end = ended(child)
    await asked('batch_create')
    child.kill('SIGTERM')
    const { code, signal, stdout } = await end
    expect([code, signal]).toEqual([0, null])
    const [report] = JSON.parse(stdout).syncs
    const { delivered, deferred } = report.outcomes
    expect(delivered).toBe(created())
    expect(delivered).toBeGreaterThan(0)
    expect(deferred).toBe(customers - delivered)
    expect(report.reasons).toMatchObject({ 'deferred run.ended_early': deferred })

    world.hubspot.simulator.configure({ faults: { rates: {} } })
    const next = await world.cli('run', 'customers', '--json')
    expect(next.json).toMatchObject({
      syncs: [{ state: 'succeeded', outcomes: { delivered: deferred, unchanged: delivered } }],
    })
    expect(created()).toBe(customers)
  })

  it('stops in the middle of planning, before anything is sent', async () => {
    const { simulator } = world.hubspot
    await world.sql(`update customers set city = 'Oslo'`)
    const before = simulator.calls()['batch_read 0-1'] ?? 0
    simulator.configure({
      faults: { rates: { latency: 1 }, latencyMs: [20_000, 20_000], operations: ['batch_read'] },
    })
    const log = simulator.log().length
    const child = spawn(process.execPath, [program, 'plan', 'customers'], { cwd: world.directory })
    const end = ended(child)
    await asked('batch_read', before)
    child.kill('SIGTERM')
    const { code, stderr } = await end
    expect([code, stderr]).toEqual([5, expect.stringContaining('app.stopped')])
    expect(simulator.log()).toHaveLength(log)
  })

  it('leaves within ten seconds although the CRM does not answer, and frees the sync', async () => {
    await world.sql(`update customers set city = 'Ghent'`)
    // Longer than the grace of a stop, so that the answer comes too late.
    world.hubspot.simulator.configure({
      faults: { rates: { latency: 1 }, latencyMs: [20_000, 20_000], operations: ['batch_update'] },
    })
    const child = run('--force')
    const end = ended(child)
    await asked('batch_update')
    const told = performance.now()
    child.kill('SIGTERM')
    const { code, stderr } = await end
    expect(performance.now() - told).toBeLessThan(10_000)
    expect([code, stderr]).toEqual([5, expect.stringContaining('app.stopped')])
    const status = await world.cli('status', '--json')
    expect(status.json).toMatchObject({
      syncs: [{ open_runs: [{ state: 'delivering' }], holder: null }],
    })
  })
})
