/**
 * What a HubSpot account must have before the syncs can run: properties of its own, a pipeline for
 * these sales, and the agents as owners. In a real account a person sets this up once.
 */
import type { PortalState } from '../../src/simulator/hubspot/state.ts'
import { columnOf, type Tables } from './load-tables.ts'

const number = { type: 'number', fieldType: 'number' } as const
const key = { type: 'string', fieldType: 'text', hasUniqueValue: true } as const

export function portalState({ products, sales_teams: teams }: Tables): Partial<PortalState> {
  const productNames = columnOf(products, 'product')
  return {
    properties: {
      companies: [
        { ...key, name: 'account_key', label: 'Account key' },
        { ...number, name: 'won_revenue', label: 'Won revenue' },
        { ...number, name: 'open_pipeline', label: 'Open pipeline' },
        { ...number, name: 'win_rate', label: 'Win rate' },
      ],
      deals: [
        { ...key, name: 'opportunity_id', label: 'Opportunity id' },
        { name: 'opened_on', label: 'Opened on', type: 'date', fieldType: 'date' },
        {
          name: 'product',
          label: 'Product',
          type: 'enumeration',
          fieldType: 'select',
          options: productNames.map((value, displayOrder) => ({
            value,
            label: value,
            description: '',
            displayOrder,
            hidden: false,
          })),
        },
      ],
    },
    owners: columnOf(teams, 'sales_agent').map((name, index) => owner(name, index)),
    pipelines: { deals: [pipeline] },
  }
}

function owner(name: string, index: number) {
  const [firstName = '', ...rest] = name.split(' ')
  const mailbox = name.toLowerCase().replaceAll(' ', '.')
  return {
    id: String(7_001 + index),
    email: `${mailbox}@sales.example`,
    firstName,
    lastName: rest.join(' '),
  }
}

const madeAt = { archived: false, createdAt: 0, updatedAt: 0 }

/** Beside the account's first pipeline, whose stages have the same labels. */
const pipeline = {
  ...madeAt,
  id: 'product_sales',
  label: 'Product sales',
  displayOrder: 1,
  stages: [
    { id: 'ps_in_progress', label: 'In progress', probability: '0.5' },
    { id: 'ps_closed_won', label: 'Closed Won', probability: '1.0' },
    { id: 'ps_closed_lost', label: 'Closed Lost', probability: '0.0' },
  ].map(({ id, label, probability }, displayOrder) => ({
    ...madeAt,
    id,
    label,
    displayOrder,
    metadata: { probability, isClosed: String(label.startsWith('Closed')) },
  })),
}
