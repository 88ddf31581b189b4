/** The standard objects that the local Salesforce comes with, with the fields that syncs use most. */
import type { FieldInput } from './field.ts'
import type { ObjectDefinition } from './object-type.ts'

const owner: FieldInput = {
  name: 'OwnerId',
  label: 'Owner ID',
  type: 'reference',
  referenceTo: ['User'],
  nillable: false,
  defaultedOnCreate: true,
}
const recordType: FieldInput = {
  name: 'RecordTypeId',
  label: 'Record Type ID',
  type: 'reference',
  referenceTo: ['RecordType'],
}
const master = (object: string): FieldInput => ({
  name: 'MasterRecordId',
  label: 'Master Record ID',
  type: 'reference',
  referenceTo: [object],
  createable: false,
  updateable: false,
})

/** A person's name is read as a whole and written in parts. */
const fullName: FieldInput = {
  name: 'Name',
  label: 'Full Name',
  type: 'string',
  length: 121,
  nillable: false,
  createable: false,
  updateable: false,
  nameField: true,
}
const nameParts: readonly FieldInput[] = [
  {
    name: 'FirstName',
    label: 'First Name',
    type: 'string',
    length: 40,
    compoundFieldName: 'Name',
  },
  {
    name: 'LastName',
    label: 'Last Name',
    type: 'string',
    length: 80,
    nillable: false,
    compoundFieldName: 'Name',
  },
]

/** The compound field and the parts that are written instead. */
function addressFields(prefix: string): readonly FieldInput[] {
  const compound = `${prefix}Address`
  const part = (name: string, input: Partial<FieldInput> = {}): FieldInput => ({
    name: `${prefix}${name}`,
    label: `${prefix} ${name}`,
    type: 'string',
    compoundFieldName: compound,
    ...input,
  })
  return [
    part('Street', { type: 'textarea', length: 255 }),
    part('City', { length: 40 }),
    part('State', { length: 80 }),
    part('PostalCode', { length: 20 }),
    part('Country', { length: 80 }),
    part('Latitude', { type: 'double', precision: 18, scale: 15 }),
    part('Longitude', { type: 'double', precision: 18, scale: 15 }),
    { name: compound, label: `${prefix} Address`, type: 'address' },
  ]
}

const industries = [
  'Agriculture',
  'Banking',
  'Consulting',
  'Energy',
  'Manufacturing',
  'Retail',
  'Technology',
]
const leadSources = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other']

const account: ObjectDefinition = {
  name: 'Account',
  keyPrefix: '001',
  fields: [
    { name: 'Name', label: 'Account Name', type: 'string', nillable: false, nameField: true },
    { name: 'Type', label: 'Account Type', type: 'picklist', values: ['Prospect', 'Customer'] },
    {
      name: 'ParentId',
      label: 'Parent Account ID',
      type: 'reference',
      referenceTo: ['Account'],
      relationshipName: 'Parent',
      childRelationshipName: 'ChildAccounts',
    },
    { name: 'AccountNumber', label: 'Account Number', type: 'string', length: 40 },
    { name: 'Phone', type: 'phone' },
    { name: 'Website', type: 'url' },
    { name: 'Industry', type: 'picklist', values: industries },
    { name: 'AnnualRevenue', label: 'Annual Revenue', type: 'currency', scale: 0 },
    { name: 'NumberOfEmployees', label: 'Employees', type: 'int', digits: 8 },
    { name: 'Description', label: 'Account Description', type: 'textarea' },
    ...addressFields('Billing'),
    ...addressFields('Shipping'),
    owner,
    recordType,
    master('Account'),
  ],
}

