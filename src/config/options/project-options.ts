/** Every option of `syncline.yaml` but those of the connection types, as it is written. */
import { z } from 'zod'
import { guardsOverrides } from './guards-options.ts'
import { historyOptions } from './pull-options.ts'
import { pushOptions } from './push-options.ts'
import { serverOptions } from './server-options.ts'

const connectionName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_-]*$/,
    'A name starts with a letter and goes on with letters, digits, _ and -.',
  )

export const environmentName = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,30}$/,
    'An environment is named by at most 31 lower-case letters, digits and _, the first a letter.',
  )

/** Stands for the name of the environment in the options below. */
export const environmentPlaceholder = '{environment}'

function perEnvironment(what: string) {
  return z
    .string()
    .refine(
      (text) => text.includes(environmentPlaceholder),
      `${what} must contain ${environmentPlaceholder}: environments never share it.`,
    )
}

/** What every connection has, whatever its type. */
export const connectionOptions = z.looseObject({
  type: z.string().describe('What is connected to.'),
  production: z
    .boolean()
    .default(false)
    .describe('Marks real data: the environment `dev` never writes to this connection.'),
})

/** What a connection has besides that can be pushed to. */
export const pushedOptions = z.object({
  max_calls_per_day: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Most API calls of a day (UTC), of all syncs of the connection together; what does not fit is deferred. A sync may have its own `max_calls_per_day` besides.',
    ),
})

const environmentOptions = z.object({
  connections: z
    .record(connectionName, z.looseObject({}))
    .default({})
    .describe('Options of connections that differ here; null takes an option away.'),
  guards: guardsOverrides
    .prefault({})
    .describe('Guards of all syncs here, above what `defaults` and the syncs say.'),
  write: z
    .boolean()
    .default(true)
    .describe('With false, plans can be made here and nothing can be written.'),
})

const stateOptions = z
  .object({
    path: perEnvironment('The path of the state')
      .optional()
      .describe(
        'SQLite file, relative to the project. Default: `.syncline/{environment}/state.db`.',
      ),
    url: z
      .string()
      .regex(/^postgres(ql)?:\/\/\S+$/, 'expected postgresql://user:password@host:port/database')
      .optional()
      .meta({ secret: true })
      .describe(
        'PostgreSQL, for a state that several machines share, in place of `path`: an address as `url` of a `postgres` connection.',
      ),
    schema: perEnvironment('The schema of the state')
      .optional()
      .describe('Schema in that database. Default: `syncline_state_{environment}`.'),
  })
  .refine(
    ({ path, url }) => path === undefined || url === undefined,
    'A state has either `path` or `url`.',
  )
  .refine(
    ({ schema, url }) => schema === undefined || url !== undefined,
    'A state has a `schema` only with `url`.',
  )

const push = pushOptions.shape
const { as, preset } = historyOptions.shape

const defaultsOptions = z.object({
  guards: guardsOverrides
    .prefault({})
    .describe('Guards of all syncs; of a pull, only those that it has.'),
  mode: push.mode.unwrap().optional().describe('`mode` of all pushes.'),
  removed_rows: push.removed_rows.unwrap().optional().describe('`removed_rows` of all pushes.'),
  if_deleted: push.if_deleted.unwrap().optional().describe('`if_deleted` of all pushes.'),
  read_before: push.read_before.unwrap().optional().describe('`read_before` of all pushes.'),
  history: z
    .object({
      as: as
        .unwrap()
        .optional()
        .describe(as.description ?? ''),
      preset: preset
        .unwrap()
        .optional()
        .describe(preset.description ?? ''),
    })
    .prefault({})
    .describe('`history` of all pulls.'),
})

export const projectOptions = z.object({
  version: z.literal(1).describe('The version of this format.'),
  connections: z
    .record(connectionName, connectionOptions)
    .describe('CRMs and warehouses by name, each with its `type` and the options of that type.'),
  environments: z
    .record(environmentName, environmentOptions)
    .default({})
    .describe(
      'What differs by environment. `--env` or `SYNCLINE_ENV` chooses; `dev` is the default and need not stand here.',
    ),
  state: stateOptions.prefault({}).describe('Where runs and their outcomes are remembered.'),
  server: serverOptions
    .prefault({})
    .describe('How `syncline serve` receives webhooks and is told to run syncs.'),
  working_schema: perEnvironment('The working schema')
    .default('syncline_{environment}')
    .describe('Schema in the warehouse for baselines, plans and reports.'),
  retention_days: z
    .int()
    .min(1)
    .default(30)
    .describe(
      'Days after which the values of an operation leave the history in the warehouse. Counts stay.',
    ),
  dbt: z
    .object({
      manifest: z
        .string()
        .default('target/manifest.json')
        .describe('The file that dbt writes, relative to the project.'),
    })
    .prefault({})
    .describe('The dbt project that `from.dbt` names models of.'),
  defaults: defaultsOptions.prefault({}).describe('What all syncs have unless they say otherwise.'),
})

export type ProjectOptions = z.infer<typeof projectOptions>
