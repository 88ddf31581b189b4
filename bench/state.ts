/** How much the state file grows by a concluded push: batches and outcomes must leave it again. */
import { makeProject } from './bench-project.ts'
import { type Bench, rounded } from './bench-result.ts'
import { requireDelivered } from './require-delivered.ts'
import { startStub } from './server-process.ts'
import { hubspot } from './targets.ts'

const barMegabytes = 20
const usualRows = 1_000_000

export const state: Bench = async ({ rows, quick, say }) => {
  const count = rows ?? (quick ? 300 : usualRows)
  const stub = await startStub()
  const project = await makeProject({ rows: count, target: hubspot, crmUrl: stub.url })
  try {
    say(`pushing ${count} rows`)
    // A run that delivers one row makes the file, so that what it holds when empty is not counted.
    await project.run('--first', '--limit', '1')
    const before = await project.stateBytes()
    const run = await project.run('--force')
    requireDelivered(run, count - 1)
    const after = await project.stateBytes()
    const grown = (after - before) / 1e6
    return {
      bench: 'state',
      value: rounded(grown),
      unit: 'MB grown',
      bar: `value < ${barMegabytes}`,
      passed: grown < barMegabytes,
      details: {
        rows: count,
        before_bytes: before,
        after_bytes: after,
        run_ms: Math.round(run.ms),
      },
    }
  } finally {
    await project.remove()
    await stub.stop()
  }
}
