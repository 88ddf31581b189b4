/** A better answer than "connection refused" where the CRM is a local one that nobody started. */
import type { Connection } from '../../config/project.ts'
import { RequestFailure } from '../../connector/connector.ts'
import { SynclineError } from '../../model/error.ts'
import { isLoopback } from '../../model/safe-address.ts'
import { appErrors } from '../errors.ts'

/** Where each local CRM listens unless told otherwise: all can run at once. */
export const localCrmPorts = { hubspot: 4010, salesforce: 4011, pipedrive: 4012 } as const

/** Where a project's local CRM keeps its records and fields, relative to the project. */
export const localStateFiles = {
  salesforce: '.syncline/local-salesforce.json',
  pipedrive: '.syncline/local-pipedrive.json',
} as const

/** The command that serves a local CRM at this address. */
export function serveCommand(crm: string, url: string): string {
  const port = Number(new URL(url).port)
  const isUsual = Object.entries(localCrmPorts).some(([name, own]) => name === crm && own === port)
  const [, file] = Object.entries(localStateFiles).find(([name]) => name === crm) ?? []
  const state = file === undefined ? '' : ` --state ${file}`
  return `syncline simulate ${crm}${isUsual ? '' : ` --port ${port}`}${state}`
}

/** The error itself, or `app.local_crm` where the connection leads to a local CRM that isn't there. */
export function namingLocalCrm(connection: Connection | undefined, error: unknown): unknown {
  const cause = error instanceof SynclineError ? error.cause : error
  if (!(cause instanceof RequestFailure) || cause.status !== null || connection === undefined) {
    return error
  }
  const url = cause.reason === 'refused' ? localUrl(connection) : null
  if (url === null) return error
  return appErrors.local_crm({
    message: `Connection ${connection.name}: nothing answers at ${url} (${cause.message}).`,
    remedy: `Start the local one in another terminal: \`${serveCommand(connection.type, url)}\`. Or point the connection at the real one.`,
    cause: error,
  })
}

/** The connection's address on this machine, whatever its type calls it; null where it has none. */
function localUrl({ options }: Connection): string | null {
  const found = Object.values(options).find((value) => {
    if (typeof value !== 'string' || !isLoopback(value)) return false
    // The local one speaks no TLS: then it is another, or a proxy that is not there.
    return new URL(value).protocol === 'http:'
  })
  return typeof found === 'string' ? found : null
}
