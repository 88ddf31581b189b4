/** What a connection may name as its `type`: connectors and warehouses, and the CRM in a file. */
import type { Registries } from '../../config/project.ts'
import type { Connector } from '../../connector/connector.ts'
import { connectors, sources } from '../../connector/registry.ts'
import { warehouses } from '../../warehouse/registry.ts'
import { localHubSpot, localHubSpotType } from '../local/hubspot/connector.ts'

/** CRM types by name; files that they name are relative to `directory`. */
export function crmTypes(directory: string): ReadonlyMap<string, Connector<unknown>> {
  return new Map([...connectors, [localHubSpotType, localHubSpot(directory)]])
}

/** What configuration is told of them, which it does not import. */
export const registries: Registries = { connectors: crmTypes('.'), sources, warehouses }
