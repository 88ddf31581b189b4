/**
 * The files of a new project, as data. They work at once with a local CRM and a DuckDB file, of a push
 * with the sample table in it, and lead to the real ones by filling in `.env`.
 */
import { jsonSchemas } from './json-schemas.ts'
import type { Registries } from '../project.ts'
import type { ScaffoldCrm } from './scaffold-crm.ts'

export interface ScaffoldRequest {
  readonly registries: Registries
  /** The CRM that the project pushes to, or pulls from. */
  readonly crm: ScaffoldCrm
  /** Variables that the project reads and `.env` may set, with what they are to begin with. */
  readonly variables?: Readonly<Record<string, string>>
  /** The DuckDB file, relative to the project. */
  readonly warehouse: string
}

/** The table that the scaffold's model reads; whoever writes the sample file makes it. */
export const sampleTable = {
  name: 'customers',
  columns: ['customer_id', 'email', 'first_name', 'last_name', 'city', 'job_title'],
} as const

const schemaFolder = '.syncline/schemas'

/** Path relative to the project → content. */
export function scaffoldFiles(request: ScaffoldRequest): ReadonlyMap<string, string> {
  const schemas = [...jsonSchemas(request.registries)].map(
    ([name, text]) => [`${schemaFolder}/${name}`, text] as const,
  )
  return new Map([
    ['syncline.yaml', projectFile(request)],
    ...syncFiles(request.crm),
    ['.env.example', envExample(request)],
    ['.gitignore', ignored],
    ...schemas,
  ])
}

function projectFile({ crm, warehouse }: ScaffoldRequest): string {
  return `# yaml-language-server: $schema=${schemaFolder}/syncline.schema.json
version: 1

connections:
  warehouse:
    type: duckdb
    path: ${JSON.stringify(warehouse)}
${crm.direction === 'pull' ? '    create: true\n' : ''}${crm.connection}
environments:
  prod:                           # syncline ${crm.direction === 'pull' ? 'run' : 'plan'} --env prod
    connections:
      warehouse:
        path: prod.duckdb         # ${ownWarehouse[crm.direction]}
${crm.production}`
}

/** Nothing that was made up, or that a local CRM told, gets to the real one, or beside what that tells. */
const ownWarehouse: Readonly<Record<ScaffoldCrm['direction'], string>> = {
  push: 'your own, with the tables that models read: the other holds sample customers',
  pull: 'a file of its own: the other holds what the local one told',
}

function syncFiles({ direction, sync }: ScaffoldCrm): readonly (readonly [string, string])[] {
  const type = `# yaml-language-server: $schema=../${schemaFolder}/sync.schema.json
type: ${direction}
`
  if (direction === 'pull') return [['syncs/crm.yaml', `${type}${sync}`]]
  const from = `from: { connection: warehouse, model: models/customers.sql, key: customer_id }
`
  return [
    ['syncs/customers.yaml', `${type}${from}${sync}`],
    ['models/customers.sql', modelFile],
  ]
}

const modelFile = `-- One row per customer; the sync's \`key\` names the column that identifies it for good.
select
  customer_id,
  email,
  first_name,
  last_name,
  city,
  job_title
from ${sampleTable.name}
`

function envExample({ crm, variables = {} }: ScaffoldRequest): string {
  const empty = crm.variables.map((name) => `${name}=`)
  const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  return `# Copy to .env, which is never committed. What is set in the environment wins.
${[...empty, ...given].join('\n')}
`
}

/** Schemas are committed so that editors help in every clone; state and data are not. */
const ignored = `.env
.syncline/*
!.syncline/schemas/
*.duckdb
*.duckdb.wal
`
