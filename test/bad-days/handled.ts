import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { SimResponse } from '../../src/simulator/exchange.ts'
import type { HubSpotSimulator } from '../../src/simulator/hubspot/simulator.ts'

/** What the local HubSpot answers to a request that another server took. */
export async function handled(
  simulator: HubSpotSimulator,
  request: IncomingMessage,
): Promise<SimResponse> {
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
  const { response } = simulator.handle({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: await text(request),
  })
  return response
}
