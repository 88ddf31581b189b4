/** A new project that works at once: a local CRM, and a DuckDB file with a sample table. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ScaffoldCrm,
  salesforceKey,
  scaffoldHubSpot,
  scaffoldSalesforce,
} from '../../config/scaffold-crm.ts'
import { scaffoldFiles } from '../../config/scaffold.ts'
import { localToken } from '../../simulator/hubspot/hubspot.ts'
import { localApp } from '../../simulator/salesforce/salesforce.ts'
import { localCrmPorts, localSalesforceFile, serveCommand } from '../local/local-crm.ts'
import { writeNewSalesforce } from '../local/local-salesforce-file.ts'
import { registries } from '../workspace/registries.ts'
import { makeSampleWarehouse } from './sample-warehouse.ts'
import { writeProject } from './write-project.ts'

const warehouse = 'warehouse.duckdb'
export const sampleRows = 100

export const initCrms = ['hubspot', 'salesforce'] as const
export type InitCrm = (typeof initCrms)[number]

export interface InitRequest {
  readonly to: InitCrm
  /**
   * Where the local CRM listens that is a process of its own. Null for a HubSpot in a file, and for the
   * usual port of a local Salesforce.
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
export async function initProject(directory: string, request: InitRequest): Promise<NewProject> {
  await mkdir(directory, { recursive: true })
  return request.to === 'hubspot'
    ? initForHubSpot(directory, request.url)
    : initForSalesforce(directory, request.url)
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
  const files = await write(directory, crm, [warehouse, localSalesforceFile])
  await writeNewSalesforce(join(directory, localSalesforceFile), state)
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
  await makeSampleWarehouse(directory, warehouse, sampleRows)
  return [...files.keys(), ...others]
}

/** What a person would set up in an org before the first push. */
const state = {
  fields: {
    Contact: [{ name: salesforceKey, type: 'string', length: 40, externalId: true, unique: true }],
  },
} as const
