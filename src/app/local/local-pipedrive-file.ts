/** A local Pipedrive's state in a file: read when it starts, written when it ends, without the write log. */
import type { PipedriveOptions, PipedriveSimulator } from '../../simulator/pipedrive/simulator.ts'
import type { CompanyState, PipedriveDump } from '../../simulator/pipedrive/state.ts'
import { readStateFile, writeStateFile } from './local-state-file.ts'
import { storeNumber } from './store-number.ts'

/** The part of a dump that makes the same company again. */
export type LocalPipedriveFile = Pick<PipedriveDump, 'formatVersion'> &
  Partial<Pick<PipedriveDump, 'companyId' | 'domain' | 'timeZone'>> & {
    readonly state: PipedriveOptions['state']
  }

/** What to start with; a new account where there is no such file yet. */
export async function readLocalPipedrive(file: string): Promise<PipedriveOptions> {
  const kept = await readStateFile<LocalPipedriveFile>(file, 'Pipedrive')
  const { companyId, domain, timeZone, state } = kept ?? {}
  return {
    companyId: companyId ?? storeNumber(file),
    ...(domain === undefined ? {} : { domain }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(state === undefined ? {} : { state }),
  }
}

export async function saveLocalPipedrive(
  file: string,
  simulator: PipedriveSimulator,
): Promise<void> {
  const { formatVersion, companyId, domain, timeZone, state } = simulator.dump()
  const kept: LocalPipedriveFile = { formatVersion, companyId, domain, timeZone, state }
  await writeStateFile(file, kept)
}

/** A new company with this added. */
export async function writeNewPipedrive(file: string, state: Partial<CompanyState>): Promise<void> {
  const begun: LocalPipedriveFile = { formatVersion: 1, state }
  await writeStateFile(file, begun)
}
