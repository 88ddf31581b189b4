/**
 * A push that finds nothing to do, against a reference of two statements on the same file: the joined
 * comparison and the check for duplicate keys. Both are whole processes, ours with start and ledger.
 */
import { fileURLToPath } from 'node:url'
import type { DuckDBConnection } from '@duckdb/node-api'
import { makeProject, type BenchProject } from './bench-project.ts'
import { type BenchField, hubspot } from './targets.ts'
import { type Bench, rounded } from './bench-result.ts'
import { type Measured, measure, medianOf } from './measured-process.ts'
import { startStub } from './server-process.ts'

const bar = 1.5
const usualRows = 10_000_000
const usualRepeats = 3

/** Texts, numbers, a date and a double: each is compared in its own way. */
const fields: readonly BenchField[] = [
  { field: 'email', column: 'email', expression: `'c' || i || '@example.com'` },
  { field: 'firstname', column: 'first_name', expression: `'Name ' || (i % 977)` },
  { field: 'city', column: 'city', expression: `'City ' || (i % 501)` },
  { field: 'bench_1', column: 'score', expression: 'i * 7919 % 101' },
  { field: 'bench_2', column: 'revenue', expression: '(i % 100003) / 7.0' },
  {
    field: 'bench_3',
    column: 'last_order',
    expression: `date '2020-01-01' + cast(i % 2000 as integer)`,
  },
]

const reference = fileURLToPath(new URL('./reference-diff.ts', import.meta.url))

export const diff: Bench = async ({ rows, repeats, quick, say }) => {
  const count = rows ?? (quick ? 2_000 : usualRows)
  const times = repeats ?? (quick ? 1 : usualRepeats)
  const stub = await startStub()
  const project = await makeProject({
    rows: count,
    target: hubspot,
    fields,
    crmUrl: stub.url,
  })
  try {
    say(`${count} rows: filling the baseline`)
    // The run makes the working schema and confirms one row; the others are put beside it.
    await project.run('--first', '--limit', '1')
    await project.inWarehouse(fillBaseline)
    const callsBefore = await stub.calls()
    const ours: Measured[] = []
    const theirs: Measured[] = []
    for (let time = 1; time <= times; time += 1) {
      const their = await measure([reference, project.warehouseFile], project.directory)
      const our = await runWithoutChange(project, count)
      theirs.push(their)
      ours.push(our)
      say(`${time} of ${times}: ours ${rounded(our.ms)} ms, reference ${rounded(their.ms)} ms`)
    }
    const calls = (await stub.calls()) - callsBefore
    if (calls > 0) throw new Error(`a run with nothing to do made ${calls} calls`)
    const ratio = medianOf(ours, 'ms') / medianOf(theirs, 'ms')
    return {
      bench: 'diff',
      ratio: rounded(ratio),
      bar: `ratio <= ${bar}`,
      passed: ratio <= bar,
      details: {
        rows: count,
        columns: fields.length,
        repeats: times,
        ours_ms: ours.map(({ ms }) => Math.round(ms)),
        reference_ms: theirs.map(({ ms }) => Math.round(ms)),
        cpu_ratio: rounded(medianOf(ours, 'cpuMs') / medianOf(theirs, 'cpuMs')),
        crm_calls: calls,
      },
    }
  } finally {
    await project.remove()
    await stub.stop()
  }
}

/** As if earlier runs had confirmed every row. */
async function fillBaseline(connection: DuckDBConnection): Promise<void> {
  const values = fields.map(({ column }) => `c.${column} as m_${column}`)
  const sent = fields.map(({ field, column }) => `'${field}': cast(c.${column} as varchar)`)
  const baseline = 'syncline_dev.customers__baseline'
  await connection.run(
    `insert into ${baseline} by name select c.customer_id as key, cast(c.customer_id as varchar) as remote_id, b.origin, b.presence, c.email as match_value, cast(to_json({${sent.join(', ')}}) as varchar) as crm_values, b.withheld, b.mapping_version, b.run_id, b.confirmed_at, ${values.join(', ')} from customers as c, ${baseline} as b where c.customer_id <> b.key`,
  )
  await connection.run('checkpoint')
}

async function runWithoutChange(project: BenchProject, rows: number): Promise<Measured> {
  const run = await project.run()
  const { outcomes, calls } = run.report
  if (outcomes['unchanged'] === rows && calls.total === 0) return run
  throw new Error(`expected ${rows} unchanged rows and no call: ${JSON.stringify(run.report)}`)
}
