/**
 * A connection of type `local_hubspot`: the local HubSpot as a part of each command, its records in a
 * file. To try Syncline out on one machine: there is nothing to start, and no socket is opened.
 */
import { z } from 'zod'
import type { Connector, Crm, OpenContext } from '../../../connector/connector.ts'
import { defineConnector } from '../../../connector/define-connector.ts'
import { hubspot } from '../../../connector/hubspot/connector.ts'
import { hubspotOptions } from '../../../connector/hubspot/options.ts'
import { localToken } from '../../../simulator/hubspot/store/local-token.ts'
import { createFileTransport } from './file-transport.ts'

export const localHubSpotType = 'local_hubspot'

const localHubSpotOptions = z.strictObject({
  path: z
    .string()
    .min(1)
    .default('.syncline/local-hubspot.json')
    .describe('File with its records, relative to the project; made when first needed.'),
})

export type LocalHubSpotOptions = z.output<typeof localHubSpotOptions>

/** `directory` is what `path` is relative to. */
export function localHubSpot(directory: string): Connector<LocalHubSpotOptions> {
  return defineConnector<LocalHubSpotOptions>({
    ...hubspot,
    name: localHubSpotType,
    options: localHubSpotOptions,
    open: (options, context) => open(directory, options, context),
  })
}

function open(directory: string, { path }: LocalHubSpotOptions, context: OpenContext): Crm {
  const transport = createFileTransport(directory, path, context.clock)
  const credentials = { base_url: 'http://localhost', access_token: localToken }
  const crm = hubspot.open(hubspotOptions.parse(credentials), { ...context, transport })
  return {
    // An open connection is a record of functions without `this`.
    ...crm,
    close: async () => {
      await crm.close()
      await transport.close()
    },
  }
}
