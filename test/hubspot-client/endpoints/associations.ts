/** Associations one pair at a time and by the batch, and the labels between two objects. */
import { AssociationSpecAssociationCategoryEnum as Category } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpec.js'
import { expect } from 'vitest'
import type { Call, Caller, Outcome } from '../caller.ts'
import { type Endpoint, type Page, type Refusal, refused } from '../endpoint.ts'
import { manyContacts } from '../portal.ts'
import { notFound, notSet, ofNoObject, tooMany } from './messages.ts'

const pair = '/crm/v4/objects/:type/:id/associations'
const between = '/crm/v4/associations/:type/:to'

const api = ({ client }: Caller) => client.crm.associations.v4
const plain = { associationCategory: Category.HubspotDefined, associationTypeId: 279 }
const buyer = { associationCategory: Category.UserDefined, associationTypeId: 1001 }

const list =
  (id: string, limit?: number, after?: string, to = 'companies'): Call =>
  (caller) =>
    api(caller).basicApi.getPageWithHttpInfo('contacts', id, to, after, limit)

const associate =
  (id: string, toId: string, to = 'companies'): Call =>
  (caller) =>
    api(caller).basicApi.createDefaultWithHttpInfo('contacts', id, to, toId)

const label =
  (id: string, types: (typeof plain)[], to = 'companies'): Call =>
  (caller) =>
    api(caller).basicApi.createWithHttpInfo('contacts', id, to, '11', types)

const part =
  (to: string): Call =>
  (caller) =>
    api(caller).basicApi.archiveWithHttpInfo('contacts', '1', to, '11')

const readBatch =
  (inputs: { id: string; after?: string }[], from = 'contacts', to = 'companies'): Call =>
  (caller) =>
    api(caller).batchApi.getPageWithHttpInfo(from, to, { inputs })

const pairOf = (id: string) => ({ _from: { id }, to: { id: '11' } })

const createBatch =
  (ids: readonly string[], types: (typeof plain)[] = [plain], to = 'companies'): Call =>
  (caller) =>
    api(caller).batchApi.createWithHttpInfo('contacts', to, {
      inputs: ids.map((id) => ({ ...pairOf(id), types })),
    })

const associateBatch =
  (ids: readonly string[], to = 'companies'): Call =>
  (caller) =>
    api(caller).batchApi.createDefaultWithHttpInfo('contacts', to, { inputs: ids.map(pairOf) })

const archiveBatch =
  (ids: readonly string[], to = 'companies'): Call =>
  (caller) =>
    api(caller).batchApi.archiveWithHttpInfo('contacts', to, {
      inputs: ids.map((id) => ({ _from: { id }, to: [{ id: '11' }] })),
    })

const archiveLabels =
  (ids: readonly string[], types: (typeof plain)[] = [plain], to = 'companies'): Call =>
  (caller) =>
    api(caller).batchApi.archiveLabelsWithHttpInfo('contacts', to, {
      inputs: ids.map((id) => ({ ...pairOf(id), types })),
    })

const listLabels =
  (to: string): Call =>
  (caller) =>
    api(caller).schema.definitionsApi.getAllWithHttpInfo('contacts', to)

const createLabel =
  (text: string, to = 'companies'): Call =>
  (caller) =>
    api(caller).schema.definitionsApi.createWithHttpInfo('contacts', to, {
      label: text,
      name: text.toLowerCase(),
    })

const updateLabel =
  (associationTypeId: number, to = 'companies'): Call =>
  (caller) =>
    api(caller).schema.definitionsApi.updateWithHttpInfo('contacts', to, {
      associationTypeId,
      label: 'Client',
    })

const removeLabel =
  (typeId: number, to = 'companies'): Call =>
  (caller) =>
    api(caller).schema.definitionsApi.removeWithHttpInfo('contacts', to, typeId)

const listTypes =
  (to: string): Call =>
  ({ client }) =>
    client.crm.associations.schema.typesApi.getAllWithHttpInfo('contacts', to)

const many = (count: number) => Array.from({ length: count }, (_, at) => `${9000 + at}`)
const ofAnotherPair = { associationCategory: Category.HubspotDefined, associationTypeId: 3 }
const invalidType =
  /^The association type HUBSPOT_DEFINED 3 is not valid between contacts and companies$/
