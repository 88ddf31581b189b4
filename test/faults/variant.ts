/** The sync of a schedule, by seed: every rule that changes what is right. */
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import { contactSync, field } from '../support/world.ts'
import type { Cell } from './cells.ts'
import type { Chance } from './chance.ts'

export interface Variant {
  readonly sync: PushSync
  readonly searchLagMs: number
  readonly pages: Readonly<Record<'read' | 'create' | 'update' | 'upsert' | 'delete', number>>
}

/** Guards would stop what a schedule is for; they have tests of their own. */
const unguarded: PushSync['guards'] = {
  maxChanges: { rows: 1_000_000 },
  maxClears: { rows: 1_000_000 },
  maxDeletes: { rows: 1_000_000 },
  failOnRejected: 0,
  allowEmptyModel: false,
}

/** `cell` is a fault that the schedule must meet, so its operation must happen. */
export function chooseVariant(chance: Chance, name: string, cell: Cell): Variant {
  const isSearch = cell.operation === 'search'
  const isUpsert = cell.operation === 'batch_upsert'
  const mode = modeFor(chance, cell)
  const readBefore = isUpsert ? false : isSearch || mode !== 'upsert' || chance.happens(0.85)
  const removedRows =
    cell.operation === 'batch_archive'
      ? chance.oneOf('archive', 'delete')
      : mode === 'upsert'
        ? chance.oneOf('ignore', 'clear', 'archive', 'delete')
        : 'ignore'
  const size = chance.between(20, 60)
  return {
    searchLagMs: chance.between(0, 5_000),
    pages: { read: size, create: size, update: size, upsert: size, delete: size },
    sync: contactSync({
      name,
      model: { kind: 'table', schema: name, table: 'customers' },
      mode,
      readBefore,
      removedRows,
      ifDeleted: chance.oneOf('skip', 'recreate'),
      match: isSearch
        ? { field: 'lastname', column: 'key_text' }
        : { field: 'email', column: 'email' },
      fields: fieldsFor(chance, readBefore, cell),
      guards: unguarded,
    }),
  }
}

function modeFor(chance: Chance, { operation }: Cell): PushSync['mode'] {
  if (operation === 'search') return 'update'
  if (operation === 'batch_upsert' || operation === 'batch_archive') return 'upsert'
  if (operation === 'batch_update') return chance.oneOf('upsert', 'upsert', 'update')
  if (operation === 'batch_create') return chance.oneOf('upsert', 'upsert', 'insert')
  return chance.oneOf('upsert', 'upsert', 'upsert', 'upsert', 'update', 'insert')
}

function fieldsFor(chance: Chance, readBefore: boolean, cell: Cell): FieldMapping[] {
  // Without a look nobody knows what the CRM holds, so nothing can depend on it.
  const condition = (): Partial<FieldMapping> =>
    readBefore ? { write: chance.oneOf('always', 'if_empty', 'if_unchanged') } : {}
  const owner = field('hubspot_owner_id', '', {
    source: { from: 'constant', value: 'owner@x.com' },
    lookup: 'owners.email',
  })
  return [
    field('firstname', 'first_name'),
    field('city', 'city', condition()),
    field('company', 'company', condition()),
    // Names the key that a record was created for.
    field('jobtitle', 'key_text'),
    ...(cell.operation === 'owner_read' || chance.happens(0.1) ? [owner] : []),
  ]
}
