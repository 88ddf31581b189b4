/** Listens, where that is safe, and ends in good time. */
import { BlockList, isIP } from 'node:net'
import { type Desk, type Listen, receivesAny } from '../app/serve.ts'
import { createServer } from './create-server.ts'
import { serverErrors } from './errors.ts'

/** Together with closing what is open this stays below the ten seconds that a stop may take. */
const graceMs = 5_000

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

export const startServer: Listen = async (desk, { host, port, behindTlsProxy }) => {
  if (!isLoopback(host)) requireSafety(host, desk, behindTlsProxy)
  const app = createServer(desk)
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
      const overdue = setTimeout(() => app.server.closeAllConnections(), graceMs)
      await app.close()
      clearTimeout(overdue)
    },
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
