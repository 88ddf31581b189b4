/** `POST /syncs/<name>/run`: runs a sync once, inside the request. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { RunDesk } from '../app/serve/desk.ts'
import type { Ran } from '../app/serve/sync-runs.ts'
import { createRunGate } from './authorize.ts'
import type { Closing } from './closing.ts'
import { refuse } from './refuse.ts'
import { runStatus } from './run-status.ts'

interface RunRoute {
  /** The path below `/syncs/`: names of syncs have slashes. */
  readonly Params: { readonly '*': string }
}

/** There is nothing to say in it. */
const maxBodyBytes = 16 * 1024
/** When what was stopped with this server may be asked of the next. */
const retryAfterSeconds = '30'

export function addRuns(app: FastifyInstance, desk: RunDesk, closing: Closing): void {
  const verdictOn = createRunGate(desk.token)
  app.post<RunRoute>('/syncs/*', {
    bodyLimit: maxBodyBytes,
    onRequest: async ({ headers }, reply) => {
      const { authorization, 'x-sync-secret': secret } = headers
      const verdict = verdictOn({ authorization, secret: [secret].flat()[0] })
      if (verdict === 'accepted') return undefined
      return refuse(reply.header('www-authenticate', 'Bearer'), 401, verdict)
    },
    handler: async ({ params }, reply) => {
      const name = nameIn(params['*'])
      if (name === null) return refuse(reply, 404, 'not_found')
      const ran = await desk.run(name)
      closing(reply)
      return answer(reply, ran)
    },
  })
}

function answer(reply: FastifyReply, ran: Ran): FastifyReply {
  const status = runStatus(ran)
  if (status === 503) void reply.header('retry-after', retryAfterSeconds)
  return reply.code(status).type('application/json; charset=utf-8').send(ran.document)
}

/** Null for a path that ends otherwise. */
function nameIn(path: string): string | null {
  return /^(.+)\/run$/s.exec(path)?.[1] ?? null
}
