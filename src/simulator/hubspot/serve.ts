/** The local HubSpot on a loopback port. */
import type { ListenOptions } from '../serve-http.ts'
import { type Served, serveSimulator } from '../serve-simulator.ts'
import { handleAdmin } from './admin.ts'
import { createHubSpot } from './hubspot.ts'
import type { HubSpotOptions, HubSpotSimulator } from './simulator.ts'

export type ServeOptions = HubSpotOptions & ListenOptions
export type HubSpotServer = Served<HubSpotSimulator>

export function serveHubSpot(options: ServeOptions): Promise<HubSpotServer> {
  return serveSimulator(createHubSpot(options), handleAdmin, options)
}
