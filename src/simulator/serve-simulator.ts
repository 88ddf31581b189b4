/** A local CRM on a loopback port. */
import type { SimRequest, SimResponse, SimResult } from './exchange.ts'
import { type HttpServer, type ListenOptions, serveHttp } from './serve-http.ts'

export interface Served<Local> extends HttpServer {
  /** The same CRM, for tests in the same process. */
  readonly simulator: Local
}

export async function serveSimulator<Local extends { handle(request: SimRequest): SimResult }>(
  simulator: Local,
  handleAdmin: (simulator: Local, request: SimRequest) => SimResponse,
  options: ListenOptions,
): Promise<Served<Local>> {
  const server = await serveHttp(
    {
      handle: (request) => simulator.handle(request),
      handleAdmin: (request) => handleAdmin(simulator, request),
    },
    options,
  )
  return { ...server, simulator }
}
