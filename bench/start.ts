/** How long it takes until `serve` is ready, with either state, and until `status` has answered. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Bench, median, rounded } from './bench-result.ts'
import { measure } from './measured-process.ts'
import { program } from './program.ts'
import { makeServingFolder, type ServingFolder } from './serving-folder.ts'

const serveBar = 500
const statusBar = 300
const keeper = fileURLToPath(new URL('../test/support/postgres-keeper.ts', import.meta.url))

export const start: Bench = async ({ repeats, quick, say }) => {
  const times = repeats ?? (quick ? 1 : 9)
  const url = await postgres()
  const [embedded, shared] = [await makeServingFolder(), await makeServingFolder(url)]
  try {
    // The first makes the state, which is done once in its life.
    for (const folder of [embedded, shared]) await readyMs(folder)
    const sqlite: number[] = []
    const postgresql: number[] = []
    const status: number[] = []
    for (let time = 1; time <= times; time += 1) {
      sqlite.push(await readyMs(embedded))
      postgresql.push(await readyMs(shared))
      status.push(rounded((await measure([program, 'status'], embedded.directory)).ms))
      say(`${time} of ${times}: ${sqlite.at(-1)}, ${postgresql.at(-1)}, status ${status.at(-1)} ms`)
    }
    const serveMs = Math.max(median(sqlite), median(postgresql))
    const statusMs = median(status)
    return {
      bench: 'start',
      value: rounded(serveMs),
      unit: 'ms',
      bar: `value < ${serveBar} with the slower state, status < ${statusBar} ms`,
      passed: serveMs < serveBar && statusMs < statusBar,
      details: {
        serve_sqlite_ms: sqlite,
        serve_postgres_ms: postgresql,
        status_ms: status,
        median_status_ms: statusMs,
      },
    }
  } finally {
    await embedded.remove()
    await shared.remove()
  }
}

async function readyMs(folder: ServingFolder): Promise<number> {
  const { readyMs: ms, stop } = await folder.serve()
  await stop()
  return rounded(ms)
}

/** The url of a server that ends with this process. */
async function postgres(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'syncline-bench-postgres-'))
  const child = spawn(process.execPath, [keeper, folder, String(process.pid)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const [message] = (await once(child, 'message')) as [{ url: string } | { failed: string }]
  child.disconnect()
  child.unref()
  if ('failed' in message) throw new Error(`PostgreSQL did not start: ${message.failed}`)
  return message.url
}
