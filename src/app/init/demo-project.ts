/** The demo's project folder: a scaffold with a wider sync, its customers, and a HubSpot to begin with. */
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { scaffoldHubSpot } from '../../config/generated/scaffold-crm.ts'
import { scaffoldFiles } from '../../config/generated/scaffold.ts'
import { statement } from '../../core/sql/working-schema.ts'
import { localToken } from '../../simulator/hubspot/hubspot.ts'
import { appErrors } from '../errors.ts'
import { localCrmPorts } from '../local/local-crm.ts'
import { writeLocalHubSpot } from '../local/local-hubspot-file.ts'
import { registries } from '../workspace/registries.ts'
import { customersTable } from './sample-customers.ts'
import { inWarehouse, makeSampleWarehouse } from './sample-warehouse.ts'
import { writeProject } from './write-project.ts'

export const demoFolder = 'syncline-demo'
export const demoCustomers = 5_000
/** One in a hundred. */
export const demoChanges = demoCustomers / 100
export const demoSync = 'customers'
/** The file with the local HubSpot's state, relative to the project. */
export const demoHubSpotFile = 'hubspot.json'
/** The variable that says where HubSpot is; `.env` holds the usual place. */
export const demoUrlVariable = 'HUBSPOT_URL'

const warehouse = 'warehouse.duckdb'
/** Tells a folder that an earlier demo made from one that is somebody's own. */
const mark = '.syncline-demo'

/** Makes the project anew. A folder that no demo made is refused with `app.folder_not_empty`. */
export async function makeDemoProject(directory: string): Promise<void> {
  await startOver(directory)
  const crm = scaffoldHubSpot({ url: `\${env:${demoUrlVariable}}`, token: localToken })
  const variables = { [demoUrlVariable]: `http://127.0.0.1:${localCrmPorts.hubspot}` }
  const files = new Map(scaffoldFiles({ registries, crm, warehouse, variables }))
  files.set('syncs/customers.yaml', withSchemaLine(files.get('syncs/customers.yaml')))
  files.set('models/customers.sql', modelFile)
  files.set('.env', `${demoUrlVariable}=${variables[demoUrlVariable]}\n`)
  await writeProject(directory, files)
  await makeSampleWarehouse(directory, warehouse, demoCustomers)
  await writeLocalHubSpot(join(directory, demoHubSpotFile), emptyHubSpot)
}

/** What a day brings: one customer in a hundred has another score, half of those another city. */
export async function changeCustomers(directory: string): Promise<void> {
  const chosen = 'customer_id % 100 = 42'
  await inWarehouse(directory, warehouse, async (session) => {
    await session.execute([
      statement(`update ${customersTable} set score = score + 7 where ${chosen}`),
      statement(
        `update ${customersTable} set city = 'Reykjavík' where ${chosen} and customer_id % 200 = 42`,
      ),
    ])
  })
}

/** Key of a customer whom `changeCustomers` changes in two fields. */
export const changedCustomer = '42'

async function startOver(directory: string): Promise<void> {
  const present = await lstat(directory).catch(() => null)
  const names = present?.isDirectory() === true ? await readdir(directory) : []
  const isForeign = names.length > 0 && !names.includes(mark)
  if (isForeign || present?.isDirectory() === false) {
    throw appErrors.folder_not_empty({
      message: `${directory} is there already, and no demo made it.`,
      remedy: 'Move it away, or run the demo in another folder.',
    })
  }
  for (const name of names) await rm(join(directory, name), { recursive: true })
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, mark), 'Made by `syncline demo`, which may delete this folder.\n')
}

function withSchemaLine(scaffolded: string | undefined): string {
  const [line = ''] = (scaffolded ?? '').split('\n')
  return `${line}\n${syncFile}`
}

const syncFile = `type: push
from: { connection: warehouse, model: models/customers.sql, key: customer_id }
to: { connection: hubspot, object: contacts, match: { email: email } }
mode: upsert
fields:                           # CRM field: column
  firstname: first_name
  lastname: last_name
  city: city
  company: company
  phone: phone
  customer_score: score
  jobtitle: { column: job_title, write: if_empty }   # never over what a person typed
`

const modelFile = `-- One row per customer; the sync's \`key\` names the column that identifies it for good.
select customer_id, email, first_name, last_name, city, job_title, company, phone, score
from ${customersTable}
`

/** A portal as the demo finds it: no contacts, and one property of the company's own. */
const emptyHubSpot = {
  formatVersion: 1,
  portalId: 4_242_424,
  timeZone: 'Europe/Berlin',
  state: {
    properties: {
      contacts: [
        { name: 'customer_score', label: 'Customer score', type: 'number', fieldType: 'number' },
      ],
    },
  },
} as const
