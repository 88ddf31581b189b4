/** What a connection of type `webhook` may say: the one declaration of its options. */
import { z } from 'zod'
import { valueKinds } from '../../model/value.ts'
import { pointerPattern } from './pointer.ts'

const pointer = z
  .string()
  .regex(pointerPattern, 'A place in the body is a JSON pointer such as `/data/id`.')

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/, 'A header is named by letters, digits and -, such as `X-Signature`.')

const signatureOptions = z
  .strictObject({
    secret: z
      .string()
      .min(16)
      .meta({ secret: true })
      .describe('The key that the sender signs with, at least 16 characters.'),
    header: headerName.describe('The header with the signature.'),
    encoding: z
      .enum(['hex', 'base64'])
      .default('hex')
      .describe('How the HMAC-SHA256 is written there.'),
    prefix: z.string().default('').describe('What stands before it, such as `sha256=`.'),
    timestamp: z
      .strictObject({
        header: headerName.describe(
          'The header with the time of sending: seconds or milliseconds since 1970, or an instant with its zone.',
        ),
        within_seconds: z
          .int()
          .min(1)
          .max(3_600)
          .default(300)
          .describe('How far that time may be from ours; what is older was sent before.'),
      })
      .optional()
      .describe('Refuses what is sent again later. The time must be signed, too.'),
    signed: z
      .string()
      .optional()
      .describe(
        'What is signed, with `{body}` and `{timestamp}`. Default: `{body}`, with a timestamp `{timestamp}.{body}`.',
      ),
  })
  .refine(
    ({ signed }) => signed === undefined || signed.split('{body}').length === 2,
    '`signed` contains `{body}` once.',
  )
  .refine(
    ({ signed, timestamp }) =>
      signed === undefined || signed.includes('{timestamp}') === (timestamp !== undefined),
    '`signed` contains `{timestamp}` where `timestamp` is set, and only there: a time that is not signed proves nothing.',
  )

const eventOptions = z.strictObject({
  object: pointer
    .optional()
    .describe('Where the event names its object. May be left out where there is one object.'),
  key: pointer.describe('Where the id of the record is, a text or a whole number.'),
  action: pointer
    .optional()
    .describe('Where the event says what happened. Without it every event is an `update`.'),
  time: pointer.describe(
    'Where the event says when it happened: an instant with its zone, or seconds or milliseconds since 1970.',
  ),
  record: pointer.describe('Where the record is as it is after the event, a JSON object.'),
  id: pointer
    .optional()
    .describe('Where the id of the event is: what comes twice counts once. Default: by the body.'),
})

export const webhookActions = ['create', 'update', 'delete', 'restore', 'ignore'] as const

/** A list is `json`, whatever is in it. */
const fieldKind = z.enum(valueKinds).exclude(['text_array', 'unsupported'])

const objectOptions = z.strictObject({
  named: z.string().min(1).optional().describe('What events call it. Default: its name here.'),
  singular: z
    .string()
    .min(1)
    .optional()
    .describe('One of it, for names of tables. Default: its name.'),
  fields: z
    .record(z.string().min(1), fieldKind)
    .describe('Fields of the record and what they hold: `total: decimal`.'),
})

/** Objects are named as tables are, after them. */
const objectName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]*$/,
    'An object is named by letters, digits and _, the first a letter.',
  )

export const webhookOptions = z
  .strictObject({
    signature: signatureOptions.describe('How the sender proves itself.'),
    event: eventOptions.describe('Where in the JSON of a webhook things are, as JSON pointers.'),
    actions: z
      .record(z.string(), z.enum(webhookActions))
      .default({})
      .describe(
        'What the words at `event.action` mean: `invoice.created: create`. A word that is not here is reported.',
      ),
    objects: z.record(objectName, objectOptions).describe('What webhooks tell of, by name.'),
  })
  .refine(({ objects }) => Object.keys(objects).length > 0, 'There is at least one object.')
  .refine(
    ({ event, objects }) => event.object !== undefined || Object.keys(objects).length === 1,
    'With several objects `event.object` says which one an event is about.',
  )
  .refine(
    ({ event, actions }) => event.action === undefined || Object.keys(actions).length > 0,
    'With `event.action`, `actions` says what its words mean.',
  )

export type WebhookOp = Exclude<(typeof webhookActions)[number], 'ignore'>

export type WebhookOptions = z.output<typeof webhookOptions>
