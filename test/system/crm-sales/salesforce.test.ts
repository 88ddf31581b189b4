/**
 * examples/crm-sales to Salesforce: accounts by jobs of the Bulk API, opportunities that name their
 * account by its external id.
 */
import { expect, it } from 'vitest'
import { noLimits } from '../../../src/simulator/salesforce/request/api-limits.ts'
import { serveSalesforce } from '../../../src/simulator/salesforce/serve.ts'
import type { SalesforceSimulator } from '../../../src/simulator/salesforce/simulator.ts'
import { linesWithout, realInput } from './real-input.ts'
import { expectedOf, heldIn } from './salesforce-judge.ts'
import type { LocalCrm, Played, Written } from './site.ts'

interface LocalSalesforce extends LocalCrm {
  readonly simulator: SalesforceSimulator
}

const models = {
  Account: { of: 'accounts', field: 'Account_Key__c' },
  Opportunity: { of: 'opportunities', field: 'Opportunity_Key__c' },
} as const

async function open(): Promise<LocalSalesforce> {
  const { url, simulator, close } = await serveSalesforce({ port: 0, limits: noLimits })
  return {
    name: 'salesforce',
    variables: {
      SALESFORCE_URL: url,
      SALESFORCE_CLIENT_ID: 'local',
      SALESFORCE_CLIENT_SECRET: 'local-secret',
    },
    calls: () => simulator.calls(),
    writtenSince: (seq) => writtenIn(simulator, seq),
    held: () => heldIn(simulator.dump()),
    close,
    simulator,
  }
}

function writtenIn(simulator: SalesforceSimulator, after: number): readonly Written[] {
  const { state, log } = simulator.dump()
  const found = Object.entries(models).flatMap(([object, { of, field }]) =>
    (state.records[object] ?? []).map(
      ({ id, values }) => [id, { of, key: String(values[field]) }] as const,
    ),
  )
  const records = new Map(found)
  return log
    .filter(({ seq }) => seq > after)
    .map(({ seq, id, requestId, changes }) => {
      const said = Object.keys(changes).map((name) => (name === 'OwnerId' ? 'owner' : name))
      const record = records.get(id) ?? { of: null, key: '' }
      return { seq, requestId, ...record, fields: said.toSorted().join(' ') }
    })
}

/** Objects and operations of the Bulk jobs whose batches a run's writes came from. */
function jobsOf({ writes }: Played, { simulator }: LocalSalesforce): readonly string[] {
  const requests = new Set(writes.map(({ requestId }) => requestId?.split('-')[0]))
  return simulator
    .dump()
    .state.jobs.filter(({ spec }) => requests.has(spec.id))
    .map(({ spec }) => `${spec.operation} ${spec.object}`)
}

realInput<LocalSalesforce>({
  label: 'Salesforce',
  open,
  syncs: { accounts: 'accounts', opportunities: 'opportunities' },
  expectedOf,
  lacking: [{ column: 'account', field: 'account' }],
  reasons: {
    'rejected key.duplicate': 2,
    'rejected key.null': 1,
    // The product and the stage.
    'rejected value.unknown_option': 2,
    'rejected lookup.unknown': 1,
    // Salesforce finds no account of that key.
    'rejected INVALID_FIELD': 1,
    'rejected value.not_a_number': 1,
    // The close date and the day of opening.
    'rejected value.not_a_date': 2,
  },
  refused: 1,
  also: (played) => {
    it('is set up by the preparation', () => {
      expect(played().days.prepared.stdout).toContain('set up the local Salesforce')
    })

    it('writes accounts by jobs, and opportunities by jobs while they are many', () => {
      const { days, crm } = played()
      expect(jobsOf(days.first, crm)).toEqual([
        'insert Account',
        'insert Opportunity',
        'insert Opportunity',
      ])
      expect(jobsOf(days.next, crm)).toEqual(['update Account'])
      expect(days.next.calls).toMatchObject({ create_job: 1, collection_update: 1 })
    })

    it('has open opportunities close at the end of their year', () => {
      const { files, first } = played().days
      const unclosed = linesWithout('close_date', files)
      expect(unclosed.length).toBeGreaterThan(0)
      const closing = unclosed.map((id) => first.held.opportunities[id]?.['CloseDate'])
      expect(closing.every((date) => date?.endsWith('-12-31'))).toBe(true)
    })
  },
})
