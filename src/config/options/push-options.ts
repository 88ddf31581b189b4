/** Every option of a push sync file, as it is written. */
import { z } from 'zod'
import {
  conflictPolicies,
  nullsPolicies,
  pushModes,
  removedRowsPolicies,
  writeConditions,
} from '../../model/sync.ts'
import { guardsOptions } from './guards-options.ts'
import { renamedFrom } from './naming-options.ts'
import { scheduleOptions } from './schedule-options.ts'

const name = z.string().min(1)

const matchOptions = z
  .record(name, name)
  .refine((pairs) => Object.keys(pairs).length === 1, 'A match is exactly one `field: column`.')
  .meta({ expected: 'one `field: column`' })

const fromOptions = z
  .object({
    connection: name.describe('The warehouse connection.'),
    model: name
      .optional()
      .describe('A file with the query, relative to the project: `models/<name>.sql`.'),
    table: name.optional().describe('A table or view: `schema.table`. In place of `model`.'),
    dbt: name
      .optional()
      .describe(
        'A model of the dbt project whose manifest `dbt.manifest` names. In place of `model`.',
      ),
    key: name.describe('The column that identifies a row for good.'),
  })
  .refine(
    ({ model, table, dbt }) => [model, table, dbt].filter((one) => one !== undefined).length === 1,
    'A push reads from exactly one of `model`, `table` and `dbt`.',
  )
  .meta({ expected: '`model: models/<name>.sql`, `table: schema.table` or `dbt: model`' })

const toOptions = z.object({
  connection: name.describe('The CRM connection.'),
  object: name.describe('The object whose records are written, by the name the CRM uses.'),
  match: matchOptions
    .optional()
    .describe(
      'The CRM field and the column that find an existing record, and that a created one carries. Required unless `mode` is `insert`.',
    ),
})

const fieldOptions = z
  .object({
    column: name.optional().describe('The column that the value comes from.'),
    value: z
      .union([z.string(), z.number(), z.boolean(), z.null()])
      .optional()
      .describe('The same value for all records, taken as the text that is written here.'),
    write: z
      .enum(writeConditions)
      .default('always')
      .describe(
        '`always`; `if_empty`: only where the CRM holds nothing; `if_unchanged`: only where the CRM still holds what this sync last confirmed.',
      ),
    nulls: z
      .enum(nullsPolicies)
      .default('transition')
      .describe('`transition`: a null is sent only after a value that this sync confirmed.'),
    conflict: z
      .enum(conflictPolicies)
      .default('ours')
      .describe(
        'Whose value stands where a look finds that a person changed the field since our last write: `ours` is written; `theirs` stays, and counts as withheld; `ask` stays, and is told as a conflict. `write` conditions come first. Where the look is more than ten seconds old by then, it is repeated right before the write.',
      ),
    lookup: z
      .string()
      .regex(/^[^.\s]+\.[^.\s]+$/, 'A lookup is `list.name`, for example `owners.email`.')
      .meta({
        expected: 'a list and a name, such as owners.email, or an object and its unique field',
      })
      .optional()
      .describe(
        'Replaces a name by the id it stands for: of a list (`owners.email`, `pipelines.label`) or of a record by a unique field (`companies.account_key`).',
      ),
    time_zone: z
      .string()
      .optional()
      .describe('The zone in which a timestamp becomes a date, for example `Europe/Berlin`.'),
    sensitive: z
      .boolean()
      .default(false)
      .describe(
        'Masks the values in output, logs and messages. The tables of the working schema hold them as they are: see working-tables.md for whom to grant what.',
      ),
  })
  .refine(
    ({ column, value }) => (column === undefined) !== (value === undefined),
    'A field takes exactly one of `column` and `value`.',
  )
  .meta({ expected: 'either `column` or `value`' })

const associationOptions = z.object({
  to: name.describe('The other object.'),
  match: matchOptions.describe(
    'A unique field of the other object, and the column with its value.',
  ),
  label: name.optional().describe("The association's label, by its name in the CRM."),
  if_missing: z
    .enum(['defer', 'reject', 'skip'])
    .default('defer')
    .describe('What becomes of the row while the other record does not exist.'),
})

export const pushOptions = z.object({
  type: z.literal('push').describe('The direction.'),
  from: fromOptions.describe('Where the rows come from.'),
  to: toOptions.describe('Where they go.'),
  mode: z
    .enum(pushModes)
    .default('upsert')
    .describe('`insert` creates only, `update` changes existing records only, `upsert` does both.'),
  removed_rows: z
    .enum(removedRowsPolicies)
    .default('ignore')
    .describe('What happens to a record whose row left the model.'),
  delete_adopted: z
    .boolean()
    .default(false)
    .describe('Lets `removed_rows` reach records that this sync found instead of creating them.'),
  if_deleted: z
    .enum(['skip', 'recreate'])
    .default('skip')
    .describe('What happens to a row whose record was deleted in the CRM.'),
  read_before: z
    .boolean()
    .default(true)
    .describe(
      'Reads the records before they are written. Without it there are no before-images and no conflicts are seen; only the record of a row that is new, or to be made again, is looked up, where the CRM could not find it by itself (`mode: update`, or a match field that is not unique).',
    ),
  fields: z
    .record(name, z.union([name, fieldOptions]))
    .default({})
    .describe('CRM field: column, or CRM field: options.'),
  associations: z
    .array(associationOptions)
    .default([])
    .describe('Records of other objects that each record is associated with.'),
  transform: name
    .optional()
    .describe('A file with a row function, relative to the project: `transforms/<name>.js`.'),
  guards: guardsOptions.prefault({}).describe('How much one run may change.'),
  schedule: scheduleOptions
    .optional()
    .describe('When `serve` runs the sync by itself. Default: never.'),
  after: z.array(name).default([]).describe('Syncs that go first when several are run.'),
  tags: z.array(name).default([]).describe('Words by which `run` can choose syncs.'),
  shared: z
    .boolean()
    .default(false)
    .describe('Allows another sync, which must say the same, to write the same fields.'),
  renamed_from: renamedFrom,
  bulk_from: z
    .union([z.int().min(1), z.literal('never')])
    .default(2_000)
    .describe(
      'Operations of one kind in a run from which on they are given to the CRM as jobs (Salesforce: Bulk API 2.0), or `never`. No effect where the CRM takes no jobs.',
    ),
  max_calls_per_day: z
    .int()
    .min(1)
    .optional()
    .describe('Most API calls of this sync a day (UTC); what does not fit is deferred.'),
})

export type PushOptions = z.infer<typeof pushOptions>
export type FieldOptions = z.infer<typeof fieldOptions>

/** What `field: column` leaves out. */
export const fieldDefaults: FieldOptions = fieldOptions.parse({ column: 'column' })
