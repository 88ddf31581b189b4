/** A new project that works at once: a HubSpot in a file, and a DuckDB file with a sample table. */
import { mkdir } from 'node:fs/promises'
import { scaffoldFiles } from '../config/scaffold.ts'
import { localToken } from '../simulator/hubspot/hubspot.ts'
import { registries } from './registries.ts'
import { makeSampleWarehouse } from './sample-warehouse.ts'
import { writeProject } from './write-project.ts'

const warehouse = 'warehouse.duckdb'
export const sampleRows = 100

/**
 * Gives the paths of what it made, relative to `directory`. Overwrites nothing. `hubspotUrl` is where a
 * local HubSpot listens that is a process of its own; null for none.
 */
export async function initProject(
  directory: string,
  hubspotUrl: string | null,
): Promise<readonly string[]> {
  const hubspot = hubspotUrl === null ? null : { url: hubspotUrl, token: localToken }
  const files = scaffoldFiles({ registries, hubspot, warehouse })
  await mkdir(directory, { recursive: true })
  await writeProject(directory, files, [warehouse])
  await makeSampleWarehouse(directory, warehouse, sampleRows)
  return [...files.keys(), warehouse]
}