const noContact = /^Could not get some CONTACT objects, they may be deleted or not exist\./

/** One pair that is there beside one that isn't. */
function halfDone(error: '207' | '200 partly', call: (ids: readonly string[]) => Call): Refusal {
  return refused(error, 'a record that is not there', call(['1', '999']), noContact, {
    body: {
      results: expect.arrayContaining([expect.anything()]),
      numErrors: 1,
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['999'] } }],
    },
  })
}

interface Targets {
  readonly to?: readonly { readonly toObjectId: number | string }[]
  readonly paging?: { readonly next?: Page['next'] }
}

const targetIds = (targets: Targets['to'] = []) => targets.map(({ toObjectId }) => `${toObjectId}`)

function targetsOf({ body }: Outcome): Page {
  const { results, paging } = body as { results: Targets['to'] } & Targets
  return { ids: targetIds(results), next: paging?.next }
}

/** A page of the only input's targets. */
function inputOf({ body }: Outcome): Page {
  const { results } = body as { results: readonly Targets[] }
  return { ids: targetIds(results[0]?.to), next: results[0]?.paging?.next }
}

export const associationEndpoints: readonly Endpoint[] = [
  {
    route: `GET ${pair}/:to`,
    call: list('1'),
    status: 200,
    shows: {
      results: [
        { toObjectId: 11, associationTypes: [{ typeId: 279, label: null }] },
        { toObjectId: 12 },
      ],
    },
    pages: {
      first: list('1', 1),
      next: (after) => list('1', 1, after),
      read: targetsOf,
      ids: ['11', '12'],
      linked: true,
    },
    refusals: [
      ofNoObject(list('1', 1, undefined, 'rockets')),
      refused('400 request', 'no cursor', list('1', 1, 'x'), /^Invalid after: x$/),
      refused('400 limit', 'more than 500', list('1', 501), /exceeds the maximum of 500$/),
      refused('404', 'a record that is not there', list('999'), notFound),
    ],
  },
  {
    route: `PUT ${pair}/default/:to/:toId`,
    call: associate('2', '11'),
    status: 200,
    shows: {
      results: expect.arrayContaining([
        expect.objectContaining({ _from: { id: '2' }, to: { id: '11' }, associationSpec: plain }),
      ]),
    },
    refusals: [
      ofNoObject(associate('1', '11', 'rockets')),
      refused('404', 'a record that is not there', associate('1', '999'), notFound),
    ],
  },
  {
    route: `PUT ${pair}/:to/:toId`,
    call: label('1', [buyer]),
    status: 201,
    shows: { fromObjectId: '1', toObjectId: '11', labels: ['Buyer'] },
    refusals: [
      ofNoObject(label('1', [plain], 'rockets')),
      refused('400 request', 'a type of another pair', label('1', [ofAnotherPair]), invalidType),
      refused(
        '400 request',
        'no type',
        label('1', []),
        /^At least one association type is required$/,
      ),
      refused('404', 'a record that is not there', label('999', [plain]), notFound),
    ],
  },
  {
    route: `DELETE ${pair}/:to/:toId`,
    call: part('companies'),
    status: 204,
    refusals: [ofNoObject(part('rockets'))],
  },
  {
    route: `POST ${between}/batch/read`,
    call: readBatch([{ id: '1' }]),
    status: 200,
    shows: { results: [{ _from: { id: '1' }, to: [{ toObjectId: 11 }, { toObjectId: 12 }] }] },
    pages: {
      given: manyContacts,
      first: readBatch([{ id: '11' }], 'companies', 'contacts'),
      next: (after) => readBatch([{ id: '11', after }], 'companies', 'contacts'),
      read: inputOf,
      ids: ['1', ...Array.from({ length: 500 }, (_, at) => `${1000 + at}`)],
      linked: false,
    },
    refusals: [
      refused(
        '207',
        'a record without any',
        readBatch([{ id: '1' }, { id: '2' }]),
        /^No companies is associated with contacts 2\.$/,
        {
          body: {
            results: [{ _from: { id: '1' } }],
            numErrors: 1,
            errors: [{ category: 'OBJECT_NOT_FOUND', context: { fromObjectId: ['2'] } }],
          },
        },
      ),
      ofNoObject(readBatch([{ id: '1' }], 'contacts', 'rockets')),
      refused(
        '400 limit',
        'more than 1,000',
        readBatch(many(1001).map((id) => ({ id }))),
        tooMany(1000),
      ),
    ],
  },
  {
    route: `POST ${between}/batch/create`,
    call: createBatch(['1'], [buyer]),
    status: 201,
    shows: { results: [{ fromObjectId: '1', toObjectId: '11', labels: ['Buyer'] }] },
    refusals: [
      halfDone('207', createBatch),
      ofNoObject(createBatch(['1'], [plain], 'rockets')),
      refused(
        '400 request',
        'a type of another pair',
        createBatch(['1'], [ofAnotherPair]),
        invalidType,
      ),
      refused('400 limit', 'more than 2,000', createBatch(many(2001)), tooMany(2000)),
    ],
  },
  {
    route: `POST ${between}/batch/associate/default`,
    call: associateBatch(['2']),
    status: 200,
    shows: {
      results: expect.arrayContaining([
        expect.objectContaining({ _from: { id: '2' }, to: { id: '11' } }),
      ]),
    },
    refusals: [
      halfDone('200 partly', associateBatch),
      ofNoObject(associateBatch(['1'], 'rockets')),
      refused('400 limit', 'more than 2,000', associateBatch(many(2001)), tooMany(2000)),
    ],
  },
  {
    route: `POST ${between}/batch/archive`,
    call: archiveBatch(['1']),
    status: 204,
    refusals: [
      ofNoObject(archiveBatch(['1'], 'rockets')),
      refused('400 limit', 'more than 2,000', archiveBatch(many(2001)), tooMany(2000)),
    ],
  },
  {
    route: `POST ${between}/batch/labels/archive`,
    call: archiveLabels(['1']),
    status: 204,
    refusals: [
      ofNoObject(archiveLabels(['1'], [plain], 'rockets')),
      refused(
        '400 request',
        'a type of another pair',
        archiveLabels(['1'], [ofAnotherPair]),
        invalidType,
      ),
      refused('400 limit', 'more than 2,000', archiveLabels(many(2001)), tooMany(2000)),
    ],
  },
  {
    route: `GET ${between}/labels`,
    call: listLabels('companies'),
    status: 200,
    shows: {
      results: expect.arrayContaining([
        expect.objectContaining({ category: 'USER_DEFINED', typeId: 1001, label: 'Buyer' }),
      ]),
    },
    refusals: [ofNoObject(listLabels('rockets'))],
  },
  {
    route: `POST ${between}/labels`,
    call: createLabel('Payer'),
    status: 200,
    shows: { results: [{ category: 'USER_DEFINED', label: 'Payer' }, {}] },
    refusals: [
      ofNoObject(createLabel('Payer', 'rockets')),
      refused(
        '400 request',
        'no label',
        ({ request }) =>
          request('POST', '/crm/v4/associations/contacts/companies/labels', { name: 'payer' }),
        notSet('label'),
      ),
      refused('409', 'a label that is taken', createLabel('Buyer'), /"Buyer" already exists/),
    ],
  },
  {
    route: `PUT ${between}/labels`,
    call: updateLabel(1001),
    status: 204,
    refusals: [
      ofNoObject(updateLabel(1001, 'rockets')),
      refused('400 request', 'a type of HubSpot itself', updateLabel(279), /279 can't be changed$/),
      refused('404', 'a type that is not there', updateLabel(9999), notFound),
    ],
  },
  {
    route: `DELETE ${between}/labels/:typeId`,
    call: removeLabel(1001),
    status: 204,
    refusals: [
      ofNoObject(removeLabel(1001, 'rockets')),
      refused('400 request', 'a type of HubSpot itself', removeLabel(279), /279 can't be changed$/),
      refused('404', 'a type that is not there', removeLabel(9999), notFound),
    ],
  },
  {
    route: 'GET /crm/v3/associations/:type/:to/types',
    call: listTypes('companies'),
    status: 200,
    shows: {
      results: expect.arrayContaining([expect.objectContaining({ name: 'contact_to_company' })]),
    },
    refusals: [ofNoObject(listTypes('rockets'))],
  },
]
