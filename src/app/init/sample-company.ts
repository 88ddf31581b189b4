/** What a new project's local Pipedrive holds: a pipeline with its stages, and deals with the people and firms behind them. */
import type { CompanyState, RecordState } from '../../simulator/pipedrive/state.ts'
import { customerColumns, sampleCustomer } from './sample-customers.ts'

/** Records of each object. */
export const sampleSize = { deals: 60, persons: 40 } as const

const dayMs = 86_400_000
const stages = ['Qualified', 'Contact made', 'Proposal', 'Negotiation'] as const

/** All of it is older than `now`, in epoch milliseconds. */
export function sampleCompany(now: number): Pick<CompanyState, 'records'> {
  const people = range(sampleSize.persons).map((id) => ({ id, ...customer(id) }))
  const firms = [...new Set(people.map(({ company }) => company))]
  const firmOf = (company: string): number => firms.indexOf(company) + 1
  return {
    records: {
      pipeline: [made(now, 1, { name: 'Sales', order_nr: 0, is_deal_probability_enabled: true })],
      stage: stages.map((name, index) =>
        made(now, index + 1, {
          name,
          pipeline_id: 1,
          order_nr: index,
          deal_probability: 25 * (index + 1),
        }),
      ),
      organization: firms.map((name, index) =>
        made(now, index + 1, { ...own, name, label_ids: [] }),
      ),
      person: people.map(({ id, name, email, phone, company }) =>
        made(now, id, {
          ...own,
          name,
          org_id: firmOf(company),
          emails: [{ value: email, primary: true, label: 'work' }],
          phones: [{ value: phone, primary: true, label: 'work' }],
          label_ids: [],
        }),
      ),
      deal: range(sampleSize.deals).map((id) => {
        const person = people[(id * 7) % people.length]
        return made(now, id, {
          ...own,
          title: `Deal ${id}`,
          value: 500 * (1 + ((id * 13) % 40)),
          currency: 'EUR',
          ...(person === undefined ? {} : { person_id: person.id, org_id: firmOf(person.company) }),
          ...placeOf(id, now),
          label_ids: [],
          is_archived: false,
        })
      }),
    },
  }
}

/** The only user is the admin that a local Pipedrive comes with. */
const own = { owner_id: 1, visible_to: 3 }

/** Every sixth deal is won, every ninth lost. */
function placeOf(id: number, now: number): RecordState['values'] {
  const at = { stage_id: 1 + (id % stages.length), pipeline_id: 1 }
  const closedAt = `${new Date(now - dayMs).toISOString().slice(0, 19)}Z`
  if (id % 6 === 0) return { ...at, status: 'won', won_time: closedAt, close_time: closedAt }
  if (id % 9 === 0) {
    const lost = { lost_time: closedAt, close_time: closedAt, lost_reason: 'Too dear' }
    return { ...at, status: 'lost', ...lost }
  }
  return { ...at, status: 'open' }
}

function made(now: number, id: number, values: RecordState['values']): RecordState {
  const addedAt = now - 90 * dayMs + id * 3_600_000
  return { id: String(id), addedAt, updatedAt: Math.max(addedAt, now - 30 * dayMs), values }
}

function customer(id: number): {
  readonly name: string
  readonly email: string
  readonly phone: string
  readonly company: string
} {
  const row = sampleCustomer(id)
  const value = (column: string): string =>
    row[customerColumns.findIndex(({ name }) => name === column)] ?? ''
  return {
    name: `${value('first_name')} ${value('last_name')}`,
    email: value('email'),
    phone: value('phone'),
    company: value('company'),
  }
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index + 1)
}
