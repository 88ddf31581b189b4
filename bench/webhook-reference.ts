/** The same HTTP server without a journal. Out of the sources: once started they are as fast as what is built of them. */
import type { AddressInfo } from 'node:net'
import { createServer } from '../src/server/create-server.ts'

const server = createServer({
  auth: {
    pathSecret: 'a-secret-for-benchmarks',
    basicAuth: null,
    connections: new Set(['crm']),
    signed: new Map(),
  },
  maxBodyBytes: 1024 * 1024,
  receive: async () => 'kept',
  runs: null,
  badSyncs: 0,
  requireReady: async () => ({ entries: 0, bytes: 0, oldest: null, ageMs: 0, excess: null }),
})
await server.listen({ host: '127.0.0.1', port: 0 })
const { port } = server.server.address() as AddressInfo
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`)
process.once('SIGTERM', () => process.exit())
// Whoever started it is gone: nobody would ever stop it.
process.once('disconnect', () => process.exit())
