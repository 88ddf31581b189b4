/** The objects that schedules push to Salesforce, and what their columns go to. */
import type { SalesforceOptions } from '../../src/simulator/salesforce/simulator.ts'
import type { JudgedObject } from '../support/salesforce-history.ts'
import { keyFields } from '../support/salesforce-world.ts'

export interface PushedObject extends JudgedObject {
  /** The unique external id that finds a record. */
  readonly match: string
  readonly firstName: string
  readonly city: string
  readonly company: string
}

const key = { type: 'string', length: 40, externalId: true, unique: true } as const
const text = { type: 'string', length: 80 } as const

export const objectState: NonNullable<SalesforceOptions['state']> = {
  fields: { ...keyFields, Contact: [{ ...key, name: 'Contact_Key__c' }] },
  customObjects: [
    {
      name: 'Customer__c',
      fields: [
        { ...key, name: 'Customer_Key__c' },
        { ...text, name: 'Made_For__c' },
        { ...text, name: 'First_Name__c' },
        { ...text, name: 'City__c' },
        { ...text, name: 'Company__c' },
      ],
    },
  ],
}

export const account: PushedObject = {
  name: 'Account',
  match: 'Account_Key__c',
  keys: ['Account_Key__c'],
  keyField: 'Name',
  firstName: 'AccountNumber',
  city: 'BillingCity',
  company: 'ShippingCity',
}

/** Each has an account, which its row names by the account's external id. */
export const contact: PushedObject = {
  name: 'Contact',
  match: 'Contact_Key__c',
  keys: ['Contact_Key__c', 'Account.Account_Key__c'],
  keyField: 'LastName',
  firstName: 'FirstName',
  city: 'MailingCity',
  company: 'Department',
  parent: {
    field: 'Account.Account_Key__c',
    reference: 'AccountId',
    object: 'Account',
    key: 'Account_Key__c',
  },
}

/** No field of it is required, so that all of them can be emptied. */
export const customer: PushedObject = {
  name: 'Customer__c',
  match: 'Customer_Key__c',
  keys: ['Customer_Key__c'],
  keyField: 'Made_For__c',
  firstName: 'First_Name__c',
  city: 'City__c',
  company: 'Company__c',
}

/** Accounts that contacts belong to; a contact's row names one by a computed column. */
export const employers = ['e-0', 'e-1', 'e-2', 'e-3', 'e-4']
export const employerColumn = {
  name: 'employer',
  sql: `employer varchar as ('e-' || (ascii(right(company, 1)) % ${employers.length}))`,
}
