/** A better answer than "connection refused" where the CRM is a local one that nobody started. */
import type { Connection } from '../config/project.ts'
import { RequestFailure } from '../connector/connector.ts'
import { SynclineError } from '../model/error.ts'
import { appErrors } from './errors.ts'

/** Where a local CRM listens unless told otherwise. */
export const localCrmPort = 4010

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** The error itself, or `app.local_crm` where the connection leads to a local CRM that isn't there. */
export function namingLocalCrm(connection: Connection | undefined, error: unknown): unknown {
  const cause = error instanceof SynclineError ? error.cause : error
  if (!(cause instanceof RequestFailure) || cause.status !== null || connection === undefined) {
    return error
  }
  const url = connection.options['base_url']
  if (typeof url !== 'string' || !URL.canParse(url)) return error
  const { hostname, port, protocol } = new URL(url)
  // The local one speaks no TLS: then it is another, or a proxy that is not there.
  if (protocol !== 'http:') return error
  if (!loopback.has(hostname) || cause.reason !== 'refused') return error
  const given = Number(port) === localCrmPort ? '' : ` --port ${port}`
  return appErrors.local_crm({
    message: `Connection ${connection.name}: nothing answers at ${url} (${cause.message}).`,
    remedy: `Start the local one in another terminal: \`syncline simulate ${connection.type}${given}\`. Or point the connection at the real one.`,
    cause: error,
  })
}
