/** Any source that sends signed JSON webhooks: what they look like is said in configuration. It can't be asked for anything. */
import { RequestFailure } from '../connector.ts'
import { type CrmReader, defineSource, type ReadableObject, type SourceObject } from '../source.ts'
import { webhookEvents } from './events.ts'
import { type WebhookOptions, webhookOptions } from './options.ts'
import { isSigned } from './signature.ts'

export const webhookSource = defineSource<WebhookOptions>({
  name: 'webhook',
  options: webhookOptions,
  limits: [],
  objects: [],
  timing: { requestTimeoutMs: 0 },
  events: null,
  subscriptions: null,
  reads: false,
  described: (options) => ({ objects: objectsOf(options), events: webhookEvents(options) }),
  signature:
    ({ signature }) =>
    (headers, body, now) =>
      isSigned(signature, headers, body, now),
  open: (options, { clock }) => openReader(options, () => new Date(clock.now()).toISOString()),
})

function objectsOf({ objects }: WebhookOptions): readonly ReadableObject[] {
  return Object.entries(objects).map(([name, { singular }]) => ({
    name,
    singular: singular ?? name,
    label: name,
    keyKind: 'text' as const,
    listsDeleted: false,
  }))
}

function openReader(options: WebhookOptions, now: () => string): CrmReader {
  return {
    account: () => Promise.resolve({ id: 'webhook', name: 'what is sent', timeZone: null }),
    describe: (object) => Promise.resolve(describe(options, object)),
    list: () => Promise.reject(unasked()),
    // What was asked for and not told of stays as it is known.
    fetch: () => Promise.resolve({ records: new Map(), askedAt: `${now().slice(0, 23)}000Z` }),
    calls: () => [],
    close: () => Promise.resolve(),
  }
}

function describe(options: WebhookOptions, name: string): SourceObject {
  const object = objectsOf(options).find((one) => one.name === name)
  const declared = options.objects[name]
  if (object === undefined || declared === undefined) {
    throw new RequestFailure({ kind: 'invalid', message: `there is no object ${name}` })
  }
  const fields = Object.entries(declared.fields).map(([field, kind]) => ({
    name: field,
    label: field,
    kind,
  }))
  return { ...object, fields, resolution: 'microsecond' }
}

function unasked(): RequestFailure {
  return new RequestFailure({ kind: 'invalid', message: 'a source of webhooks can not be read' })
}
