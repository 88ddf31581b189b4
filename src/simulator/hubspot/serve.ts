/** The local HubSpot on a loopback port. */
import { type HttpServer, type ListenOptions, serveHttp } from '../serve-http.ts'
import { handleAdmin } from './admin.ts'
import { createHubSpot } from './hubspot.ts'
import type { HubSpotOptions, HubSpotSimulator } from './simulator.ts'

export type ServeOptions = HubSpotOptions & ListenOptions

export interface HubSpotServer extends HttpServer {
  /** The same CRM, for tests in the same process. */
  readonly simulator: HubSpotSimulator
}

export async function serveHubSpot(options: ServeOptions): Promise<HubSpotServer> {
  const simulator = createHubSpot(options)
  const server = await serveHttp(
    {
      handle: (request) => simulator.handle(request),
      handleAdmin: (request) => handleAdmin(simulator, request),
    },
    options,
  )
  return { ...server, simulator }
}
