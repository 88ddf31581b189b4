/** Which senders of webhooks a server believes. */
import type { Project } from '../../config/project.ts'
import type { ServerSettings } from '../../config/server-settings.ts'
import { signatureOf } from '../../connector/registry.ts'
import type { VerifyWebhook } from '../../connector/source.ts'
import { systemClock } from '../system-clock.ts'
import { crmConnections } from '../workspace/crm-connection.ts'

/** Whom to believe: every secret that is not null must be told, and the connection be one of these. */
export interface WebhookAuth extends Pick<ServerSettings, 'pathSecret' | 'basicAuth'> {
  readonly connections: ReadonlySet<string>
  /** Connections whose senders sign, by name: their signature is asked for in place of those secrets. */
  readonly signed: ReadonlyMap<string, (headers: WebhookHeaders, body: Uint8Array) => boolean>
}

type WebhookHeaders = Parameters<VerifyWebhook>[0]

export function webhookAuth(project: Project): WebhookAuth {
  const { pathSecret, basicAuth } = project.server
  const crms = crmConnections(project)
  const signed = crms.flatMap(({ name, type, options }) => {
    const verify = signatureOf(type, options)
    return verify === null ? [] : [[name, signedNow(verify)] as const]
  })
  const bySignature = new Map(signed)
  const others = crms.filter(({ name }) => !bySignature.has(name))
  const connections = new Set(others.map(({ name }) => name))
  return { pathSecret, basicAuth, connections, signed: bySignature }
}

function signedNow(verify: VerifyWebhook): (headers: WebhookHeaders, body: Uint8Array) => boolean {
  return (headers, body) => verify(headers, body, systemClock.now())
}

/** Whether there is any sender that would be believed. */
export function receivesAny({ pathSecret, basicAuth, signed }: WebhookAuth): boolean {
  return pathSecret !== null || basicAuth !== null || signed.size > 0
}
