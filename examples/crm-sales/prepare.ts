/**
 * Makes the world that the syncs of this folder expect: the data set as tables of the project's
 * warehouse, and a local CRM with the fields and people that they write to.
 *
 *     node examples/crm-sales/prepare.ts [folder of the project] [--crm salesforce] [--env postgres]
 *
 * The folder is the one of this file unless another is named, the CRM is HubSpot; `--crm` may be given
 * twice. Running it again loads the files anew.
 */
import { parseArgs } from 'node:util'
import { registries } from '../../src/app/workspace/registries.ts'
import { openWorkspace, type Workspace } from '../../src/app/workspace/workspace.ts'
import { loadProject } from '../../src/config/project/load-project.ts'
import { processVariables, type Variables } from '../../src/config/references/variables.ts'
import { loadTables, readTables, type Tables } from './load-tables.ts'
import { orgState } from './org.ts'
import { portalState } from './portal.ts'

const dataVariable = 'CRM_SALES_DATA'

/** The CRMs by the names of their connections. */
const crms = {
  hubspot: { title: 'HubSpot', address: 'base_url', state: portalState },
  salesforce: { title: 'Salesforce', address: 'login_url', state: orgState },
} as const
type CrmName = keyof typeof crms

interface Order {
  readonly directory: string
  readonly environment: string | undefined
  readonly crms: readonly CrmName[]
}

async function prepare({ directory, environment, crms: chosen }: Order): Promise<string> {
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
    const counts = Object.entries(loaded).map(([table, rows]) => `${rows} ${table}`)
    const lines = [`loaded ${counts.join(', ')}`]
    for (const crm of chosen) lines.push(await seed(crm, workspace, tables))
    return lines.join('\n')
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

/** Through the door that only a local CRM has, so that nothing here can change a real account. */
async function seed(crm: CrmName, { project }: Workspace, tables: Tables): Promise<string> {
  const { title, address, state } = crms[crm]
  const url = String(project.connections.get(crm)?.options[address])
  const body = JSON.stringify(state(tables))
  const response = await fetch(`${url}/_local/seed`, { method: 'POST', body }).catch(
    (cause: unknown) => {
      const start = `start it in another terminal: syncline simulate ${crm}`
      throw new Error(`nothing answers at ${url}; ${start}`, { cause })
    },
  )
  if (!response.ok) throw new Error(`${url} could not be set up: ${await response.text()}`)
  return `set up the local ${title} at ${url}`
}

function crmsNamed(names: readonly string[]): readonly CrmName[] {
  return names.map((name) => {
    if (name in crms) return name as CrmName
    throw new Error(`there is no CRM ${name}; there are: ${Object.keys(crms).join(', ')}`)
  })
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    env: { type: 'string' },
    crm: { type: 'string', multiple: true, default: ['hubspot'] },
  },
})

try {
  const done = await prepare({
    directory: positionals[0] ?? import.meta.dirname,
    environment: values.env,
    crms: crmsNamed(values.crm),
  })
  process.stdout.write(`${done}\n`)
} catch (error) {
  process.stderr.write(`prepare: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 2
}
