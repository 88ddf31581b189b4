/**
 * A local HubSpot's state in a file: read when it starts, written when it ends. The write log stays
 * behind; it tells of one process's time.
 */
import type { HubSpotOptions, HubSpotSimulator } from '../../simulator/hubspot/simulator.ts'
import type { HubSpotDump } from '../../simulator/hubspot/state.ts'
import { readStateFile, writeStateFile } from './local-state-file.ts'
import { storeNumber } from './store-number.ts'

/** The part of a dump that makes the same portal again. */
export type LocalHubSpotFile = Pick<HubSpotDump, 'formatVersion' | 'portalId' | 'timeZone'> & {
  readonly state: HubSpotOptions['state']
}

/** What to start with; a new account where there is no such file yet. */
export async function readLocalHubSpot(file: string): Promise<HubSpotOptions> {
  const { portalId, timeZone, state } =
    (await readStateFile<LocalHubSpotFile>(file, 'HubSpot')) ?? {}
  return {
    portalId: portalId ?? storeNumber(file),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(state === undefined ? {} : { state }),
  }
}

export async function writeLocalHubSpot(file: string, local: LocalHubSpotFile): Promise<void> {
  const { formatVersion, portalId, timeZone, state } = local
  const kept: LocalHubSpotFile = { formatVersion, portalId, timeZone, state }
  await writeStateFile(file, kept)
}

export function saveLocalHubSpot(file: string, simulator: HubSpotSimulator): Promise<void> {
  return writeLocalHubSpot(file, simulator.dump())
}
