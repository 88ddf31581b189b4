/** How a server ends although connections to it are kept. */
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Told of each answer: a connection that is kept would keep the server from ending. */
export type Closing = (reply: FastifyReply) => void

export function watchClosing(app: FastifyInstance): Closing {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  return (reply) => {
    if (closing) void reply.header('connection', 'close')
  }
}
