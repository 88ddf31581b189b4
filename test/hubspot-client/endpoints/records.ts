/** Records one at a time, page by page, and the search. */
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/objects/models/AssociationSpec.js'
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/objects/models/Filter.js'
import type { PublicObjectSearchRequest } from '@hubspot/api-client/lib/codegen/crm/objects/models/PublicObjectSearchRequest.js'
import { expect } from 'vitest'
import type { Call } from '../caller.ts'
import { type Endpoint, pageOf, refused } from '../endpoint.ts'
import { notFound, notUnique, ofNoObject, propertyRefusals, taken } from './messages.ts'

const objects = '/crm/v3/objects/:type'

const page =
  (object: string, limit?: number, after?: string, history: string[] = []): Call =>
  ({ client }) =>
    client.crm.objects.basicApi.getPageWithHttpInfo(object, limit, after, ['email'], history)

const create =
  (object: string, properties: Record<string, string>, to?: string): Call =>
  ({ client }) => {
    const types = [
      {
        associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined,
        associationTypeId: 279,
      },
    ]
    const associations = to === undefined ? [] : [{ to: { id: to }, types }]
    return client.crm.objects.basicApi.createWithHttpInfo(object, { properties, associations })
  }

const update =
  (
    id: string,
    properties: Record<string, string>,
    idProperty?: string,
    object = 'contacts',
  ): Call =>
  ({ client }) =>
    client.crm.objects.basicApi.updateWithHttpInfo(object, id, { properties }, idProperty)

const read =
  (object: string, id: string, idProperty?: string): Call =>
  ({ client }) =>
    client.crm.objects.basicApi.getByIdWithHttpInfo(
      object,
      id,
      ['email', 'phone'],
      undefined,
      undefined,
      undefined,
      idProperty,
    )

const search =
  (request: PublicObjectSearchRequest, object = 'contacts'): Call =>
  ({ client }) =>
    client.crm.objects.searchApi.doSearchWithHttpInfo(object, request)

const merge =
  (primaryObjectId: string, objectIdToMerge: string): Call =>
  ({ client }) =>
    client.crm.contacts.basicApi.mergeWithHttpInfo({ primaryObjectId, objectIdToMerge })

const erase =
  (objectId: string, idProperty?: string): Call =>
  ({ client }) =>
    client.crm.contacts.basicApi.purgeWithHttpInfo({
      objectId,
      ...(idProperty === undefined ? {} : { idProperty }),
    })

const filter = { propertyName: 'email', operator: FilterOperatorEnum.Eq, value: 'a@x.com' }
const filters = (count: number) => Array.from({ length: count }, () => filter)
const groups = (...counts: number[]) => counts.map((count) => ({ filters: filters(count) }))

