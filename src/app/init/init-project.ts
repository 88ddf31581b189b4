/** A new project that works at once: a local CRM, and a DuckDB file, of a push with a sample table. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ScaffoldCrm,
  salesforceKey,
  scaffoldHubSpot,
  scaffoldPipedrive,
  scaffoldSalesforce,
} from '../../config/generated/scaffold-crm.ts'
import { scaffoldFiles } from '../../config/generated/scaffold.ts'
import { localToken } from '../../simulator/hubspot/hubspot.ts'
import { localToken as pipedriveToken } from '../../simulator/pipedrive/pipedrive.ts'
import { localApp } from '../../simulator/salesforce/salesforce.ts'
import { localCrmPorts, localStateFiles, serveCommand } from '../local/local-crm.ts'
import { writeNewPipedrive } from '../local/local-pipedrive-file.ts'
import { writeNewSalesforce } from '../local/local-salesforce-file.ts'
import { registries } from '../workspace/registries.ts'
import { sampleCompany } from './sample-company.ts'
import { makeSampleWarehouse } from './sample-warehouse.ts'
import { systemClock } from '../system-clock.ts'
import { writeProject } from './write-project.ts'

const warehouse = 'warehouse.duckdb'
export const sampleRows = 100

/** Those that are pushed to, and those that are pulled from. */
export const initCrms = { to: ['hubspot', 'salesforce'], from: ['pipedrive'] } as const
export type InitCrm = (typeof initCrms)['to' | 'from'][number]

export interface InitRequest {
  readonly crm: InitCrm
  /**
   * Where the local CRM listens that is a process of its own. Null for a HubSpot in a file, and for the
   * usual port of another local CRM.
   */
  readonly url: string | null
}

export interface NewProject {
  /** Paths of what was made, relative to the project. */
  readonly files: readonly string[]
  /** The command that serves its CRM; null for one in a file. */
  readonly serve: string | null
}

/** Overwrites nothing. */
export async function initProject(
  directory: string,
  { crm, url }: InitRequest,
): Promise<NewProject> {
  await mkdir(directory, { recursive: true })
  switch (crm) {
    case 'hubspot':
      return initForHubSpot(directory, url)
    case 'salesforce':
      return initForSalesforce(directory, url)
    case 'pipedrive':
      return initForPipedrive(directory, url)
    default:
      return crm satisfies never
  }
}

async function initForHubSpot(directory: string, url: string | null): Promise<NewProject> {
  const crm = scaffoldHubSpot(url === null ? null : { url, token: localToken })
  const files = await write(directory, crm, [warehouse])
  return { files, serve: url === null ? null : serveCommand('hubspot', url) }
}

async function initForSalesforce(directory: string, given: string | null): Promise<NewProject> {
  const url = given ?? `http://127.0.0.1:${localCrmPorts.salesforce}`
  const serve = serveCommand('salesforce', url)
  const crm = scaffoldSalesforce({ ...localApp, url, serve })
  const file = localStateFiles.salesforce
  const files = await write(directory, crm, [warehouse, file])
  await writeNewSalesforce(join(directory, file), state)
  return { files, serve }
}

async function initForPipedrive(directory: string, given: string | null): Promise<NewProject> {
  const url = given ?? `http://127.0.0.1:${localCrmPorts.pipedrive}`
  const serve = serveCommand('pipedrive', url)
  const crm = scaffoldPipedrive({ token: pipedriveToken, url, serve })
  const file = localStateFiles.pipedrive
  const files = await write(directory, crm, [file])
  await writeNewPipedrive(join(directory, file), sampleCompany(systemClock.now()))
  return { files, serve }
}

/** `others` are files made beside the scaffold's. */
async function write(
  directory: string,
  crm: ScaffoldCrm,
  others: readonly string[],
): Promise<readonly string[]> {
  const files = scaffoldFiles({ registries, crm, warehouse })
  await writeProject(directory, files, others)
  if (crm.direction === 'push') await makeSampleWarehouse(directory, warehouse, sampleRows)
  return [...files.keys(), ...others]
}

/** What a person would set up in an org before the first push. */
const state = {
  fields: {
    Contact: [{ name: salesforceKey, type: 'string', length: 40, externalId: true, unique: true }],
  },
} as const
