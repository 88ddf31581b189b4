/** `syncline serve` in this process, on a free port, until the test stops it. */
import { runCli } from '../../src/cli/cli.ts'
import { Caught } from './cli-world.ts'

export const runToken = 'a-token-for-running-syncs'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly json: unknown
}

export interface ServedCli {
  readonly url: string
  /** What it said at the start, as JSON. */
  readonly ready: Readonly<Record<string, unknown>>
  run(sync: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Answer>
  /** What it said on standard error so far. */
  notes(): string
  /** As SIGTERM does; gives the exit code. */
  stop(): Promise<number>
}

export async function serveIn(
  directory: string,
  ...options: readonly string[]
): Promise<ServedCli> {
  const [stdout, stderr] = [new Caught(), new Caught()]
  const stop = new AbortController()
  const ready = Promise.withResolvers<Readonly<Record<string, unknown>>>()
  const ended = runCli(['serve', '--port', '0', '--json', ...options], {
    stdout,
    stderr,
    variables: {},
    signal: stop.signal,
    directory,
    onResult: (result) => ready.resolve(result),
  })
  const said = await ready.promise
  const url = said['url']
  if (typeof url !== 'string') throw new Error(stdout.text + stderr.text)
  return {
    url,
    ready: said,
    run: async (sync, headers = { authorization: `Bearer ${runToken}` }, body = '') => {
      const response = await fetch(`${url}/syncs/${sync}/run`, { method: 'POST', headers, body })
      const text = await response.text()
      const json: unknown = text === '' ? null : JSON.parse(text)
      return { status: response.status, headers: response.headers, json }
    },
    notes: () => stderr.text,
    stop: () => {
      stop.abort(new Error('stopped by SIGTERM'))
      return ended
    },
  }
}
