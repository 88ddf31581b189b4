/**
 * What a Salesforce org must have before the syncs can run: custom fields, and the agents as users. In
 * a real org a person sets this up once.
 */
import type { FieldInput } from '../../src/simulator/salesforce/store/field.ts'
import { makeId } from '../../src/simulator/salesforce/store/ids.ts'
import type { OrgState, RecordState } from '../../src/simulator/salesforce/state.ts'
import { columnOf, type Tables } from './load-tables.ts'

const key = { type: 'string', length: 80, externalId: true, unique: true } as const
const money = { type: 'currency', precision: 18, scale: 2 } as const

export function orgState({ products, sales_teams: teams }: Tables): Partial<OrgState> {
  const product: FieldInput = {
    name: 'Product__c',
    type: 'picklist',
    restrictedPicklist: true,
    values: columnOf(products, 'product'),
  }
  return {
    fields: {
      Account: [
        { ...key, name: 'Account_Key__c' },
        { ...money, name: 'Won_Revenue__c' },
        { ...money, name: 'Open_Pipeline__c' },
        { name: 'Win_Rate__c', type: 'double', precision: 5, scale: 4 },
      ],
      Opportunity: [
        { ...key, name: 'Opportunity_Key__c' },
        { name: 'Opened_On__c', type: 'date' },
        product,
      ],
    },
    records: { User: columnOf(teams, 'sales_agent').map((name, index) => user(name, index)) },
  }
}

/** Under an id of its own, so that it is the same user when this is done again. */
function user(name: string, index: number): RecordState {
  const [firstName = '', ...rest] = name.split(' ')
  const address = `${name.toLowerCase().replaceAll(' ', '.')}@sales.example`
  return {
    id: makeId('005', 7_001 + index),
    values: {
      Username: address,
      Email: address,
      FirstName: firstName,
      LastName: rest.join(' '),
      IsActive: true,
    },
  }
}
