/** Listens, where that is safe, and ends in good time. */
import { BlockList, isIP } from 'node:net'
import type { Desk, RunDesk } from '../app/serve/desk.ts'
import type { Listen } from '../app/serve/serve.ts'
import { receivesAny } from '../app/serve/webhook-auth.ts'
import type { Ran } from '../app/serve/sync-runs.ts'
import { graceMs } from '../app/run/stop-watch.ts'
import { createServer } from './create-server.ts'
import { serverErrors } from './errors.ts'

/** For who has not sent all of a request when the server is told to stop. */
const senderMs = 5_000
/** Who waits for a run is answered when it has ended, or has had its time to. */
const runMs = graceMs + 500

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

export const startServer: Listen = async (desk, { host, port, behindTlsProxy }) => {
  if (!isLoopback(host)) requireSafety(host, desk, behindTlsProxy)
  const runs = desk.runs === null ? null : new CountedRuns(desk.runs)
  const app = createServer({ ...desk, runs })
  let url: string
  try {
    url = await app.listen({ host, port })
  } catch (error) {
    throw serverErrors.address({
      message: `The server can not listen on ${host}, port ${port}: ${error instanceof Error ? error.message : String(error)}.`,
      cause: error,
    })
  }
  return {
    url,
    close: async () => {
      const end = (): void => app.server.closeAllConnections()
      const sender = setTimeout(() => (runs?.areAtWork() === true ? undefined : end()), senderMs)
      const run = setTimeout(end, runMs)
      await app.close()
      for (const timer of [sender, run]) clearTimeout(timer)
    },
  }
}

class CountedRuns implements RunDesk {
  readonly token: string
  readonly #desk: RunDesk
  #count = 0

  constructor(desk: RunDesk) {
    this.token = desk.token
    this.#desk = desk
  }

  areAtWork(): boolean {
    return this.#count > 0
  }

  async run(name: string): Promise<Ran> {
    this.#count += 1
    try {
      return await this.#desk.run(name)
    } finally {
      this.#count -= 1
    }
  }
}

function requireSafety(host: string, { auth, runs }: Desk, behindTlsProxy: boolean): void {
  const missing = [
    ...(behindTlsProxy ? [] : ['`server.behind_tls_proxy`']),
    ...(!receivesAny(auth) && runs === null
      ? ['`server.path_secret`, `server.basic_auth` or `server.run_token`']
      : []),
  ]
  if (missing.length === 0) return
  throw serverErrors.exposed({
    message: `The server is to listen on ${host}, which others may reach, without ${missing.join(' and ')}.`,
  })
}

export function isLoopback(host: string): boolean {
  const version = isIP(host)
  if (version === 0) return host === 'localhost'
  return loopback.check(host, version === 6 ? 'ipv6' : 'ipv4')
}
