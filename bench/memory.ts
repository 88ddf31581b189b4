/**
 * The most memory a push ever holds, less what DuckDB is allowed to use: of a first push, and of a
 * run that finds nothing to do. It must not depend on the number of rows.
 */
import { makeProject } from './bench-project.ts'
import { type BenchField, hubspot } from './targets.ts'
import { type Bench, rounded } from './bench-result.ts'
import type { Measured } from './measured-process.ts'
import { requireDelivered } from './require-delivered.ts'
import { startStub } from './server-process.ts'

export const memoryBarMegabytes = 400
/** DuckDB's `256MB`, which counts in powers of ten. */
const duckDbMegabytes = 256
const usualRows = 2_000_000
const columns = 20

const fields: readonly BenchField[] = [
  { field: 'email', column: 'email', expression: `'c' || i || '@example.com'` },
  ...Array.from({ length: columns - 1 }, (_, index) => ({
    field: `bench_${index + 1}`,
    column: `value_${index + 1}`,
    expression: `'Value ' || (i * ${2 * index + 7919} % 1000003)`,
  })),
]

export const memory: Bench = async ({ rows, quick, say }) => {
  const count = rows ?? (quick ? 300 : usualRows)
  const stub = await startStub()
  const project = await makeProject({
    rows: count,
    target: hubspot,
    fields,
    crmUrl: stub.url,
  })
  try {
    say(`pushing ${count} rows of ${columns} columns`)
    const first = await project.run('--first')
    requireDelivered(first, count)
    say(`${Math.round(first.ms / 1000)} s; again, with nothing to do`)
    const idle = await project.run()
    if (idle.report.calls.total > 0) throw new Error('a run with nothing to do made calls')
    const value = Math.max(...[first, idle].map(megabytesAboveDuckDb))
    return {
      bench: 'memory',
      value: rounded(value),
      unit: `MB of peak RSS above DuckDB's ${duckDbMegabytes} MB`,
      bar: `value < ${memoryBarMegabytes}`,
      passed: value < memoryBarMegabytes,
      details: {
        rows: count,
        columns,
        first_push: { peak_mb: rounded(first.peakBytes / 1e6), run_ms: Math.round(first.ms) },
        no_change: { peak_mb: rounded(idle.peakBytes / 1e6), run_ms: Math.round(idle.ms) },
      },
    }
  } finally {
    await project.remove()
    await stub.stop()
  }
}

/** Most memory that a process ever held, less what DuckDB may use of it. */
export function megabytesAboveDuckDb({ peakBytes }: Pick<Measured, 'peakBytes'>): number {
  return peakBytes / 1e6 - duckDbMegabytes
}
