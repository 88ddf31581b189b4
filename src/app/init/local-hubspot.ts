/** The demo's HubSpot: `syncline simulate hubspot` in a process of its own, asked over loopback. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { programModule } from '../../model/program-files.ts'
import { appErrors } from '../errors.ts'

export interface LocalHubSpot {
  readonly url: string
  /** API requests it has received so far. */
  calls(): Promise<number>
  /** What it wrote after its log's entry number `after`. */
  writesAfter(after: number): Promise<readonly LocalWrite[]>
  /** Resolves when it has saved its state and ended. */
  stop(): Promise<void>
}

/** One write, by the CRM's own account. */
export interface LocalWrite {
  readonly seq: number
  readonly kind: string
  readonly changes: Readonly<Record<string, unknown>>
}

/** `stateFile` is where it begins and what it leaves. */
export async function startLocalHubSpot(
  directory: string,
  stateFile: string,
): Promise<LocalHubSpot> {
  const words = ['simulate', 'hubspot', '--port', '0', '--state', stateFile, '--json']
  const child = spawn(process.execPath, [fileURLToPath(programModule('cli/main')), ...words], {
    cwd: directory,
    // Through the channel it notices when this process is gone, however that came about.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const url = await urlOf(child)
  return {
    url,
    calls: async () => {
      const counts = await ask<Readonly<Record<string, number>>>(url, 'calls')
      return Object.values(counts).reduce((sum, count) => sum + count, 0)
    },
    writesAfter: async (after) => {
      const { results } = await ask<{ results: readonly LocalWrite[] }>(url, `log?from=${after}`)
      return results
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The first thing it says is where it listens. */
async function urlOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new Error('started without pipes')
  const said = text(child.stderr)
  const first = await Promise.race([
    once(child.stdout, 'data').then(([line]) => String(line)),
    once(child, 'close').then(async () => {
      throw appErrors.demo_crm({ message: `The local HubSpot ended: ${(await said).trim()}` })
    }),
  ])
  const { url }: { url: string } = JSON.parse(first)
  return url
}

async function ask<T>(url: string, what: string): Promise<T> {
  const response = await fetch(`${url}/_local/${what}`)
  return (await response.json()) as T
}
