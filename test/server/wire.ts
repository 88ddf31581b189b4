/** Requests as bytes on a socket, as no decent client would write them. */
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** To a server that need not listen yet. */
export async function dial(server: FastifyInstance): Promise<Socket> {
  if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

export function head(
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'POST',
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('')}\r\n`
}
