/** What the local CRM itself noted, as the judge wants it. */
import type { PipedriveSimulator } from '../../../src/simulator/pipedrive/simulator.ts'
import type { CompanyState } from '../../../src/simulator/pipedrive/state.ts'
import type { Evidence } from './judge.ts'

/** Events by number, of which we have answered the webhook. */
export function delivered(simulator: PipedriveSimulator): ReadonlySet<number> {
  const events = simulator.events().filter(({ fate }) => fate === 'delivered')
  return new Set(events.map(({ seq }) => seq))
}

/** A dump has all of it. */
export function keptOf(records: CompanyState['records']): Evidence['before'] {
  const kept = Object.entries(records).map(([object, ofObject]) => [
    object,
    ofObject.map(({ id = '', addedAt = 0, updatedAt = null, deletedAt = null, values }) => ({
      id,
      addedAt,
      updatedAt,
      deletedAt,
      values,
    })),
  ])
  return Object.fromEntries(kept)
}
