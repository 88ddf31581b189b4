/** The sync of a schedule against Salesforce. */
import { bulkLimits } from '../../src/connector/salesforce/bulk.ts'
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import type { Chance } from '../../src/simulator/chance.ts'
import { accountSync } from '../support/salesforce-world.ts'
import { field } from '../support/world.ts'
import { isOfJobs, type SalesforceCell } from './salesforce-cells.ts'
import {
  account,
  contact,
  customer,
  employerColumn,
  type PushedObject,
} from './salesforce-objects.ts'
import { unguarded, type Variant } from './stage.ts'

export interface SalesforceVariant extends Variant {
  readonly object: PushedObject
  /** How long the CRM works at a job. */
  readonly jobMs: number
  /** How long a write keeps its record and the parents from others. */
  readonly lockHoldMs: number
  /** How likely rows of jobs that work at the same time get in each other's way. */
  readonly lockRate: number
}

const minute = 60_000

/** `cell` is a fault that the schedule must meet, so its operation must happen. */
export function salesforceVariant(
  chance: Chance,
  name: string,
  cell: SalesforceCell,
): SalesforceVariant {
  const byJob = isOfJobs(cell)
  const mode = modeFor(chance, cell)
  const isUpsert = cell.operation === 'collection_upsert'
  const readBefore = !isUpsert && (mode !== 'upsert' || chance.happens(0.8))
  const removedRows = removedFor(chance, cell, mode)
  // Required fields can't be emptied.
  const object = removedRows === 'clear' ? customer : chance.oneOf(account, account, contact)
  const size = byJob ? chance.between(20, 30) : chance.between(30, 70)
  const rows = chance.between(2, 4) * size
  // Few rows leave the model in a day, and each request that deletes some may meet one fault.
  const deletes = cell.operation === 'collection_delete' ? 3 : size
  return {
    object,
    jobMs: chance.oneOf(0, 1_000, minute, 5 * minute),
    lockHoldMs: chance.oneOf(0, 0, 500),
    lockRate: chance.oneOf(0, 0.05),
    declared: {
      pages: { read: 4 * size, create: size, update: size, upsert: size, delete: deletes },
      bulk: { ...bulkLimits, rows },
    },
    sync: accountSync({
      name,
      model: { kind: 'table', schema: name, table: 'customers' },
      object: object.name,
      mode,
      readBefore,
      removedRows,
      ifDeleted: chance.oneOf('skip', 'recreate'),
      match: { field: object.match, column: 'email' },
      fields: fieldsFor(chance, object, readBefore, byJob),
      bulkFrom: byJob ? size + 1 : null,
      guards: unguarded,
    }),
  }
}

function modeFor(chance: Chance, { operation }: SalesforceCell): PushSync['mode'] {
  switch (operation) {
    case 'collection_upsert':
    case 'collection_delete':
      return 'upsert'
    case 'collection_update':
      return chance.oneOf('upsert', 'upsert', 'update')
    case 'collection_create':
      return chance.oneOf('upsert', 'upsert', 'insert')
    default:
      // An update alone changes too few records for a job.
      return chance.oneOf('upsert', 'upsert', 'upsert', 'insert')
  }
}

function removedFor(
  chance: Chance,
  { operation }: SalesforceCell,
  mode: PushSync['mode'],
): PushSync['removedRows'] {
  if (operation === 'collection_delete') return 'delete'
  return mode === 'upsert' ? chance.oneOf('ignore', 'clear', 'delete') : 'ignore'
}

function fieldsFor(
  chance: Chance,
  object: PushedObject,
  readBefore: boolean,
  byJob: boolean,
): FieldMapping[] {
  // Without a look nobody knows what the CRM holds, so nothing can depend on it; and what depends on it
  // does not go by jobs.
  const isConditional = readBefore && chance.happens(byJob ? 0.15 : 0.85)
  const condition = (): Partial<FieldMapping> =>
    isConditional ? { write: chance.oneOf('always', 'if_empty', 'if_unchanged') } : {}
  return [
    // Names the key that a record was created for.
    field(object.keyField, 'key_text'),
    field(object.firstName, 'first_name'),
    field(object.city, 'city', condition()),
    field(object.company, 'company', condition()),
    ...(object.parent === undefined ? [] : [field(object.parent.field, employerColumn.name)]),
  ]
}
