/**
 * Makes the world that the syncs of this folder expect: the data set as tables of the project's
 * warehouse, and a local HubSpot with the properties, owners and pipeline that they write to.
 *
 *     node examples/crm-sales/prepare.ts [folder of the project] [--env postgres]
 *
 * The folder is the one of this file unless another is named. Running it again loads the files anew.
 */
import { parseArgs } from 'node:util'
import { registries } from '../../src/app/registries.ts'
import { openWorkspace, type Workspace } from '../../src/app/workspace.ts'
import { loadProject } from '../../src/config/load-project.ts'
import { processVariables, type Variables } from '../../src/config/variables.ts'
import { loadTables, readTables, type Tables } from './load-tables.ts'
import { portalState } from './portal.ts'

const dataVariable = 'CRM_SALES_DATA'

async function prepare(directory: string, environment: string | undefined): Promise<string> {
  const env = processVariables()
  const { project, problems, variables } = await loadProject({
    directory,
    environment,
    env,
    ...registries,
  })
  if (project === null || problems.length > 0) {
    throw new Error(problems.map(({ file, message }) => `${file}: ${message}`).join('\n'))
  }
  const tables = await readTables(dataFolder(variables))
  const workspace = openWorkspace(project, variables)
  try {
    const loaded = await loadTables(await workspace.warehouse('warehouse'), tables)
    const portal = await seedHubSpot(workspace, tables)
    const counts = Object.entries(loaded).map(([table, rows]) => `${rows} ${table}`)
    return `loaded ${counts.join(', ')}\n${portal}`
  } finally {
    await workspace.close()
  }
}

function dataFolder(variables: Variables): string {
  const folder = variables[dataVariable]
  if (folder !== undefined && folder !== '') return folder
  throw new Error(
    `${dataVariable} is not set: it names the folder with accounts.csv, products.csv, sales_pipeline.csv and sales_teams.csv. Set it in the environment or in .env.`,
  )
}

/** Through the door that only a local HubSpot has, so that nothing here can change a real account. */
async function seedHubSpot({ project }: Workspace, tables: Tables): Promise<string> {
  const url = String(project.connections.get('hubspot')?.options['base_url'])
  const body = JSON.stringify(portalState(tables))
  const response = await fetch(`${url}/_local/seed`, { method: 'POST', body }).catch(
    (cause: unknown) => {
      const start = 'start it in another terminal: syncline simulate hubspot'
      throw new Error(`nothing answers at ${url}; ${start}`, { cause })
    },
  )
  if (!response.ok) throw new Error(`${url} could not be set up: ${await response.text()}`)
  return `set up the local HubSpot at ${url}`
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { env: { type: 'string' } },
})

try {
  const done = await prepare(positionals[0] ?? import.meta.dirname, values.env)
  process.stdout.write(`${done}\n`)
} catch (error) {
  process.stderr.write(`prepare: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
