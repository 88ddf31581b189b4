/**
 * The HTTP server: webhooks and orders to run in, health out. Who doesn't know the secrets is refused before the body is
 * read; bodies are not parsed, so that none can be too deep; and the only 5xx is a 503 that says that
 * nothing was kept and when to come again.
 */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { Desk } from '../app/serve/desk.ts'
import { SynclineError } from '../model/error.ts'
import { createGate } from './authorize.ts'
import { watchClosing, type Closing } from './closing.ts'
import { refuse, refused } from './refuse.ts'
import { addRuns } from './run-route.ts'

export interface ServerTimes {
  /** A request that has not arrived in full by then is ended. */
  readonly requestMs: number
  /** How often that is looked at. */
  readonly lookMs: number
}

/** CRMs send a webhook at once or not at all; a slow one is a broken or a hostile one. */
const usualTimes: ServerTimes = { requestMs: 10_000, lookMs: 2_000 }
const idleMs = 60_000
/** Longer than any path secret may be. */
const longestParameter = 512
const retryAfterSeconds = '5'

interface WebhookRoute {
  readonly Params: { readonly connection: string; readonly secret?: string }
}

/** No route declares a schema; the compilers for them take longer to load than all the rest. */
const undeclared = () => (): never => {
  throw new Error('no route declares a schema')
}
const noSchemas = { buildValidator: undeclared, buildSerializer: undeclared }

/** Not yet listening. */
export function createServer(desk: Desk, times: ServerTimes = usualTimes): FastifyInstance {
  const app = fastify({
    bodyLimit: desk.maxBodyBytes,
    requestTimeout: times.requestMs,
    keepAliveTimeout: idleMs,
    forceCloseConnections: 'idle',
    http: { connectionsCheckingInterval: times.lookMs, headersTimeout: times.requestMs },
    routerOptions: { maxParamLength: longestParameter },
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: noSchemas },
    frameworkErrors: (error, _request, reply) => {
      void refuse(reply, error.statusCode ?? 400, error.code)
    },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addHook('onRequest', (request, reply, done) => {
    if (refused.has(request.raw.socket)) void refuse(reply, 400, 'refused')
    else done()
  })
  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'not_found'))
  app.setErrorHandler(answerError)
  const closing = watchClosing(app)
  addWebhooks(app, desk, closing)
  if (desk.runs !== null) addRuns(app, desk.runs, closing)
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const { ageMs, bytes, entries, excess } = await desk.requireReady()
    const { badSyncs } = desk
    const waiting = { entries, bytes, seconds: Math.floor(ageMs / 1000) }
    const status = badSyncs > 0 ? 'bad_sync' : excess === null ? 'ok' : 'journal_waits'
    const told = { status, bad_syncs: badSyncs, waiting }
    return reply.code(status === 'ok' ? 200 : 503).send(told)
  })
  return app
}

function addWebhooks(app: FastifyInstance, desk: Desk, closing: Closing): void {
  const verdictOn = createGate(desk.auth)
  const { signed } = desk.auth
  // With the body, which is bounded: only that shows who sent it.
  const isSigned = ({ connection, secret }: WebhookRoute['Params']): boolean =>
    secret === undefined && signed.has(connection)
  app.post<WebhookRoute>('/webhooks/:connection/:secret?', {
    onRequest: async (request, reply) => {
      const { params, headers } = request
      const { authorization } = headers
      if (isSigned(params)) {
        return isPacked(headers) ? refuse(reply, 415, 'content_encoding') : undefined
      }
      const verdict = verdictOn({ ...params, secret: params.secret, authorization })
      if (verdict === 'accepted') {
        return isPacked(headers) ? refuse(reply, 415, 'content_encoding') : undefined
      }
      if (verdict === 'unauthorized') void reply.header('www-authenticate', 'Basic')
      return refuse(reply, verdict === 'unknown' ? 404 : 401, verdict)
    },
    handler: async (request, reply) => {
      const { connection } = request.params
      const contentType = request.headers['content-type'] ?? null
      const body = bodyOf(request)
      const isTrue = signed.get(connection)?.(request.headers, body) ?? true
      if (!isTrue) return refuse(reply, 401, 'signature')
      const received = await desk.receive({ connection, contentType, body })
      closing(reply)
      // All of it was read: the connection may go on.
      if (received === 'refused') return reply.code(400).send({ error: { code: 'no_event' } })
      // Promise 1: it is on disk.
      return reply.code(200).send()
    },
  })
}

/** Nobody would unpack it, whichever of the two headers says so. */
function isPacked(headers: FastifyRequest['headers']): boolean {
  const { 'content-encoding': content = 'identity', 'transfer-encoding': transfer = 'chunked' } =
    headers
  return content !== 'identity' || transfer !== 'chunked'
}

function bodyOf({ body }: FastifyRequest<WebhookRoute>): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array()
}

function answerError(
  error: Error & { readonly statusCode?: number; readonly code?: string },
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { statusCode = 500, code = 'failed' } = error
  if (!(error instanceof SynclineError) && statusCode >= 400 && statusCode < 500) {
    return refuse(reply, statusCode, code)
  }
  return reply.code(503).header('retry-after', retryAfterSeconds).send({ error: { code } })
}
