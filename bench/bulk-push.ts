/** A first push by jobs, to a local Salesforce whose processing takes a known time. */
import { makeProject } from './bench-project.ts'
import { rounded } from './bench-result.ts'
import { megabytesAboveDuckDb } from './memory.ts'
import { requireDelivered } from './require-delivered.ts'
import { salesforce } from './targets.ts'

export interface BulkPush {
  /** What the push took on top of the processing, as a part of it. */
  readonly beyond: number
  /** Most memory it ever held, less what DuckDB may use. */
  readonly megabytes: number
  readonly details: Readonly<Record<string, unknown>>
}

export interface BulkPushRequest {
  readonly rows: number
  /** How long Salesforce works, from the first batch to the last. */
  readonly processingMs: number
  readonly say: (text: string) => void
}

/** Salesforce's own batches, and how many of them it works on at a time. */
const batchRows = 10_000
const parallel = 4

export async function pushByBulk({ rows, processingMs, say }: BulkPushRequest): Promise<BulkPush> {
  const rounds = Math.ceil(Math.ceil(rows / batchRows) / parallel)
  const bulk = { bulkBatchMs: processingMs / rounds, bulkParallel: parallel }
  const server = await salesforce.startLocal({ limits: 'none', ...bulk })
  try {
    const project = await makeProject({
      rows,
      target: salesforce,
      crmUrl: server.url,
      bulkFrom: 1,
    })
    try {
      const run = await project.run('--first')
      requireDelivered(run, rows)
      const beyond = run.ms / processingMs - 1
      const megabytes = megabytesAboveDuckDb(run)
      say(`Bulk: ${Math.round(run.ms)} ms, of which Salesforce took ${processingMs}`)
      return {
        beyond,
        megabytes,
        details: {
          rows,
          run_ms: Math.round(run.ms),
          cpu_ms: Math.round(run.cpuMs),
          processing_ms: processingMs,
          calls: run.report.calls.total,
          above_duckdb_mb: rounded(megabytes),
        },
      }
    } finally {
      await project.remove()
    }
  } finally {
    await server.stop()
  }
}
