/** What the project says of the server, with every default filled in. */
import { durationMs } from './options/duration.ts'
import type { ServerOptions } from './options/server-options.ts'

export interface ServerSettings {
  readonly host: string
  readonly port: number
  /** Where CRMs reach it, without a slash at the end; null where nobody said. */
  readonly publicUrl: string | null
  readonly maxBodyBytes: number
  readonly pathSecret: string | null
  readonly basicAuth: { readonly user: string; readonly password: string } | null
  /** Null where no sync is run on request. */
  readonly runToken: string | null
  /** What may wait in the journal. */
  readonly journalAlarm: { readonly ageMs: number; readonly bytes: number }
  readonly behindTlsProxy: boolean
}

export function serverSettings(options: ServerOptions): ServerSettings {
  return {
    host: options.host,
    port: options.port,
    publicUrl: options.public_url?.replace(/\/+$/, '') ?? null,
    maxBodyBytes: options.max_body_bytes,
    pathSecret: options.path_secret ?? null,
    basicAuth: options.basic_auth ?? null,
    runToken: options.run_token ?? null,
    journalAlarm: {
      ageMs: durationMs(options.journal_alarm.age),
      bytes: options.journal_alarm.megabytes * 1024 * 1024,
    },
    behindTlsProxy: options.behind_tls_proxy,
  }
}