const contact: ObjectDefinition = {
  name: 'Contact',
  keyPrefix: '003',
  fields: [
    fullName,
    {
      name: 'Salutation',
      type: 'picklist',
      length: 40,
      compoundFieldName: 'Name',
      values: ['Mr.', 'Ms.', 'Dr.', 'Prof.', 'Mx.'],
    },
    ...nameParts,
    {
      name: 'AccountId',
      label: 'Account ID',
      type: 'reference',
      referenceTo: ['Account'],
      childRelationshipName: 'Contacts',
    },
    { name: 'Email', type: 'email', idLookup: true },
    { name: 'Phone', label: 'Business Phone', type: 'phone' },
    { name: 'MobilePhone', label: 'Mobile Phone', type: 'phone' },
    { name: 'Title', type: 'string', length: 128 },
    { name: 'Department', type: 'string', length: 80 },
    { name: 'Birthdate', type: 'date' },
    { name: 'LeadSource', label: 'Lead Source', type: 'picklist', values: leadSources },
    { name: 'HasOptedOutOfEmail', label: 'Email Opt Out', type: 'boolean' },
    { name: 'Description', label: 'Contact Description', type: 'textarea' },
    ...addressFields('Mailing'),
    owner,
    recordType,
    master('Contact'),
  ],
}

const opportunity: ObjectDefinition = {
  name: 'Opportunity',
  label: 'Opportunity',
  labelPlural: 'Opportunities',
  keyPrefix: '006',
  fields: [
    { name: 'Name', type: 'string', length: 120, nillable: false, nameField: true },
    {
      name: 'AccountId',
      label: 'Account ID',
      type: 'reference',
      referenceTo: ['Account'],
      childRelationshipName: 'Opportunities',
    },
    {
      name: 'StageName',
      label: 'Stage',
      type: 'picklist',
      nillable: false,
      restrictedPicklist: true,
      values: ['Prospecting', 'Qualification', 'Negotiation', 'Closed Won', 'Closed Lost'],
    },
    { name: 'CloseDate', label: 'Close Date', type: 'date', nillable: false },
    { name: 'Amount', type: 'currency', precision: 18, scale: 2 },
    { name: 'Probability', label: 'Probability (%)', type: 'percent', precision: 3, scale: 0 },
    {
      name: 'Type',
      label: 'Opportunity Type',
      type: 'picklist',
      values: ['New Customer', 'Existing Customer'],
    },
    { name: 'LeadSource', label: 'Lead Source', type: 'picklist', values: leadSources },
    { name: 'NextStep', label: 'Next Step', type: 'string' },
    { name: 'IsPrivate', label: 'Private', type: 'boolean' },
    { name: 'Description', type: 'textarea' },
    owner,
    recordType,
  ],
}

const user: ObjectDefinition = {
  name: 'User',
  keyPrefix: '005',
  deletable: false,
  fields: [
    { name: 'Username', type: 'string', length: 80, nillable: false, unique: true, idLookup: true },
    ...nameParts,
    fullName,
    { name: 'Email', type: 'email', nillable: false, idLookup: true },
    { name: 'Alias', type: 'string', length: 8 },
    { name: 'IsActive', label: 'Active', type: 'boolean', defaultValue: true },
  ],
}

const recordTypes: ObjectDefinition = {
  name: 'RecordType',
  label: 'Record Type',
  keyPrefix: '012',
  createable: false,
  updateable: false,
  deletable: false,
  fields: [
    { name: 'Name', type: 'string', length: 80, nillable: false, nameField: true },
    {
      name: 'DeveloperName',
      label: 'Record Type Name',
      type: 'string',
      length: 80,
      nillable: false,
    },
    {
      name: 'SobjectType',
      label: 'SObject Type Name',
      type: 'picklist',
      length: 40,
      nillable: false,
    },
    { name: 'IsActive', label: 'Active', type: 'boolean', defaultValue: true },
  ],
}

export const standardObjects: readonly ObjectDefinition[] = [
  account,
  contact,
  opportunity,
  user,
  recordTypes,
]

/** What every new custom object has, beside the fields of its definition. */
export const customObjectFields: readonly FieldInput[] = [
  { name: 'Name', type: 'string', length: 80, nameField: true },
  owner,
]
