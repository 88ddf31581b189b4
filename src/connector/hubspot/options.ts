/** What a connection of type `hubspot` may say: the one declaration of its options. */
import { z } from 'zod'
import { safeAddress } from '../http/safe-address.ts'
import { tiers } from './limits.ts'

const oauth = z.strictObject({
  client_id: z.string().min(1).describe('Client id of the app in HubSpot.'),
  client_secret: z
    .string()
    .min(1)
    .describe('Client secret of the app in HubSpot.')
    .meta({ secret: true }),
  refresh_token: z
    .string()
    .min(1)
    .describe('Refresh token that installing the app in the account gave.')
    .meta({ secret: true }),
})

/** Exactly one credential is given. */
export const hubspotOptions = z
  .strictObject({
    base_url: safeAddress
      .default('https://api.hubapi.com')
      .describe('Where the API is, by https; change it for a local HubSpot, which http may reach.'),
    access_token: z
      .string()
      .min(1)
      .optional()
      .describe('Access token of a private app. Either this or `oauth`.')
      .meta({ secret: true }),
    oauth: oauth.optional().describe('Credentials of an OAuth app. Either this or `access_token`.'),
    tier: z
      .enum(tiers)
      .optional()
      .describe(
        'Rate limits to begin with, before the first answer tells the real one: `free` (100 requests per 10 s, also the default for a private app), `professional` or `enterprise` (190), `limit_increase` (250), `oauth` (110, the default with `oauth`).',
      ),
    requests_per_10_seconds: z
      .int()
      .min(1)
      .optional()
      .describe('Overrides the tier: use fewer, to leave room for other software with this token.'),
  })
  .refine((given) => (given.access_token === undefined) !== (given.oauth === undefined), {
    message: 'give either access_token or oauth, and not both',
  })

export type HubSpotOptions = z.output<typeof hubspotOptions>
