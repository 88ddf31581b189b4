/** The schemas of custom objects: at the address that the client calls, and at the documented one. */
import { ObjectTypePropertyCreateTypeEnum } from '@hubspot/api-client/lib/codegen/crm/schemas/models/ObjectTypePropertyCreate.js'
import { expect } from 'vitest'
import type { Call, Caller } from '../caller.ts'
import { type Endpoint, refused } from '../endpoint.ts'
import { notFound, ofNoObject } from './messages.ts'

/** One way to say what a schema endpoint is asked. */
interface Ways {
  readonly base: string
  readonly list: Call
  readonly create: (name: string) => Call
  readonly read: (object: string) => Call
  readonly update: (object: string) => Call
  readonly archive: (object: string) => Call
  readonly associate: (to: string) => Call
}

const api = ({ client }: Caller) => client.crm.schemas.coreApi

function schema(name: string) {
  return {
    name,
    labels: { singular: 'Bike', plural: 'Bikes' },
    requiredProperties: ['frame'],
    searchableProperties: ['frame'],
    primaryDisplayProperty: 'frame',
    associatedObjects: ['CONTACT'],
    properties: [
      {
        name: 'frame',
        label: 'Frame',
        type: ObjectTypePropertyCreateTypeEnum.String,
        fieldType: 'text',
      },
    ],
  }
}

const labels = { singular: 'Auto', plural: 'Autos' }

const byMethods: Ways = {
  base: '/crm-object-schemas/v3/schemas',
  list: (caller) => api(caller).getAllWithHttpInfo(),
  create: (name) => (caller) => api(caller).createWithHttpInfo(schema(name)),
  read: (object) => (caller) => api(caller).getByIdWithHttpInfo(object),
  update: (object) => (caller) =>
    api(caller).updateWithHttpInfo(object, { labels, clearDescription: false }),
  archive: (object) => (caller) => api(caller).archiveWithHttpInfo(object),
  associate: (toObjectTypeId) => (caller) =>
    api(caller).createAssociationWithHttpInfo('car', { fromObjectTypeId: 'car', toObjectTypeId }),
}

const path = '/crm/v3/schemas'

const byRequests: Ways = {
  base: path,
  list: ({ request }) => request('GET', path),
  create: (name) => (caller) => caller.request('POST', path, schema(name)),
  read: (object) => (caller) => caller.request('GET', `${path}/${object}`),
  update: (object) => (caller) => caller.request('PATCH', `${path}/${object}`, { labels }),
  archive: (object) => (caller) => caller.request('DELETE', `${path}/${object}`),
  associate: (toObjectTypeId) => (caller) =>
    caller.request('POST', `${path}/car/associations`, { fromObjectTypeId: 'car', toObjectTypeId }),
}

export const schemaEndpoints: readonly Endpoint[] = [byMethods, byRequests].flatMap(endpointsOf)

function endpointsOf(ways: Ways): readonly Endpoint[] {
  const { base, list, create, read, update, archive, associate } = ways
  return [
    {
      route: `GET ${base}`,
      call: list,
      status: 200,
      shows: { results: [{ name: 'car' }, { name: 'van' }] },
    },
    {
      route: `POST ${base}`,
      call: create('bike'),
      status: 201,
      shows: { fullyQualifiedName: 'p62515_bike' },
      refusals: [
        refused(
          '400 request',
          'a name with a blank',
          create('a bike'),
          /^Invalid object name: a bike$/,
        ),
        refused(
          '409',
          'a name that is taken',
          create('car'),
          /^An object named car already exists\.$/,
        ),
      ],
    },
    {
      route: `GET ${base}/:type`,
      call: read('car'),
      status: 200,
      shows: {
        objectTypeId: '2-1',
        properties: expect.arrayContaining([expect.objectContaining({ name: 'hs_object_id' })]),
      },
      refusals: [refused('404', 'an object that is not there', read('rockets'), notFound)],
    },
    {
      route: `PATCH ${base}/:type`,
      call: update('car'),
      status: 200,
      shows: { labels },
      refusals: [
        refused(
          '400 request',
          'an object of HubSpot itself',
          update('contacts'),
          /^Only custom objects/,
        ),
        refused('404', 'an object that is not there', update('rockets'), notFound),
      ],
    },
    {
      route: `DELETE ${base}/:type`,
      call: archive('van'),
      status: 204,
      refusals: [
        refused(
          '400 request',
          'an object with records',
          archive('car'),
          /^The object car still has records$/,
        ),
        refused(
          '400 request',
          'an object of HubSpot itself',
          archive('contacts'),
          /^Only custom objects/,
        ),
        refused('404', 'an object that is not there', archive('rockets'), notFound),
      ],
    },
    {
      route: `POST ${base}/:type/associations`,
      call: associate('contacts'),
      status: 201,
      shows: { fromObjectTypeId: '2-1', toObjectTypeId: '0-1' },
      refusals: [ofNoObject(associate('rockets'))],
    },
  ]
}
