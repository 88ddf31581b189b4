/** The sync of a schedule against HubSpot. */
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import type { Chance } from '../../src/simulator/chance.ts'
import { contactSync, field } from '../support/world.ts'
import type { HubSpotCell } from './hubspot-cells.ts'
import { unguarded, type Variant } from './stage.ts'

export interface HubSpotVariant extends Variant {
  readonly searchLagMs: number
}

/** `cell` is a fault that the schedule must meet, so its operation must happen. */
export function hubspotVariant(chance: Chance, name: string, cell: HubSpotCell): HubSpotVariant {
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
    declared: {
      pages: { read: size, create: size, update: size, upsert: size, delete: size },
    },
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

function modeFor(chance: Chance, { operation }: HubSpotCell): PushSync['mode'] {
  if (operation === 'search') return 'update'
  if (operation === 'batch_upsert' || operation === 'batch_archive') return 'upsert'
  if (operation === 'batch_update') return chance.oneOf('upsert', 'upsert', 'update')
  if (operation === 'batch_create') return chance.oneOf('upsert', 'upsert', 'insert')
  return chance.oneOf('upsert', 'upsert', 'upsert', 'upsert', 'update', 'insert')
}

function fieldsFor(chance: Chance, readBefore: boolean, cell: HubSpotCell): FieldMapping[] {
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
