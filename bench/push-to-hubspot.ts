/**
 * A first push to HubSpot against a hand-written loop: once with a local HubSpot behind, which does the
 * work of a CRM, and once with a stub, which does next to none.
 */
import { type Bench, rounded } from './bench-result.ts'
import { compareWithLoop } from './compare-with-loop.ts'
import { startStub } from './server-process.ts'
import { hubspot } from './targets.ts'

const ratioBar = 0.8
const stubRatioBar = 0.5
const stubRowsPerSecondBar = 10_000
const usualRows = 100_000
const usualRepeats = 3

export const pushToHubSpot: Bench = async ({ rows, repeats, quick, say }) => {
  const size = {
    rows: rows ?? (quick ? 300 : usualRows),
    repeats: repeats ?? (quick ? 1 : usualRepeats),
    say,
  }
  const startLocal = () => hubspot.startLocal({ limits: 'none' })
  const local = await compareWithLoop('local HubSpot', hubspot, startLocal, size)
  const stub = await compareWithLoop('stub', hubspot, startStub, size)
  const passed =
    local.ratio >= ratioBar &&
    stub.ratio >= stubRatioBar &&
    stub.rowsPerSecond >= stubRowsPerSecondBar
  return {
    bench: 'push',
    ratio: rounded(local.ratio),
    value: rounded(stub.rowsPerSecond),
    unit: 'rows/s against the stub',
    bar: `ratio >= ${ratioBar} against the local HubSpot; against the stub ratio >= ${stubRatioBar} and value >= ${stubRowsPerSecondBar}`,
    passed,
    details: {
      to: hubspot.name,
      rows: size.rows,
      fields: hubspot.fields.length,
      repeats: size.repeats,
      stub_ratio: rounded(stub.ratio),
      local_hubspot: local.details,
      stub: stub.details,
    },
  }
}
