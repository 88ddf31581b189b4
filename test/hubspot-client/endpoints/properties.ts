/** The definitions of properties, and their groups. */
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js'
import { expect } from 'vitest'
import type { PortalState } from '../../../src/simulator/hubspot/state.ts'
import type { Call, Caller } from '../caller.ts'
import { type Endpoint, refused } from '../endpoint.ts'
import { notFound, notSet, ofNoObject, tooMany } from './messages.ts'

const properties = '/crm/v3/properties/:type'

const fresh = {
  name: 'fresh',
  label: 'Fresh',
  groupName: 'scores',
  type: PropertyCreateTypeEnum.Number,
  fieldType: PropertyCreateFieldTypeEnum.Number,
}

interface Other {
  readonly name?: string
  readonly groupName?: string
  readonly fieldType?: PropertyCreateFieldTypeEnum
  readonly hasUniqueValue?: boolean
}

const api = ({ client }: Caller) => client.crm.properties

const create =
  (more: Other = {}, object = 'contacts'): Call =>
  (caller) =>
    api(caller).coreApi.createWithHttpInfo(object, { ...fresh, ...more })

const createAll =
  (names: readonly string[], object = 'contacts'): Call =>
  (caller) =>
    api(caller).batchApi.createWithHttpInfo(object, {
      inputs: names.map((name) => ({ ...fresh, name })),
    })

const readAll =
  (names: readonly string[], object = 'contacts'): Call =>
  (caller) =>
    api(caller).batchApi.readWithHttpInfo(object, {
      archived: false,
      inputs: names.map((name) => ({ name })),
    })

const archiveAll =
  (names: readonly string[], object = 'contacts'): Call =>
  (caller) =>
    api(caller).batchApi.archiveWithHttpInfo(object, { inputs: names.map((name) => ({ name })) })

const update =
  (name: string, object = 'contacts'): Call =>
  (caller) =>
    api(caller).coreApi.updateWithHttpInfo(object, name, { label: 'Points' })

const updateGroup =
  (name: string, object = 'contacts'): Call =>
  (caller) =>
    api(caller).groupsApi.updateWithHttpInfo(object, name, { label: 'Points' })

const list =
  (object: string): Call =>
  (caller) =>
    api(caller).coreApi.getAllWithHttpInfo(object)

const read =
  (name: string, object = 'contacts'): Call =>
  (caller) =>
    api(caller).coreApi.getByNameWithHttpInfo(object, name)

const archive =
  (name: string, object = 'contacts'): Call =>
  (caller) =>
    api(caller).coreApi.archiveWithHttpInfo(object, name)

const listGroups =
  (object: string): Call =>
  (caller) =>
    api(caller).groupsApi.getAllWithHttpInfo(object)

const readGroup =
  (name: string, object = 'contacts'): Call =>
  (caller) =>
    api(caller).groupsApi.getByNameWithHttpInfo(object, name)

const createGroup =
  (name: string, object = 'contacts'): Call =>
  (caller) =>
    api(caller).groupsApi.createWithHttpInfo(object, { name, label: 'More', displayOrder: 2 })

const archiveGroup =
  (name: string, object = 'contacts'): Call =>
  (caller) =>
    api(caller).groupsApi.archiveWithHttpInfo(object, name)

const names = (count: number) => Array.from({ length: count }, (_, at) => `fresh_${at}`)

/** With `key`, as many as an object may have. */
const tenUnique: Partial<PortalState> = {
  properties: {
    contacts: Array.from({ length: 9 }, (_, at) => ({
      name: `unique_${at}`,
      type: 'string' as const,
      fieldType: 'text',
      hasUniqueValue: true,
    })),
  },
}

const known = /^A property named 'score' already exists\.$/

