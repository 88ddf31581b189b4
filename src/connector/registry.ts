/** Every CRM that a connection may name as its `type`: one line each. */
import type { Connector, Crm, OpenContext } from './connector.ts'
import { hubspot } from './hubspot/connector.ts'
import { salesforce } from './salesforce/connector.ts'

export const connectors: ReadonlyMap<string, Connector<unknown>> = new Map<
  string,
  Connector<unknown>
>([
  ['hubspot', hubspot],
  ['salesforce', salesforce],
])

/** Opens a connection with options that were not checked yet; throws zod's error where they are wrong. */
export function openCrm(
  connector: Connector<unknown>,
  options: unknown,
  context: OpenContext,
): Crm {
  return connector.open(connector.options.parse(options), context)
}
