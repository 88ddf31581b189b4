/** Every CRM that a connection may name as its `type`: one line each, by what can be done with it. */
import type { Connector, Crm, OpenContext } from './connector.ts'
import { hubspot } from './hubspot/connector.ts'
import { pipedriveSource } from './pipedrive/source.ts'
import { salesforce } from './salesforce/connector.ts'
import type { CrmReader, Source, VerifyWebhook } from './source.ts'
import { webhookSource } from './webhook/source.ts'

export const connectors: ReadonlyMap<string, Connector<unknown>> = new Map<
  string,
  Connector<unknown>
>([
  ['hubspot', hubspot],
  ['salesforce', salesforce],
])

/** Those that can be pulled from. */
export const sources: ReadonlyMap<string, Source<unknown>> = new Map<string, Source<unknown>>([
  ['pipedrive', pipedriveSource],
  ['webhook', webhookSource],
])

/** Opens a connection with options that were not checked yet; throws zod's error where they are wrong. */
export function openCrm(
  connector: Connector<unknown>,
  options: unknown,
  context: OpenContext,
): Crm {
  return connector.open(connector.options.parse(options), context)
}

/** As `openCrm`, for a connection that is read. */
export function openReader(
  source: Source<unknown>,
  options: unknown,
  context: OpenContext,
): CrmReader {
  return source.open(source.options.parse(options), context)
}

/** The source as a connection's options make it. */
export function sourceOf(source: Source<unknown>, options: unknown): Source<unknown> {
  if (source.described === undefined) return source
  return { ...source, ...source.described(source.options.parse(options)) }
}

/** Null where the connection's senders are believed by the server's own secrets. */
export function signatureOf(type: string, options: unknown): VerifyWebhook | null {
  const source = sources.get(type)
  return source?.signature?.(source.options.parse(options)) ?? null
}
