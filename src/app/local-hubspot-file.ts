/**
 * A local HubSpot's state in a file: read when it starts, written when it ends. The write log stays
 * behind; it tells of one process's time.
 */
import { readFile, rename, writeFile } from 'node:fs/promises'
import type { HubSpotOptions, HubSpotSimulator } from '../simulator/hubspot/simulator.ts'
import type { HubSpotDump } from '../simulator/hubspot/state.ts'
import { appErrors } from './errors.ts'

/** The part of a dump that makes the same portal again. */
export type LocalHubSpotFile = Pick<HubSpotDump, 'formatVersion' | 'portalId' | 'timeZone'> & {
  readonly state: HubSpotOptions['state']
}

/** What to start with; nothing where there is no such file yet. */
export async function readLocalHubSpot(file: string): Promise<HubSpotOptions> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw unreadable(file, 'it can not be opened', error)
  }
  const { formatVersion, portalId, timeZone, state } = parse(file, text)
  if (formatVersion !== 1) throw unreadable(file, 'it is of another format version')
  return {
    ...(portalId === undefined ? {} : { portalId }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(state === undefined ? {} : { state }),
  }
}

export async function writeLocalHubSpot(file: string, local: LocalHubSpotFile): Promise<void> {
  const { formatVersion, portalId, timeZone, state } = local
  const next = `${file}.next`
  await writeFile(next, `${JSON.stringify({ formatVersion, portalId, timeZone, state })}\n`)
  // At no moment is there half a file under the name.
  await rename(next, file)
}

export function saveLocalHubSpot(file: string, simulator: HubSpotSimulator): Promise<void> {
  return writeLocalHubSpot(file, simulator.dump())
}

function parse(file: string, text: string): Partial<LocalHubSpotFile> {
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found === 'object' && found !== null) return found
  } catch (error) {
    throw unreadable(file, 'it is not JSON', error)
  }
  throw unreadable(file, 'it holds no state')
}

function unreadable(file: string, why: string, cause?: unknown): Error {
  return appErrors.local_state({
    message: `${file} is no state of a local HubSpot: ${why}.`,
    cause,
  })
}
