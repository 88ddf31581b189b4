/**
 * The local CRMs that can be served, one entry each: what it is called, and how it opens and closes. Each
 * is large, and loaded when it is served.
 */
import { faultKinds as hubspotFaults } from '../../simulator/hubspot/request/faults.ts'
import { faultKinds as pipedriveFaults } from '../../simulator/pipedrive/request/faults.ts'
import { faultKinds as salesforceFaults } from '../../simulator/salesforce/request/faults.ts'
import { localCrmPorts } from './local-crm.ts'
import { readLocalHubSpot, saveLocalHubSpot } from './local-hubspot-file.ts'
import { readLocalPipedrive, saveLocalPipedrive } from './local-pipedrive-file.ts'
import { newOrgId, readLocalSalesforce, saveLocalSalesforce } from './local-salesforce-file.ts'
import { storeNumber } from './store-number.ts'

export interface LocalCrmOptions {
  /** 0 picks a free one. */
  readonly port: number
  /** Where its state comes from and goes to; null for memory alone. */
  readonly file: string | null
  /** The credential it accepts; its own when absent. */
  readonly token?: string
  /** Decides faults, orders and ids. */
  readonly seed?: number
}

export interface OpenLocalCrm {
  readonly url: string
  /** What it lets in, as the options of a connection; null where its file holds nobody. */
  readonly accepts: string | null
  /** Ends it, and then keeps its state. */
  close(): Promise<void>
}

export interface LocalCrm {
  readonly name: string
  readonly title: string
  /** Where it listens unless told otherwise. */
  readonly port: number
  /** What it can be told to let befall requests. */
  readonly faultKinds: readonly string[]
  readonly serve: (options: LocalCrmOptions) => Promise<OpenLocalCrm>
}

export const localCrms: readonly LocalCrm[] = [
  {
    name: 'hubspot',
    title: 'HubSpot',
    port: localCrmPorts.hubspot,
    faultKinds: hubspotFaults,
    serve: async ({ file, ...options }) => {
      const { serveHubSpot } = await import('../../simulator/hubspot/serve.ts')
      const kept =
        file === null ? { portalId: storeNumber(placeOf(options)) } : await readLocalHubSpot(file)
      const server = await serveHubSpot({ ...kept, ...options })
      const [app] = server.simulator.dump().state.privateApps
      const accepts = app === undefined ? null : `access_token: ${app.token}`
      return keeping({ ...server, accepts }, file, (path) =>
        saveLocalHubSpot(path, server.simulator),
      )
    },
  },
  {
    name: 'salesforce',
    title: 'Salesforce',
    port: localCrmPorts.salesforce,
    faultKinds: salesforceFaults,
    serve: async ({ file, ...options }) => {
      const { serveSalesforce } = await import('../../simulator/salesforce/serve.ts')
      const kept =
        file === null ? { orgId: newOrgId(placeOf(options)) } : await readLocalSalesforce(file)
      const server = await serveSalesforce({ ...kept, ...options })
      const [app] = server.simulator.dump().state.apps
      const accepts =
        app === undefined
          ? null
          : `client_credentials: { client_id: ${app.clientId}, client_secret: ${app.clientSecret} }`
      return keeping({ ...server, accepts }, file, (path) =>
        saveLocalSalesforce(path, server.simulator),
      )
    },
  },
  {
    name: 'pipedrive',
    title: 'Pipedrive',
    port: localCrmPorts.pipedrive,
    faultKinds: pipedriveFaults,
    serve: async ({ file, ...options }) => {
      const { servePipedrive } = await import('../../simulator/pipedrive/serve.ts')
      const kept =
        file === null
          ? { companyId: storeNumber(placeOf(options)) }
          : await readLocalPipedrive(file)
      const server = await servePipedrive({ ...kept, ...options })
      const [user] = server.simulator.dump().state.apiTokens
      const accepts = user === undefined ? null : `api_token: ${user.token}`
      return keeping({ ...server, accepts }, file, (path) =>
        saveLocalPipedrive(path, server.simulator),
      )
    },
  },
]

/** What tells one without a file from another: those of one machine listen at different ports. */
function placeOf({ port }: Pick<LocalCrmOptions, 'port'>): string {
  return `port ${port}`
}

function keeping(
  server: OpenLocalCrm,
  file: string | null,
  save: (file: string) => Promise<void>,
): OpenLocalCrm {
  return {
    url: server.url,
    accepts: server.accepts,
    close: async () => {
      await server.close()
      if (file !== null) await save(file)
    },
  }
}