export const recordEndpoints: readonly Endpoint[] = [
  {
    route: `GET ${objects}`,
    call: page('contacts'),
    status: 200,
    shows: { results: [{ id: '1', properties: { email: 'a@x.com' } }, { id: '2' }, { id: '3' }] },
    pages: {
      first: page('contacts', 2),
      next: (after) => page('contacts', 2, after),
      read: pageOf,
      ids: ['1', '2', '3'],
      linked: true,
    },
    refusals: [
      ofNoObject(page('rockets')),
      refused('400 request', 'no cursor', page('contacts', 1, 'x'), /^Invalid after: x$/),
      refused('400 limit', 'more than 100', page('contacts', 101), /exceeds the maximum of 100$/),
      refused(
        '400 limit',
        'more than 50 with history',
        page('contacts', 51, undefined, ['email']),
        /exceeds the maximum of 50$/,
      ),
    ],
  },
  {
    route: `POST ${objects}`,
    call: create('contacts', { email: 'new@x.com', phone: '1' }, '11'),
    status: 201,
    shows: {
      properties: { email: 'new@x.com', phone: '1' },
      createdAt: expect.any(Date),
      archived: false,
    },
    refusals: [
      ofNoObject(create('rockets', {})),
      refused(
        '400 request',
        'an association with nothing',
        create('contacts', {}, '999'),
        /^One or more associations are not valid: record 999 does not exist$/,
      ),
      refused(
        '400 value',
        'required properties that are not set',
        create('deals', { dealname: 'Deal' }),
        /^Error creating DEAL\. Some required properties were not set\.$/,
        { body: { context: { properties: ['dealstage', 'pipeline'] } } },
      ),
      ...propertyRefusals((properties) => create('contacts', properties)),
      refused(
        '409',
        'an address that another has',
        create('contacts', { email: 'b@x.com' }),
        taken,
      ),
    ],
  },
  {
    route: `POST ${objects}/search`,
    call: search({ filterGroups: groups(1), properties: ['email'] }),
    status: 200,
    shows: { total: 1, results: [{ id: '1', properties: { email: 'a@x.com' } }] },
    pages: {
      first: search({ limit: 2 }),
      next: (after) => search({ limit: 2, after }),
      read: pageOf,
      ids: ['1', '2', '3'],
      linked: false,
    },
    refusals: [
      ofNoObject(search({}, 'rockets')),
      refused(
        '400 property',
        'a filter by one that does not exist',
        search({ filterGroups: [{ filters: [{ ...filter, propertyName: 'nope' }] }] }),
        /nope/,
      ),
      refused(
        '400 property',
        'a sort by one that does not exist',
        search({ sorts: ['nope'] }),
        /^Property "nope" does not exist$/,
      ),
      refused(
        '400 limit',
        '6 groups',
        search({ filterGroups: groups(1, 1, 1, 1, 1, 1) }),
        /^At most 5/,
      ),
      refused('400 limit', '7 filters in one', search({ filterGroups: groups(7) }), /^At most 6/),
      refused(
        '400 limit',
        '19 filters in all',
        search({ filterGroups: groups(5, 5, 5, 4) }),
        /^At most 18/,
      ),
      refused('400 limit', '2 sorts', search({ sorts: ['email', 'phone'] }), /^Only one sort/),
      refused('400 limit', '201 results', search({ limit: 201 }), /between 0 and 200/),
      refused('400 limit', '3,001 characters', search({ query: 'x'.repeat(3000) }), /at most 3000/),
      refused('400 limit', 'beyond 10,000', search({ limit: 10, after: '10000' }), /at most 10000/),
    ],
  },
  {
    route: `POST ${objects}/merge`,
    call: merge('1', '2'),
    status: 200,
    shows: { id: '1' },
    refusals: [
      refused('400 request', 'a record with itself', merge('1', '1'), /with itself$/),
      refused('404', 'a record that is not there', merge('1', '999'), notFound),
      refused('414 merges', 'more than 250', merge('4', '1'), /merged too many times/, {
        given: {
          records: {
            contacts: [
              {
                id: '4',
                properties: {
                  hs_merged_object_ids: Array.from({ length: 250 }, (_, at) => 5000 + at).join(';'),
                },
              },
            ],
          },
        },
      }),
    ],
  },
  {
    route: `POST ${objects}/gdpr-delete`,
    call: erase('a@x.com', 'email'),
    status: 204,
    refusals: [
      refused(
        '400 request',
        'nobody',
        ({ request }) => request('POST', '/crm/v3/objects/contacts/gdpr-delete', {}),
        /required fields were not set: \[objectId\]$/,
      ),
      refused(
        '400 key',
        'a property that is not unique',
        erase('7', 'phone'),
        notUnique('0-1', 'phone'),
      ),
    ],
  },
  {
    route: `GET ${objects}/:id`,
    call: read('contacts', 'A@x.com', 'email'),
    status: 200,
    shows: { id: '1', properties: { email: 'a@x.com', phone: null }, createdAt: expect.any(Date) },
    refusals: [
      ofNoObject(read('rockets', '1')),
      refused(
        '400 key',
        'a property that is not unique',
        read('contacts', '7', 'phone'),
        notUnique('0-1', 'phone'),
      ),
      refused('404', 'a record that is not there', read('contacts', '999'), notFound),
    ],
  },
  {
    route: `PATCH ${objects}/:id`,
    call: update('1', { phone: '1' }),
    status: 200,
    shows: { id: '1', properties: { phone: '1' } },
    refusals: [
      ofNoObject(update('1', {}, undefined, 'rockets')),
      ...propertyRefusals((properties) => update('1', properties)),
      refused(
        '400 key',
        'a property that is not unique',
        update('7', {}, 'phone'),
        notUnique('0-1', 'phone'),
      ),
      refused('404', 'a record that is not there', update('999', { phone: '1' }), notFound),
      refused('409', 'an address that another has', update('1', { email: 'b@x.com' }), taken),
    ],
  },
  {
    route: `DELETE ${objects}/:id`,
    call: ({ client }) => client.crm.objects.basicApi.archiveWithHttpInfo('contacts', '1'),
    status: 204,
    refusals: [
      ofNoObject(({ client }) => client.crm.objects.basicApi.archiveWithHttpInfo('rockets', '1')),
    ],
  },
]
