/** What a connection of type `pipedrive` may say: the one declaration of its options. */
import { z } from 'zod'
import { safeAddress } from '../http/safe-address.ts'

const oauth = z.strictObject({
  client_id: z.string().min(1).describe('Client id of the app in Pipedrive.'),
  client_secret: z
    .string()
    .min(1)
    .describe('Client secret of the app in Pipedrive.')
    .meta({ secret: true }),
  refresh_token: z
    .string()
    .min(1)
    .describe('Refresh token that installing the app in the company gave.')
    .meta({ secret: true }),
  login_url: safeAddress
    .default('https://oauth.pipedrive.com')
    .describe('Where tokens are given, by https; change it for a local Pipedrive.'),
})

/** Exactly one address and one credential are given. */
export const pipedriveOptions = z
  .strictObject({
    company_domain: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i)
      .optional()
      .describe(
        'What stands before `.pipedrive.com` in the company’s address. Either this or `base_url`.',
      ),
    base_url: safeAddress
      .optional()
      .describe(
        'Where the API is, by https, in place of `company_domain`; http may reach a local Pipedrive.',
      ),
    api_token: z
      .string()
      .min(1)
      .optional()
      .describe(
        'API token of a user, which may read what the user may see. Either this or `oauth`.',
      )
      .meta({ secret: true }),
    oauth: oauth.optional().describe('Credentials of an OAuth app. Either this or `api_token`.'),
    daily_tokens_percent: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .describe(
        'Percent of the company’s daily API tokens, whoever uses them, from which on no record is read; what is left waits for a later run.',
      ),
  })
  .refine((given) => (given.company_domain === undefined) !== (given.base_url === undefined), {
    message: 'give either company_domain or base_url, and not both',
  })
  .refine((given) => (given.api_token === undefined) !== (given.oauth === undefined), {
    message: 'give either api_token or oauth, and not both',
  })

export type PipedriveOptions = z.output<typeof pipedriveOptions>

/** Without a slash at the end. */
export function baseUrlOf({ company_domain, base_url }: PipedriveOptions): string {
  return (base_url ?? `https://${company_domain}.pipedrive.com`).replace(/\/+$/, '')
}
