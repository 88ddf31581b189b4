/** examples/crm-sales to HubSpot: accounts as companies, opportunities as deals associated with them. */
import { noLimits } from '../../../src/simulator/hubspot/request/rate-limits.ts'
import { serveHubSpot } from '../../../src/simulator/hubspot/serve.ts'
import type { HubSpotSimulator } from '../../../src/simulator/hubspot/simulator.ts'
import { expectedOf, heldIn, isCalculated } from './hubspot-judge.ts'
import { realInput } from './real-input.ts'
import type { LocalCrm, Written } from './site.ts'

const models = {
  '0-2': { of: 'accounts', field: 'account_key' },
  '0-3': { of: 'opportunities', field: 'opportunity_id' },
} as const

async function open(): Promise<LocalCrm> {
  const { url, simulator, close } = await serveHubSpot({ port: 0, limits: noLimits })
  return {
    name: 'hubspot',
    variables: { HUBSPOT_URL: url, HUBSPOT_ACCESS_TOKEN: 'pat-local' },
    calls: () => simulator.calls(),
    writtenSince: (seq) => writtenIn(simulator, seq),
    held: () => heldIn(simulator.dump()),
    close,
  }
}

function writtenIn(simulator: HubSpotSimulator, after: number): readonly Written[] {
  const { state, log } = simulator.dump()
  const found = Object.entries(models).flatMap(([object, { of, field }]) =>
    (state.records[object] ?? []).map(
      ({ id, properties }) => [id, { of, key: properties[field] ?? '' }] as const,
    ),
  )
  const records = new Map(found)
  return log
    .filter(({ seq }) => seq > after)
    .map(({ seq, id, requestId, changes }) => {
      const names = Object.keys(changes).filter((name) => !isCalculated(name))
      const said = names.map((name) => (name === 'hubspot_owner_id' ? 'owner' : name))
      const record = records.get(id) ?? { of: null, key: '' }
      return { seq, requestId, ...record, fields: said.toSorted().join(' ') }
    })
}

realInput({
  label: 'HubSpot',
  open,
  syncs: { accounts: 'companies', opportunities: 'deals' },
  expectedOf,
  lacking: [
    { column: 'account', field: 'account' },
    { column: 'close_date', field: 'closedate' },
  ],
  reasons: {
    'rejected key.duplicate': 2,
    'rejected key.null': 1,
    'rejected value.unknown_option': 1,
    // The agent and the stage.
    'rejected lookup.unknown': 2,
    'deferred dependency': 1,
    'rejected value.not_a_number': 1,
    'rejected value.not_a_datetime': 1,
    'rejected value.not_a_date': 1,
  },
  refused: 0,
})
