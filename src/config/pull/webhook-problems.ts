/** Whether a pull can have webhooks: of its CRM, and to where we are. */
import { configErrors } from '../errors.ts'
import { type Located, placeAt } from '../yaml/located.ts'
import type { PullOptions } from '../options/pull-options.ts'
import { type Problem, problem } from '../problem.ts'
import type { SourceScope } from './pulled-objects.ts'
import type { ServerSettings } from '../server-settings.ts'

export interface WebhookScope extends SourceScope {
  /** Null where the project's file could not be read. */
  readonly server: ServerSettings | null
}

export function webhookProblems(
  { capture, from }: PullOptions,
  tree: Located,
  { kinds, server, sources }: WebhookScope,
): Problem[] {
  if (!capture.webhooks) return []
  const place = placeAt(tree, ['capture', 'webhooks'])
  const type = kinds?.get(from.connection)?.type ?? ''
  if (sources.get(type)?.subscriptions === null) {
    const message = `Webhooks of a CRM of the type ${type} are not made by Syncline.`
    const remedy = 'Make them in the CRM, where it can, and leave `webhooks` out.'
    return [problem(configErrors.unsupported, { place, message, found: 'true', remedy })]
  }
  if (server === null) return []
  const missing = (name: string, why: string, expected: string): Problem =>
    problem(configErrors.missing, {
      place,
      message: `\`webhooks\` needs ${name} in syncline.yaml: ${why}.`,
      expected,
      found: 'nothing',
    })
  return [
    ...(server.publicUrl === null
      ? [
          missing(
            '`server.public_url`',
            'where CRMs reach `syncline serve`',
            'an address such as https://hooks.example.com',
          ),
        ]
      : []),
    ...(server.pathSecret === null && server.basicAuth === null
      ? [
          missing(
            '`server.path_secret` or `server.basic_auth`',
            'without a secret no webhook is believed',
            'a reference such as ${env:WEBHOOK_SECRET}',
          ),
        ]
      : []),
  ]
}
