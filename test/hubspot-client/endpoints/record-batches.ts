/** Records by the batch. */
import type { SimplePublicObjectBatchInput } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectBatchInput.js'
import type { SimplePublicObjectBatchInputForCreate } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectBatchInputForCreate.js'
import type { SimplePublicObjectBatchInputUpsert } from '@hubspot/api-client/lib/codegen/crm/objects/models/SimplePublicObjectBatchInputUpsert.js'
import { expect } from 'vitest'
import type { Call } from '../caller.ts'
import { type Endpoint, refused } from '../endpoint.ts'
import { notUnique, ofNoObject, propertyRefusals, taken, tooMany } from './messages.ts'

const batch = '/crm/v3/objects/:type/batch'

interface ReadMore {
  readonly idProperty?: string
  readonly history?: string[]
  readonly object?: string
}

const read =
  (
    ids: readonly string[],
    { idProperty, history = [], object = 'contacts' }: ReadMore = {},
  ): Call =>
  ({ client }) =>
    client.crm.objects.batchApi.readWithHttpInfo(object, {
      inputs: ids.map((id) => ({ id })),
      properties: ['key'],
      propertiesWithHistory: history,
      ...(idProperty === undefined ? {} : { idProperty }),
    })

type Created = Partial<SimplePublicObjectBatchInputForCreate>

const create =
  (inputs: readonly Created[], object = 'contacts'): Call =>
  ({ client }) =>
    client.crm.objects.batchApi.createWithHttpInfo(object, {
      inputs: inputs.map((input) => ({ properties: {}, associations: [], ...input })),
    })

type Updated = Partial<SimplePublicObjectBatchInput>

const update =
  (inputs: readonly Updated[], object = 'contacts'): Call =>
  ({ client }) =>
    client.crm.objects.batchApi.updateWithHttpInfo(object, {
      inputs: inputs.map((input) => ({ id: '1', properties: {}, ...input })),
    })

type Upserted = Partial<SimplePublicObjectBatchInputUpsert>

const upsert =
  (inputs: readonly Upserted[], object = 'contacts'): Call =>
  ({ client }) =>
    client.crm.objects.batchApi.upsertWithHttpInfo(object, {
      inputs: inputs.map((input) => ({ id: 'k1', idProperty: 'key', properties: {}, ...input })),
    })

const archive =
  (ids: readonly string[], object = 'contacts'): Call =>
  ({ client }) =>
    client.crm.objects.batchApi.archiveWithHttpInfo(object, { inputs: ids.map((id) => ({ id })) })

const ids = (count: number) => Array.from({ length: count }, (_, at) => `${9000 + at}`)
const inputs = (count: number) => ids(count).map((id) => ({ id }))

const missing = /^Could not get some CONTACT objects, they may be deleted or not exist\./
const twice = /^Duplicate IDs found in batch input$/
const empty = /^Invalid input JSON: inputs must not be empty$/

/** One input that is right beside one that isn't; each with a trace id, so that one is written. */
function partly<Input extends object>(right: Input, wrong: Input) {
  return [
    { ...right, objectWriteTraceId: 'right' },
    { ...wrong, objectWriteTraceId: 'wrong' },
  ]
}
const onlyRight = { results: [{ objectWriteTraceId: 'right' }], numErrors: 1 }
const ofWrong = (category: string, context: object = {}) => ({
  ...onlyRight,
  errors: [{ category, context: { ...context, objectWriteTraceId: ['wrong'] } }],
})
const doesNotExist = /^Property values were not valid: .*"error":"PROPERTY_DOESNT_EXIST"/

