/** What a connection of type `salesforce` may say: the one declaration of its options. */
import { z } from 'zod'
import { safeAddress } from '../http/safe-address.ts'

const clientId = z.string().min(1).describe('Consumer key of the app in Salesforce.')
const clientSecret = z
  .string()
  .min(1)
  .describe('Consumer secret of the app in Salesforce.')
  .meta({ secret: true })
const username = z.string().min(1).describe('User name to sign in as.')

const clientCredentials = z.strictObject({ client_id: clientId, client_secret: clientSecret })

const jwtBearer = z.strictObject({
  client_id: clientId,
  username,
  private_key: z
    .string()
    .min(1)
    .describe('Private key in PEM whose certificate the app has.')
    .meta({ secret: true }),
  audience: z
    .url()
    .optional()
    .describe(
      'Whom the assertion is for: by default `https://test.salesforce.com` for a sandbox, else `https://login.salesforce.com`.',
    ),
})

const refreshToken = z.strictObject({
  client_id: clientId,
  client_secret: clientSecret.optional(),
  refresh_token: z
    .string()
    .min(1)
    .describe('Refresh token that a user’s consent gave. The app must not rotate it.')
    .meta({ secret: true }),
})

const password = z.strictObject({
  client_id: clientId,
  client_secret: clientSecret,
  username,
  password: z.string().min(1).describe('Password of the user.').meta({ secret: true }),
  security_token: z
    .string()
    .default('')
    .describe('Security token of the user, where the network is not a trusted one.')
    .meta({ secret: true }),
})

const flows = ['client_credentials', 'jwt_bearer', 'refresh_token', 'password'] as const

/** Exactly one way to sign in is given. */
export const salesforceOptions = z
  .strictObject({
    login_url: safeAddress
      .default('https://login.salesforce.com')
      .describe(
        'Where to sign in, by https: the My Domain host (`https://acme.my.salesforce.com`), or `https://test.salesforce.com` for a sandbox.',
      ),
    client_credentials: clientCredentials
      .optional()
      .describe('Signs in as the user whom the app runs as. Needs the My Domain host.'),
    jwt_bearer: jwtBearer.optional().describe('Signs in with an assertion signed by us.'),
    refresh_token: refreshToken.optional().describe('Signs in as the user who once consented.'),
    password: password
      .optional()
      .describe('Signs in by password, where the org still allows it: older sandboxes.'),
    api_version: z
      .string()
      .regex(/^\d{2,3}\.0$/)
      .default('67.0')
      .describe('Version of the API.'),
    client: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .default('syncline')
      .describe('Names our writes in `Sforce-Call-Options`, and so in change events.'),
    daily_requests_percent: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .describe(
        'Percent of the org’s daily requests, whoever makes them, from which on no record is read or written and a run asks for nothing more; what is left waits for a later run.',
      ),
    allow_duplicates: z
      .boolean()
      .default(false)
      .describe(
        'Saves records that a duplicate rule only warns of. Jobs can’t do that, so creates and updates go by requests.',
      ),
  })
  .refine((given) => flows.filter((flow) => given[flow] !== undefined).length === 1, {
    message: `give exactly one of ${flows.join(', ')}`,
  })
  .refine((given) => given.client_credentials === undefined || !isCommonHost(given.login_url), {
    path: ['login_url'],
    message: 'client_credentials sign in at the My Domain host only',
  })

/** Hosts that all orgs share. A text that is no address is looked at as well, since all mistakes are told at once. */
export function isCommonHost(url: string): boolean {
  return URL.canParse(url) && /^(login|test)\.salesforce\.com$/i.test(new URL(url).hostname)
}

export type SalesforceOptions = z.output<typeof salesforceOptions>
