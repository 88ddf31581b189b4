import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CliWorld, createCliWorld } from './cli-world.ts'

const program = join(import.meta.dirname, '../../src/cli/main.ts')

let world: CliWorld

beforeEach(async () => {
  world = await createCliWorld()
})
afterEach(() => world.close())

/** A run in a process of its own, which waits for the CRM's answer to its first such request. */
async function waitingRun(operation: 'batch_read' | 'batch_create'): Promise<ChildProcess> {
  const { simulator } = world.hubspot
  simulator.configure({
    faults: { rates: { latency: 1 }, latencyMs: [20_000, 20_000], operations: [operation] },
  })
  const words = [program, 'run', 'customers', '--first', '-C', world.directory]
  const child = spawn(process.execPath, words, { stdio: 'ignore' })
  const asked = (): boolean => (simulator.calls()[`${operation} 0-1`] ?? 0) > 0
  await vi.waitUntil(asked, { timeout: 30_000 })
  simulator.configure({ faults: { rates: { latency: 0 } } })
  return child
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

interface Holder {
  readonly owner: string
  readonly until: string
}

async function holder(): Promise<Holder | undefined> {
  const { json } = await world.cli('status', 'customers', '--json')
  return (json as { readonly syncs: readonly { readonly holder: Holder }[] }).syncs[0]?.holder
}

describe('a process that was killed', () => {
  it('holds its sync no longer: the next one takes over at once', async () => {
    const child = await waitingRun('batch_read')
    const meanwhile = await world.cli('run', 'customers', '--first')
    expect([meanwhile.code, meanwhile.stderr]).toEqual([
      5,
      expect.stringContaining(`is held by process ${child.pid} on `),
    ])
    await killed(child)
    const next = await world.cli('run', 'customers', '--first')
    expect([next.code, next.stdout]).toEqual([0, expect.stringContaining('outcome: 100 delivered')])
    const { stdout } = await world.cli('runs', '--failed')
    expect(stdout).toMatch(/^\S+ +customers +run +dropped /m)
  })

  it('and was waiting for what another may have sent, held the sync no longer than that', async () => {
    const sender = await waitingRun('batch_create')
    await killed(sender)
    const before = await holder()
    const words = [program, 'run', 'customers', '-C', world.directory]
    const waiter = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] })
    const [told] = (await once(waiter.stderr, 'data')) as [Buffer]
    const after = await holder()
    await killed(waiter)
    expect(told.toString()).toContain(`waiting until ${before?.until}, `)
    expect(after?.owner).toContain(`:${waiter.pid}:`)
    expect(after?.until).toBe(before?.until)
  })

  it('leaves its calls counted: those of its planning, and one for each batch', async () => {
    const child = await waitingRun('batch_create')
    const made = Object.values(world.hubspot.simulator.calls()).reduce((sum, n) => sum + n, 0)
    await killed(child)
    const { json } = await world.cli('limits', '--json')
    expect(json).toMatchObject({ connections: [{ our_calls_today: made }] })
  })
})
