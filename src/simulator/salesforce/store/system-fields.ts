/** The fields that every object has and only Salesforce writes. */
import type { FieldInput } from './field.ts'

const audit = {
  nillable: false,
  createable: false,
  updateable: false,
  defaultedOnCreate: true,
} as const

export const systemFields: readonly FieldInput[] = [
  { name: 'Id', label: 'Record ID', type: 'id' },
  { name: 'IsDeleted', label: 'Deleted', type: 'boolean', ...audit },
  { name: 'CreatedDate', label: 'Created Date', type: 'datetime', ...audit },
  {
    name: 'CreatedById',
    label: 'Created By ID',
    type: 'reference',
    referenceTo: ['User'],
    ...audit,
  },
  { name: 'LastModifiedDate', label: 'Last Modified Date', type: 'datetime', ...audit },
  {
    name: 'LastModifiedById',
    label: 'Last Modified By ID',
    type: 'reference',
    referenceTo: ['User'],
    ...audit,
  },
  { name: 'SystemModstamp', label: 'System Modstamp', type: 'datetime', ...audit },
]
