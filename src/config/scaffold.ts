/**
 * The files of a new project, as data. They work at once with a HubSpot in a file and a DuckDB file
 * with the sample table, and lead to the real ones by filling in `.env`.
 */
import { jsonSchemas } from './json-schemas.ts'
import type { Registries } from './project.ts'

export interface ScaffoldRequest {
  readonly registries: Registries
  /** Where a local HubSpot listens, and the token it accepts; null for one in a file. */
  readonly hubspot: { readonly url: string; readonly token: string } | null
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
    ['syncs/customers.yaml', syncFile],
    ['models/customers.sql', modelFile],
    ['.env.example', envExample(request.variables ?? {})],
    ['.gitignore', ignored],
    ...schemas,
  ])
}

function projectFile({ hubspot, warehouse }: ScaffoldRequest): string {
  return `# yaml-language-server: $schema=${schemaFolder}/syncline.schema.json
version: 1

connections:
  warehouse:
    type: duckdb
    path: ${JSON.stringify(warehouse)}
${hubspot === null ? inFile : listening(hubspot)}
environments:
  prod:                           # syncline plan --env prod
    connections:
      hubspot:
        type: hubspot
        base_url: https://api.hubapi.com
        access_token: \${env:HUBSPOT_ACCESS_TOKEN}
        production: true
`
}

const inFile = `  hubspot:                        # to try things out: a HubSpot in a file, nothing to start
    type: local_hubspot
    path: .syncline/local-hubspot.json
`

function listening({ url, token }: NonNullable<ScaffoldRequest['hubspot']>): string {
  return `  hubspot:                        # the local one: start it with \`syncline simulate hubspot\`
    type: hubspot
    base_url: ${JSON.stringify(url)}
    access_token: ${JSON.stringify(token)}
`
}

const syncFile = `# yaml-language-server: $schema=../${schemaFolder}/push.schema.json
type: push
from: { connection: warehouse, model: models/customers.sql, key: customer_id }
to: { connection: hubspot, object: contacts, match: { email: email } }
mode: upsert
fields:                           # CRM field: column
  firstname: first_name
  lastname: last_name
  city: city
  jobtitle: { column: job_title, write: if_empty }   # never over what a person typed
`

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

function envExample(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`)
  return `# Copy to .env, which is never committed. What is set in the environment wins.
HUBSPOT_ACCESS_TOKEN=
${lines.join('')}`
}

/** Schemas are committed so that editors help in every clone; state and data are not. */
const ignored = `.env
.syncline/*
!.syncline/schemas/
*.duckdb
*.duckdb.wal
`