export const recordBatchEndpoints: readonly Endpoint[] = [
  {
    route: `POST ${batch}/read`,
    call: read(['k1'], { idProperty: 'key' }),
    status: 200,
    shows: { status: 'COMPLETE', results: [{ id: '1', properties: { key: 'k1' } }] },
    refusals: [
      refused('207', 'an id that is not there', read(['1', '999']), missing, {
        body: {
          results: [{ id: '1' }],
          numErrors: 1,
          errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['999'] } }],
        },
      }),
      ofNoObject(read(['1'], { object: 'rockets' })),
      refused('400 request', 'no inputs', read([]), empty),
      refused(
        '400 key',
        'a property that is not unique',
        read(['7'], { idProperty: 'phone' }),
        notUnique('0-1', 'phone'),
      ),
      refused('400 limit', 'more than 100', read(ids(101)), tooMany(100)),
      refused(
        '400 limit',
        'more than 50 with history',
        read(ids(51), { history: ['email'] }),
        tooMany(50),
      ),
    ],
  },
  {
    route: `POST ${batch}/create`,
    call: create([{ properties: { email: 'x@x.com' }, objectWriteTraceId: 't' }]),
    status: 201,
    shows: {
      status: 'COMPLETE',
      results: [{ properties: { email: 'x@x.com' }, objectWriteTraceId: 't' }],
      startedAt: expect.any(Date),
      completedAt: expect.any(Date),
    },
    refusals: [
      refused(
        '207',
        'a property that does not exist',
        create(partly({ properties: { email: 'x@x.com' } }, { properties: { nope: '1' } })),
        doesNotExist,
        { body: ofWrong('VALIDATION_ERROR') },
      ),
      refused(
        '207',
        'an address that another has',
        create(partly({ properties: { email: 'x@x.com' } }, { properties: { email: 'b@x.com' } })),
        taken,
        { body: ofWrong('CONFLICT') },
      ),
      ofNoObject(create([{}], 'rockets')),
      refused('400 request', 'no inputs', create([]), empty),
      ...propertyRefusals((properties) => create([{ properties }])),
      refused('400 limit', 'more than 100', create(inputs(101).map(() => ({}))), tooMany(100)),
      refused(
        '409',
        'an address that another has',
        create([{ properties: { email: 'b@x.com' } }]),
        taken,
      ),
    ],
  },
  {
    route: `POST ${batch}/update`,
    call: update([{ id: 'k1', idProperty: 'key', properties: { city: 'Rome' } }]),
    status: 200,
    shows: { status: 'COMPLETE', results: [{ id: '1', properties: { city: 'Rome' } }] },
    refusals: [
      refused(
        '207',
        'an id that is not there',
        update(partly({ id: '1' }, { id: '999' })),
        missing,
        { body: ofWrong('OBJECT_NOT_FOUND', { ids: ['999'] }) },
      ),
      refused(
        '207',
        'a property that does not exist',
        update(partly<Updated>({ id: '1' }, { id: '2', properties: { nope: '1' } })),
        doesNotExist,
        { body: ofWrong('VALIDATION_ERROR') },
      ),
      ofNoObject(update([{}], 'rockets')),
      refused('400 request', 'no inputs', update([]), empty),
      ...propertyRefusals((properties) => update([{ properties }])),
      ...['hs_object_id', 'email'].map((idProperty) =>
        refused('400 key', idProperty, update([{ idProperty }]), notUnique('0-1', idProperty)),
      ),
      refused('400 twice', 'an id twice', update([{}, {}]), twice, {
        body: { context: { ids: ['1'] } },
      }),
      refused('400 limit', 'more than 100', update(inputs(101)), tooMany(100)),
      refused(
        '409',
        'an address that another has',
        update([{ properties: { email: 'b@x.com' } }]),
        taken,
      ),
    ],
  },
  {
    route: `POST ${batch}/upsert`,
    call: upsert([{ id: 'k1', properties: { city: 'Oslo' } }]),
    status: 200,
    shows: {
      status: 'COMPLETE',
      results: [{ id: '1', _new: false, properties: { city: 'Oslo' } }],
    },
    refusals: [
      refused(
        '207',
        'a property that does not exist',
        upsert(partly<Upserted>({ id: 'k9' }, { id: 'k8', properties: { nope: '1' } })),
        doesNotExist,
        { body: { ...ofWrong('VALIDATION_ERROR'), results: [{ _new: true }] } },
      ),
      ofNoObject(upsert([{}], 'rockets')),
      refused('400 request', 'no inputs', upsert([]), empty),
      refused(
        '400 request',
        'no property to find it by',
        ({ client }) =>
          client.crm.objects.batchApi.upsertWithHttpInfo('contacts', {
            inputs: [{ id: 'k1', properties: {} }],
          }),
        /idProperty is required for an upsert$/,
      ),
      ...propertyRefusals((properties) => upsert([{ properties }])),
      refused(
        '400 key',
        'hs_object_id',
        upsert([{ id: '1', idProperty: 'hs_object_id' }]),
        notUnique('0-1', 'hs_object_id'),
      ),
      refused(
        '400 key',
        'the domain of a company',
        upsert([{ id: 'x.com', idProperty: 'domain' }], 'companies'),
        notUnique('0-2', 'domain'),
      ),
      refused('400 twice', 'a value twice', upsert([{}, {}]), twice),
      refused('400 limit', 'more than 100', upsert(inputs(101)), tooMany(100)),
      refused(
        '409',
        'an address that another has',
        upsert([{ properties: { email: 'b@x.com' } }]),
        taken,
      ),
    ],
  },
  {
    route: `POST ${batch}/archive`,
    call: archive(['1', '999']),
    status: 204,
    refusals: [
      ofNoObject(archive(['1'], 'rockets')),
      refused('400 request', 'no inputs', archive([]), empty),
      refused('400 limit', 'more than 100', archive(ids(101)), tooMany(100)),
    ],
  },
]
