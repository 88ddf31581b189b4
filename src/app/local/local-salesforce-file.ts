/** A local Salesforce's state in a file: read when it starts, written when it ends, without the write log. */
import { longId } from '../../simulator/salesforce/store/ids.ts'
import type {
  SalesforceOptions,
  SalesforceSimulator,
} from '../../simulator/salesforce/simulator.ts'
import type { OrgState, SalesforceDump } from '../../simulator/salesforce/state.ts'
import { readStateFile, writeStateFile } from './local-state-file.ts'
import { storeNumber } from './store-number.ts'

/** The part of a dump that makes the same org again. */
export type LocalSalesforceFile = Pick<SalesforceDump, 'formatVersion'> &
  Partial<Pick<SalesforceDump, 'orgId'>> & { readonly state: SalesforceOptions['state'] }

/** As of `storeNumber`. */
export function newOrgId(place: string): string {
  return longId(`00D0000${storeNumber(place)}`)
}

/** What to start with; a new account where there is no such file yet. */
export async function readLocalSalesforce(file: string): Promise<SalesforceOptions> {
  const { orgId, state } = (await readStateFile<LocalSalesforceFile>(file, 'Salesforce')) ?? {}
  return {
    orgId: orgId ?? newOrgId(file),
    ...(state === undefined ? {} : { state }),
  }
}

export async function saveLocalSalesforce(
  file: string,
  simulator: SalesforceSimulator,
): Promise<void> {
  const { formatVersion, orgId, state } = simulator.dump()
  const kept: LocalSalesforceFile = { formatVersion, orgId, state }
  await writeStateFile(file, kept)
}

/** A new org with this added. */
export async function writeNewSalesforce(file: string, state: Partial<OrgState>): Promise<void> {
  const begun: LocalSalesforceFile = { formatVersion: 1, state }
  await writeStateFile(file, begun)
}
