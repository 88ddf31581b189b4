/** The local Salesforce on a loopback port. */
import { type HttpServer, type ListenOptions, serveHttp } from '../serve-http.ts'
import { handleAdmin } from './admin.ts'
import { createSalesforce } from './salesforce.ts'
import type { SalesforceOptions, SalesforceSimulator } from './simulator.ts'

export type ServeOptions = SalesforceOptions & ListenOptions

export interface SalesforceServer extends HttpServer {
  /** The same CRM, for tests in the same process. */
  readonly simulator: SalesforceSimulator
}

export async function serveSalesforce(options: ServeOptions): Promise<SalesforceServer> {
  const simulator = createSalesforce(options)
  const server = await serveHttp(
    {
      handle: (request) => simulator.handle(request),
      handleAdmin: (request) => handleAdmin(simulator, request),
    },
    options,
  )
  return { ...server, simulator }
}