export const propertyEndpoints: readonly Endpoint[] = [
  {
    route: `GET ${properties}`,
    call: list('contacts'),
    status: 200,
    shows: {
      results: expect.arrayContaining([
        expect.objectContaining({ name: 'email', hubspotDefined: true }),
        expect.objectContaining({ name: 'score', type: 'number' }),
      ]),
    },
    refusals: [ofNoObject(list('rockets'))],
  },
  {
    route: `POST ${properties}`,
    call: create(),
    status: 201,
    shows: { name: 'fresh', label: 'Fresh', createdAt: expect.any(Date) },
    refusals: [
      ofNoObject(create({}, 'rockets')),
      refused('400 request', 'a name in capitals', create({ name: 'Bad' }), /must match/),
      refused(
        '400 request',
        'a group that is not there',
        create({ groupName: 'no' }),
        /"no" does not exist/,
      ),
      refused(
        '400 request',
        'a type and an input that do not go together',
        create({ fieldType: PropertyCreateFieldTypeEnum.Select }),
        /^The field type select is not valid for properties of type number$/,
      ),
      refused(
        '400 limit',
        'more than 10 that are unique',
        create({ hasUniqueValue: true }),
        /^At most 10 unique properties/,
        { given: tenUnique },
      ),
      refused('409', 'a name that is taken', create({ name: 'score' }), known),
    ],
  },
  {
    route: `GET ${properties}/groups`,
    call: listGroups('contacts'),
    status: 200,
    shows: { results: [{}, { name: 'scores', label: 'Scores' }] },
    refusals: [ofNoObject(listGroups('rockets'))],
  },
  {
    route: `POST ${properties}/groups`,
    call: createGroup('more'),
    status: 201,
    shows: { name: 'more', label: 'More' },
    refusals: [
      ofNoObject(createGroup('more', 'rockets')),
      refused(
        '400 request',
        'no label',
        ({ request }) => request('POST', '/crm/v3/properties/contacts/groups', { name: 'more' }),
        notSet('label'),
      ),
      refused('409', 'a name that is taken', createGroup('scores'), /'scores' already exists\.$/),
    ],
  },
  {
    route: `GET ${properties}/groups/:name`,
    call: readGroup('scores'),
    status: 200,
    shows: { name: 'scores', label: 'Scores', archived: false },
    refusals: [
      ofNoObject(readGroup('scores', 'rockets')),
      refused('404', 'a group that is not there', readGroup('no'), notFound),
    ],
  },
  {
    route: `PATCH ${properties}/groups/:name`,
    call: updateGroup('scores'),
    status: 200,
    shows: { name: 'scores', label: 'Points' },
    refusals: [
      ofNoObject(updateGroup('scores', 'rockets')),
      refused('404', 'a group that is not there', updateGroup('no'), notFound),
    ],
  },
  {
    route: `DELETE ${properties}/groups/:name`,
    call: archiveGroup('scores'),
    status: 204,
    refusals: [
      ofNoObject(archiveGroup('scores', 'rockets')),
      refused('404', 'a group that is not there', archiveGroup('no'), notFound),
    ],
  },
  {
    route: `POST ${properties}/batch/create`,
    call: createAll(names(2)),
    status: 201,
    shows: { status: 'COMPLETE', results: [{ label: 'Fresh' }, { label: 'Fresh' }] },
    refusals: [
      ofNoObject(createAll(names(1), 'rockets')),
      refused('400 limit', 'more than 100', createAll(names(101)), tooMany(100)),
      refused('409', 'a name that is taken', createAll(['fresh', 'score']), known),
    ],
  },
  {
    route: `POST ${properties}/batch/read`,
    call: readAll(['score']),
    status: 200,
    shows: { status: 'COMPLETE', results: [{ name: 'score' }] },
    refusals: [
      refused(
        '207',
        'a name that is not there',
        readAll(['score', 'no']),
        /^Could not get some CONTACT/,
        {
          body: {
            results: [{ name: 'score' }],
            numErrors: 1,
            errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['no'] } }],
          },
        },
      ),
      ofNoObject(readAll(['score'], 'rockets')),
      refused('400 limit', 'more than 100', readAll(names(101)), tooMany(100)),
    ],
  },
  {
    route: `POST ${properties}/batch/archive`,
    call: archiveAll(['score', 'no']),
    status: 204,
    refusals: [
      ofNoObject(archiveAll(['score'], 'rockets')),
      refused('400 limit', 'more than 100', archiveAll(names(101)), tooMany(100)),
    ],
  },
  {
    route: `GET ${properties}/:name`,
    call: read('score'),
    status: 200,
    shows: { name: 'score', type: 'number', fieldType: 'number' },
    refusals: [
      ofNoObject(read('score', 'rockets')),
      refused('404', 'a name that is not there', read('no'), notFound),
    ],
  },
  {
    route: `PATCH ${properties}/:name`,
    call: update('score'),
    status: 200,
    shows: { name: 'score', label: 'Points' },
    refusals: [
      ofNoObject(update('score', 'rockets')),
      refused('404', 'a name that is not there', update('no'), notFound),
    ],
  },
  {
    route: `DELETE ${properties}/:name`,
    call: archive('score'),
    status: 204,
    refusals: [
      ofNoObject(archive('score', 'rockets')),
      refused(
        '400 request',
        'a property of HubSpot itself',
        archive('email'),
        /can't be archived$/,
      ),
      refused('404', 'a name that is not there', archive('no'), notFound),
    ],
  },
]
