/** Every option of a pull sync file, as it is written. */
import { z } from 'zod'
import { historyForms, presetNames } from '../../model/sync.ts'
import { templateProblem } from '../../model/object-tables.ts'
import { duration } from './duration.ts'
import { deletesAmount } from './guards-options.ts'
import { renamedFrom } from './naming-options.ts'
import { calendar, calendarZone, scheduleOptions } from './schedule-options.ts'

const name = z.string().min(1)

const template = z.string().superRefine((text, context) => {
  const message = templateProblem(text)
  if (message !== null) context.addIssue({ code: 'custom', message })
})

const fromOptions = z.object({
  connection: name.describe('The CRM connection.'),
  objects: z
    .array(name)
    .min(1)
    .optional()
    .describe(
      'The objects whose records are read, by the names the CRM uses. Default: all that can be pulled.',
    ),
})

const tablesOptions = z.object({
  history: template
    .default('{object}_history')
    .describe('Table or view with one row for each version of a record.'),
  current: template.default('{object}').describe('View of the active version of each record.'),
  changes: template
    .default('{object}_changes')
    .describe('Table of every change as it was received, only ever appended to.'),
})

/** What a text alone under `tables` leaves out. */
export const tableDefaults = tablesOptions.parse({})

const toOptions = z.object({
  connection: name.describe('The warehouse connection.'),
  schema: name.describe(
    'The schema of the tables that people query. It is made where it is missing.',
  ),
  tables: z
    .union([template, tablesOptions])
    .prefault({})
    .describe(
      'Names of each object’s tables, where `{object}` and `{singular}` stand for its name. A text alone names the history.',
    ),
})

export const historyOptions = z.object({
  as: z
    .enum(historyForms)
    .default('table')
    .describe(
      '`table`: versions are kept and merged with each load; `view`: they are made from the changes whenever they are asked for.',
    ),
  preset: z
    .enum(presetNames)
    .default('cdc')
    .describe('Whose names the columns have that say when a version held.'),
})

const pattern = z
  .string()
  .regex(/^[^.\s]+\.\S+$/, 'A field is `object.field`, where `*` stands for any part of either.')

/** Shorter ones are guessed in no time, and with them what was hashed. */
const shortestSecret = 16

const fieldsOptions = z.object({
  only: z
    .array(pattern)
    .default([])
    .describe(
      'Fields as `object.field`, with `*` for any part: of an object that has any here, only these are pulled.',
    ),
  exclude: z
    .array(pattern)
    .default([])
    .describe(
      'Fields that are not pulled. The journal holds webhooks as they came, with these, until they are loaded.',
    ),
  include: z
    .array(pattern)
    .default([])
    .describe('Fields that are pulled although `exclude` names them.'),
  hash: z
    .array(pattern)
    .default([])
    .describe(
      'Fields whose values are replaced by keyed hashes before they are kept in the warehouse: of lists and objects each text and number by itself. The journal holds webhooks as they came until they are loaded.',
    ),
  hash_secret: z
    .string()
    .refine(
      (text) => text.length >= shortestSecret,
      `A hash_secret has at least ${shortestSecret} characters.`,
    )
    .optional()
    .meta({ secret: true })
    .describe(
      `The key of the hashes, at least ${shortestSecret} characters: the same value and key give the same hash. Required with \`hash\`.`,
    ),
})

const captureOptions = z.object({
  webhooks: z
    .boolean()
    .default(false)
    .describe(
      'Whether `serve` makes the CRM send webhooks of the objects, and keeps them: needs `server.public_url` and a secret.',
    ),
  incremental: z
    .object({ every: duration.describe('How long after the start of the run before: `10m`.') })
    .optional()
    .describe('How often `serve` runs the sync, which reads what changed. Default: never.'),
  trailing: duration
    .default('1h')
    .describe(
      'How late the CRM may show a change, behind a long transaction or an index: once in so long a run reads again what changed since that long before.',
    ),
  reconcile: z
    .object({
      every: duration
        .optional()
        .describe(
          'How old the last read of all records may be: `run` then reads all of them once more, which alone finds deletes where the CRM lists none. Default 7d; with `cron`, never.',
        ),
      cron: calendar
        .optional()
        .describe(
          'When `serve` reads all records by itself: minute, hour, day of the month, month, day of the week.',
        ),
      timezone: calendarZone,
    })
    .prefault({})
    .describe('Reads of all records.'),
})

export const pullOptions = z.object({
  type: z.literal('pull').describe('The direction.'),
  from: fromOptions.describe('Where the records come from.'),
  to: toOptions.describe('Where their history goes.'),
  history: historyOptions
    .prefault({})
    .describe('What the history is, and how its columns are named.'),
  fields: fieldsOptions.prefault({}).describe('Which fields are pulled, and which are hashed.'),
  capture: captureOptions.prefault({}).describe('How news of the records is come by.'),
  guards: z
    .object({
      max_deletes: deletesAmount
        .default('1%')
        .describe(
          'Most records of an object that one read may find deleted, in percent of those that are known, or that the read shows where these are more, or in records.',
        ),
    })
    .prefault({})
    .describe('How much one run may change.'),
  schedule: scheduleOptions
    .optional()
    .describe(
      'When `serve` runs the sync by itself; in place of `capture.incremental`. Default: never.',
    ),
  after: z.array(name).default([]).describe('Syncs that go first when several are run.'),
  tags: z.array(name).default([]).describe('Words by which `run` can choose syncs.'),
  renamed_from: renamedFrom,
})

export type PullOptions = z.infer<typeof pullOptions>
