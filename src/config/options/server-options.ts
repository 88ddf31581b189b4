/** Where `syncline serve` listens, and whom it believes or obeys. */
import { z } from 'zod'
import { isSafe } from '../../model/safe-address.ts'
import { duration } from './duration.ts'

const basicAuthOptions = z.object({
  user: z
    .string()
    .regex(/^[^:]+$/, 'A user is at least one character, and none is a colon.')
    .describe('Any name, without a colon.'),
  password: z
    .string()
    .regex(/^.{12,}$/su, 'A password has at least 12 characters.')
    .meta({ secret: true })
    .describe('At least 12 characters, better 30 that a generator made.'),
})

const journalAlarmOptions = z
  .object({
    age: duration.default('1h').describe('How long a webhook may wait to be loaded.'),
    megabytes: z.number().int().min(1).default(1024).describe('How much may wait.'),
  })
  .prefault({})

/** What follows the path would end up behind that of a webhook. */
function isPublicAddress(text: string): boolean {
  return isSafe(text) && !/[?#@]/.test(text)
}

export const serverOptions = z.object({
  host: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address to listen on. Any other than one of the loopback needs `behind_tls_proxy` and a secret.',
    ),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(4100)
    .describe('Port to listen on; 0 for any that is free.'),
  public_url: z
    .string()
    .refine(
      isPublicAddress,
      'A public address is https://, a host and perhaps a path; http:// is for this machine alone.',
    )
    .optional()
    .describe(
      'Where CRMs reach this server, through the proxy before it: `https://hooks.example.com`. Required by pulls with `capture.webhooks`.',
    ),
  max_body_bytes: z
    .int()
    .min(1)
    .default(1024 * 1024)
    .describe('Webhooks with a larger body are refused.'),
  path_secret: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]{16,256}$/,
      'A secret in a path is 16 to 256 letters, digits, _ and -, such as `openssl rand -hex 32` gives.',
    )
    .optional()
    .meta({ secret: true })
    .describe(
      'Must end the path of a webhook: `/webhooks/<connection>/<path_secret>`. Without it and without `basic_auth` no webhook is received; set both where a CRM does not sign.',
    ),
  basic_auth: basicAuthOptions
    .optional()
    .describe('What a webhook must say of itself by HTTP Basic authentication.'),
  run_token: z
    .string()
    .regex(
      /^[\x21-\x7e]{16,256}$/,
      'A run_token is 16 to 256 characters without blanks, such as `openssl rand -hex 32` gives.',
    )
    .optional()
    .meta({ secret: true })
    .describe(
      'Who tells it, as a bearer token or in the header `X-Sync-Secret`, may run a sync by `POST /syncs/<name>/run`. Without it no sync is run on request.',
    ),
  journal_alarm: journalAlarmOptions.describe(
    'Beyond either of these `/readyz` answers 503, `check` fails, and `status` says so; webhooks are received all the same.',
  ),
  behind_tls_proxy: z
    .boolean()
    .default(false)
    .describe('Says that only a proxy reaches this server, and that the proxy speaks TLS.'),
})

export type ServerOptions = z.infer<typeof serverOptions>
