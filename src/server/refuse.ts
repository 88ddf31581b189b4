/** Refusals that end a request before its body is read. */
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'

/** Connections on which a request was refused: who sent more before hearing of that is not told about it any more. */
export const refused = new WeakSet<Socket>()

/** Of a request whose body nobody read: on the same connection nothing could follow it. */
export function refuse(reply: FastifyReply, status: number, code: string): FastifyReply {
  refused.add(reply.request.raw.socket)
  return reply.code(status).header('connection', 'close').send({ error: { code } })
}
