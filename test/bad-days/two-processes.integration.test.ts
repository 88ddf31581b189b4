import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BadDay, expectOneError } from './bad-day.ts'
import { serveGate } from './gate.ts'

let day: BadDay

beforeEach(async () => {
  day = await BadDay.begin()
})
afterEach(() => day.end())

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
const driver = createRequire(import.meta.url).resolve('@duckdb/node-api')

/** The command line in a process of its own; gives what it exits with and says. */
async function otherProcess(argv: readonly string[]): Promise<{ exit: number; said: string }> {
  const running = promisify(execFile)(process.execPath, [main, ...argv], { cwd: day.directory })
  return running.then(
    ({ stdout, stderr }) => ({ exit: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      exit: error.code,
      said: error.stdout + error.stderr,
    }),
  )
}

describe('a second process that runs the same sync', () => {
  it('is refused by the name of the first, which goes on undisturbed', async () => {
    const gate = await serveGate(day.hubspot.simulator, '/batch/create')
    day.edit('syncline.yaml', (text) => text.replace(day.hubspot.url, gate.url))
    try {
      const first = day.run()
      await gate.reached
      const second = await otherProcess(['run', 'customers'])
      expect(second.exit).toBe(5)
      expect(second.said).toContain(
        `error ledger.busy: The sync customers is held by process ${process.pid} on `,
      )
      expect(second.said).toContain('Wait for its end')
      // Looking is not running.
      expect((await otherProcess(['status'])).said).toContain(`held by`)
      gate.open()
      expect((await first).exit).toBe(0)
    } finally {
      await gate.close()
    }
    await day.expectRightRun()
  })
})

describe('a person who has the DuckDB file open', () => {
  /** Another program with the file open, until it is ended. */
  async function person(): Promise<{ readonly pid: number; leave(): Promise<void> }> {
    const script = `require(${JSON.stringify(driver)}).DuckDBInstance.create(process.argv[1])
      .then((i) => { globalThis.kept = i; console.log('held'); setInterval(() => {}, 1000) })`
    const child = spawn(process.execPath, ['-e', script, day.path('warehouse.duckdb')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    return {
      pid: child.pid ?? 0,
      leave: async () => {
        const left = once(child, 'exit')
        child.kill('SIGKILL')
        await left
      },
    }
  }

  it('is named to a run that waited for the file, and nothing was sent', async () => {
    const { pid, leave } = await person()
    const said = await day.run()
    expectOneError(said, 5, 'warehouse.held', `PID ${pid}`, /Close the other program/)
    expect(day.hubspot.simulator.log()).toEqual([])
    await leave()
    await day.expectNothingWritten()
    await day.expectRightRun()
  })

  it('in the middle of a run is named, and the next run knows what was sent', async () => {
    const gate = await serveGate(day.hubspot.simulator, '/batch/create')
    const back = day.edit('syncline.yaml', (text) => text.replace(day.hubspot.url, gate.url))
    const first = day.run()
    await gate.reached
    await day.letGo()
    const { pid, leave } = await person()
    gate.open()
    expectOneError(await first, 5, 'warehouse.held', `PID ${pid}`)
    expect(day.contacts()).toEqual({ records: 100, doubled: 0 })
    await leave()
    await gate.close()
    back()
    const writes = day.hubspot.simulator.log().length
    await day.expectRightRun()
    expect(day.hubspot.simulator.log()).toHaveLength(writes)
  })
})
