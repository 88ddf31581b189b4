/**
 * First pushes to Salesforce: by requests, against a hand-written loop, and by jobs of the Bulk API,
 * against the time that Salesforce itself takes for them.
 */
import { type Bench, rounded } from './bench-result.ts'
import { type BulkPush, pushByBulk } from './bulk-push.ts'
import { compareWithLoop } from './compare-with-loop.ts'
import { memoryBarMegabytes } from './memory.ts'
import { salesforce } from './targets.ts'

const ratioBar = 0.8
const beyondBar = 0.1
const usualRows = 100_000
const usualRepeats = 3
const usualBulkRows = 200_000
const usualProcessingMs = 60_000

/** `rows` is the size of both; each has a usual one. */
export const pushToSalesforce: Bench = async ({ rows, repeats, quick, say }) => {
  const size = {
    rows: rows ?? (quick ? 300 : usualRows),
    repeats: repeats ?? (quick ? 1 : usualRepeats),
    say,
  }
  const startLocal = () => salesforce.startLocal({ limits: 'none' })
  const local = await compareWithLoop('local Salesforce', salesforce, startLocal, size)
  const bulk = await pushByBulk({
    rows: rows ?? (quick ? 300 : usualBulkRows),
    processingMs: quick ? 1_000 : usualProcessingMs,
    say,
  })
  return {
    bench: 'push',
    ratio: rounded(local.ratio),
    value: rounded(bulk.beyond),
    unit: 'of the processing time on top of it, by Bulk',
    bar: `ratio >= ${ratioBar} against the local Salesforce; value <= ${beyondBar}; Bulk's peak above DuckDB's < ${memoryBarMegabytes} MB`,
    passed: local.ratio >= ratioBar && isGood(bulk),
    details: {
      to: salesforce.name,
      rows: size.rows,
      fields: salesforce.fields.length,
      repeats: size.repeats,
      local_salesforce: local.details,
      bulk: bulk.details,
    },
  }
}

function isGood({ beyond, megabytes }: BulkPush): boolean {
  return beyond <= beyondBar && megabytes < memoryBarMegabytes
}
