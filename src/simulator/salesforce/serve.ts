/** The local Salesforce on a loopback port. */
import type { ListenOptions } from '../serve-http.ts'
import { type Served, serveSimulator } from '../serve-simulator.ts'
import { handleAdmin } from './admin.ts'
import { createSalesforce } from './salesforce.ts'
import type { SalesforceOptions, SalesforceSimulator } from './simulator.ts'

export type ServeOptions = SalesforceOptions & ListenOptions
export type SalesforceServer = Served<SalesforceSimulator>

export function serveSalesforce(options: ServeOptions): Promise<SalesforceServer> {
  return serveSimulator(createSalesforce(options), handleAdmin, options)
}
