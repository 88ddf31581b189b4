/** Servers that benchmarks use, each a process of its own: the local CRMs, the stub, and what receives webhooks. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface Server {
  readonly url: string
  /** API requests it has received so far. */
  calls(): Promise<number>
  /** Of these, batches. */
  writes(): Promise<number>
  /** Bytes of all bodies received; null where the server doesn't count them. */
  bytes(): Promise<number | null>
  /** Sends JSON to one of the server's own paths, below `/_local/`, and gives its answer. */
  ask(path: string, body?: unknown): Promise<unknown>
  stop(): Promise<void>
}

const cli = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const stub = fileURLToPath(new URL('./stub-server.ts', import.meta.url))

/** With what the CRM's own `/_local/settings` takes: `{ limits: 'none' }`. */
export async function startLocalCrm(name: string, settings: object): Promise<Server> {
  const server = await start([cli, 'simulate', name, '--port', '0', '--json'])
  await server.ask('settings', settings)
  return server
}

/** Stands in for HubSpot: answers every write with success and remembers nothing. */
export function startStub(): Promise<Server> {
  return start([stub])
}

export interface ServerProcess {
  /** The first line that it said; `waiting` by `serve` alone. */
  readonly ready: { readonly url: string; readonly waiting?: { readonly entries: number } }
  /** From before the start until that line. */
  readonly readyMs: number
  stop(): Promise<void>
}

/** Starts `node <args>`, which says where it listens as JSON on the first line. */
export async function startProcess(
  args: readonly string[],
  directory?: string,
): Promise<ServerProcess> {
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(directory === undefined ? {} : { cwd: directory }),
  })
  const ready: ServerProcess['ready'] = JSON.parse(await firstLine(child))
  return {
    ready,
    readyMs: performance.now() - started,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function start(args: readonly string[]): Promise<Server> {
  const {
    ready: { url },
    stop,
  } = await startProcess(args)
  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(`${url}/_local/${path}`, how)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const count = async (pattern: RegExp): Promise<number> => {
    const counts = (await ask('calls')) as Readonly<Record<string, number>>
    const matching = Object.entries(counts).filter(([name]) => pattern.test(name))
    return matching.reduce((sum, [, calls]) => sum + calls, 0)
  }
  return {
    url,
    ask,
    calls: () => count(/./),
    writes: () => count(/batch|collection/),
    bytes: async () => {
      if (!args.includes(stub)) return null
      return ((await ask('received')) as { readonly bytes: number }).bytes
    },
    stop,
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new Error('started without pipes')
  const said = text(child.stderr)
  return await Promise.race([
    once(child.stdout, 'data').then(([data]) => String(data)),
    once(child, 'close').then(async () => {
      throw new Error(`the server ended: ${await said}`)
    }),
  ])
}
