/** The fields that the company made for itself, one of most types. */
import { createHash } from 'node:crypto'
import type { CompanyState, FieldState } from '../../src/simulator/pipedrive/state.ts'

type Owner = 'deal' | 'person' | 'organization'
type Options = NonNullable<FieldState['options']>

/** Pipedrive calls custom fields by 40 digits, whatever people call them. */
function made(owner: Owner, name: string, type: NonNullable<FieldState['type']>) {
  return { code: createHash('sha1').update(`${owner} ${name}`).digest('hex'), name, type }
}

function chosen(owner: Owner, name: string, type: 'enum' | 'set', first: number, labels: string[]) {
  const options: Options = labels.map((label, index) => ({ id: first + index, label }))
  return { ...made(owner, name, type), options }
}

export const customFields = {
  deal: {
    region: chosen('deal', 'Region', 'enum', 11, ['North', 'South', 'Überland', 'Côte d’Azur']),
    interests: chosen('deal', 'Interests', 'set', 21, ['Licences', 'Support', 'Training']),
    budget: made('deal', 'Budget', 'monetary'),
    renewal: made('deal', 'Renewal date', 'date'),
    window: made('deal', 'Delivery window', 'daterange'),
    reference: made('deal', 'Reference', 'varchar'),
    partner: made('deal', 'Partner', 'org'),
    /** Pipedrive works it out by itself: it changes without a time of change and without a webhook. */
    score: made('deal', 'Health score', 'double'),
  },
  person: {
    department: chosen('person', 'Department', 'enum', 31, ['Purchasing', 'IT', 'Management']),
    lastVisit: made('person', 'Last visit', 'date'),
    topics: chosen('person', 'Topics', 'set', 41, ['Prices', 'Events', 'Releases']),
  },
  organization: {
    tier: chosen('organization', 'Tier', 'enum', 51, ['Gold', 'Silver', 'Bronze']),
    credit: made('organization', 'Credit line', 'monetary'),
    office: made('organization', 'Head office', 'address'),
    remarks: made('organization', 'Remarks', 'text'),
  },
} as const

export const fieldsOfCompany: CompanyState['fields'] = {
  deal: Object.values(customFields.deal),
  person: Object.values(customFields.person),
  organization: Object.values(customFields.organization),
}
