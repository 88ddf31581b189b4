/** The little world of the working-schema fixture: what its warehouse holds, and what its CRM does. */
import type { HubSpotOptions } from '../../src/simulator/hubspot/simulator.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { contactSync, field } from '../support/world.ts'

/** Rows of every kind: whole, with a null, one that the CRM refuses, one without a key. */
export const livedTable = [
  'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
  `insert into customers values
    (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Oslo'), (3, 'c@x.com', 'Cid', null),
    (4, 'taken', 'Dan', 'Kiel'), (null, 'n@x.com', 'Nil', 'Nice')`,
]

/** What happened since its first run. */
export const livedChanges = [
  `update customers set city = 'Lima' where id = 1`,
  `update customers set first_name = null where id = 2`,
]

export const livedSync: PushSync = contactSync({
  fields: [field('firstname', 'first_name'), field('city', 'city')],
  removedRows: 'archive',
})

/** The records that the fixture's baseline names by their ids. */
export const livedPortal: HubSpotOptions = {
  portalId: 4711,
  state: {
    records: {
      contacts: [
        { id: '101', properties: { email: 'a@x.com', firstname: 'Ann', city: 'Lima' } },
        { id: '102', properties: { email: 'b@x.com', firstname: '', city: 'Oslo' } },
        { id: '103', properties: { email: 'c@x.com', firstname: 'Cid', city: '' } },
      ],
    },
  },
}
