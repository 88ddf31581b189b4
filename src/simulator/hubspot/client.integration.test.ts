import { Client } from '@hubspot/api-client'
import { AssociationSpecAssociationCategoryEnum } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpec.js'
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/contacts/models/Filter.js'
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js'
import { ObjectTypePropertyCreateTypeEnum } from '@hubspot/api-client/lib/codegen/crm/schemas/models/ObjectTypePropertyCreate.js'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tierLimits } from './request/rate-limits.ts'
import { serveHubSpot } from './serve.ts'
import type { HubSpotServer } from './serve.ts'

let server: HubSpotServer
let client: Client

function clientFor(accessToken: string): Client {
  return new Client({
    accessToken,
    basePath: server.url,
    numberOfApiCallRetries: 0,
    limiterOptions: { minTime: 0, maxConcurrent: 50 },
  })
}

beforeEach(async () => {
  server = await serveHubSpot({
    port: 0,
    limits: { ...tierLimits.enterprise, search: null, burst: null },
    state: {
      properties: {
        contacts: [{ name: 'key', type: 'string', fieldType: 'text', hasUniqueValue: true }],
      },
      owners: [
        { id: '1', email: 'ann@x.com', firstName: 'Ann' },
        { id: '2', email: 'bob@x.com' },
      ],
      apps: [{ clientId: 'app', clientSecret: 'secret', appId: 5, scopes: ['oauth'] }],
      refreshTokens: [{ token: 'refresh-1', clientId: 'app', userId: 9 }],
      privateApps: [{ token: 'pat-nothing', name: 'nothing', scopes: [] }],
    },
  })
  client = clientFor('pat-local')
})

afterEach(() => server.close())

/** Status and body of a refused call, as the client throws it. */
async function refusal(call: Promise<unknown>): Promise<{ code: number; body: unknown }> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'body' in error) {
      return { code: Number(error.code), body: error.body }
    }
    throw error
  }
  throw new Error('the call was not refused')
}

async function contact(properties: Record<string, string>): Promise<string> {
  return (await client.crm.contacts.basicApi.create({ properties, associations: [] })).id
}

const plainSpec = {
  associationCategory: AssociationSpecAssociationCategoryEnum.HubspotDefined,
  associationTypeId: 279,
}

describe('objects through the official client', () => {
  it('creates, reads, updates and archives one record', async () => {
    const { basicApi } = client.crm.contacts
    const id = await contact({ email: 'a@x.com' })
    const read = await basicApi.getById(id, ['phone'])
    expect(read.createdAt).toBeInstanceOf(Date)
    expect(read.properties).toMatchObject({ email: 'a@x.com', phone: null })
    const updated = await basicApi.update(id, { properties: { phone: '1' } })
    expect(updated.properties['phone']).toBe('1')
    await basicApi.archive(id)
    expect(await refusal(basicApi.getById(id))).toMatchObject({
      code: 404,
      body: { message: 'resource not found', category: 'OBJECT_NOT_FOUND' },
    })
  })

  it('throws the documented bodies of 400, 401, 403, 404 and 409', async () => {
    const { basicApi } = client.crm.contacts
    const id = await contact({ email: 'a@x.com' })
    const create = (properties: Record<string, string>) =>
      refusal(basicApi.create({ properties, associations: [] }))
    expect(await create({ nope: '1' })).toMatchObject({
      code: 400,
      body: {
        category: 'VALIDATION_ERROR',
        message: expect.stringContaining('PROPERTY_DOESNT_EXIST'),
      },
    })
    expect(await create({ email: 'a@x.com' })).toMatchObject({
      code: 409,
      body: { category: 'CONFLICT', message: `Contact already exists. Existing ID: ${id}` },
    })
    expect(await refusal(clientFor('pat-wrong').crm.contacts.basicApi.getPage())).toMatchObject({
      code: 401,
      body: { category: 'INVALID_AUTHENTICATION' },
    })
    expect(await refusal(clientFor('pat-nothing').crm.contacts.basicApi.getPage())).toMatchObject({
      code: 403,
      body: { category: 'MISSING_SCOPES' },
    })
    expect(await refusal(basicApi.update('999', { properties: { phone: '1' } }))).toMatchObject({
      code: 404,
    })
    expect(await refusal(client.crm.objects.basicApi.getPage('rockets'))).toMatchObject({
      code: 400,
    })
  })

  it('pages through a list to its end', async () => {
    for (const name of ['a', 'b', 'c']) await contact({ email: `${name}@x.com` })
    const first = await client.crm.contacts.basicApi.getPage(2, undefined, ['email', 'phone'])
    expect(first.results).toHaveLength(2)
    const link = new URL(first.paging?.next?.link ?? '')
    expect(link.origin).toBe(server.url)
    const last = await client.crm.contacts.basicApi.getPage(2, first.paging?.next?.after)
    expect([last.results.length, last.paging]).toEqual([1, undefined])
    expect(await client.crm.contacts.getAll(2)).toHaveLength(3)
    expect(await refusal(client.crm.contacts.basicApi.getPage(101))).toMatchObject({ code: 400 })
  })

  it('creates by the batch: all, some, none', async () => {
    const { batchApi } = client.crm.contacts
    const input = (email: string, objectWriteTraceId: string, more = {}) => ({
      properties: { email, ...more },
      objectWriteTraceId,
      associations: [],
    })
    const all = await batchApi.create({ inputs: [input('a@x.com', '1'), input('b@x.com', '2')] })
    expect(all.results).toHaveLength(2)
    const some = await batchApi.create({
      inputs: [input('c@x.com', '1'), input('a@x.com', '2')],
    })
    expect(some).toMatchObject({
      results: [{ objectWriteTraceId: '1' }],
      numErrors: 1,
      errors: [{ category: 'CONFLICT', context: { objectWriteTraceId: ['2'] } }],
    })
    const none = refusal(
      batchApi.create({ inputs: [{ properties: { nope: '1' }, associations: [] }] }),
    )
    expect(await none).toMatchObject({ code: 400, body: { category: 'VALIDATION_ERROR' } })
  })

  it('reads, updates, upserts and archives by the batch', async () => {
    const { batchApi } = client.crm.objects
    const id = await contact({ email: 'a@x.com', key: 'k1' })
    const read = await batchApi.read('contacts', {
      inputs: [{ id: 'k1' }, { id: 'k9' }],
      idProperty: 'key',
      properties: ['key'],
      propertiesWithHistory: [],
    })
    expect(read).toMatchObject({ results: [{ id }], errors: [{ context: { ids: ['k9'] } }] })
    const updated = await batchApi.update('contacts', {
      inputs: [
        { id, properties: { city: 'Rome' }, objectWriteTraceId: '1' },
        { id: '999', properties: { city: 'Rome' }, objectWriteTraceId: '2' },
      ],
    })
    expect(updated).toMatchObject({
      results: [{ id, properties: { city: 'Rome' } }],
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { objectWriteTraceId: ['2'] } }],
    })
    const upserted = await batchApi.upsert('contacts', {
      inputs: [
        { id: 'k1', idProperty: 'key', properties: { city: 'Oslo' } },
        { id: 'k2', idProperty: 'key', properties: { city: 'Oslo' } },
      ],
    })
    expect(upserted.results).toContainEqual(expect.objectContaining({ id, _new: false }))
    expect(upserted.results).toContainEqual(expect.objectContaining({ _new: true }))
    const byEmail = { inputs: [{ id: 'a@x.com', idProperty: 'email', properties: {} }] }
    expect(await refusal(batchApi.update('contacts', byEmail))).toMatchObject({
      code: 400,
      body: { message: expect.stringContaining('non-unique 0-1 property email') },
    })
    await batchApi.archive('contacts', { inputs: [{ id }] })
    const left = await client.crm.contacts.basicApi.getPage()
    expect(left.results.map((one) => one.properties['key'])).toEqual([undefined])
  })

  it('searches, and is stopped at 10,000', async () => {
    const id = await contact({ email: 'a@x.com' })
    await contact({ email: 'b@x.com' })
    const { searchApi } = client.crm.contacts
    const filters = [{ propertyName: 'email', operator: FilterOperatorEnum.Eq, value: 'a@x.com' }]
    const found = await searchApi.doSearch({
      filterGroups: [{ filters }],
      properties: ['email'],
      limit: 10,
      after: '0',
      sorts: [],
    })
    expect(found).toMatchObject({ total: 1, results: [{ id }] })
    const first = await searchApi.doSearch({ limit: 1 })
    expect(first.paging?.next?.after).toBe('1')
    const last = await searchApi.doSearch({ limit: 1, after: '1' })
    expect(last.paging).toBe(undefined)
    expect(await refusal(searchApi.doSearch({ limit: 10, after: '10000' }))).toMatchObject({
      code: 400,
    })
  })

  it('merges and erases contacts', async () => {
    const primaryObjectId = await contact({ email: 'a@x.com' })
    const objectIdToMerge = await contact({ email: 'b@x.com' })
    const merged = await client.apiRequest({
      method: 'POST',
      path: '/crm/v3/objects/contacts/merge',
      body: { primaryObjectId, objectIdToMerge },
    })
    expect(merged.status).toBe(200)
    const read = await client.crm.contacts.basicApi.getById(objectIdToMerge)
    expect(read.id).toBe(primaryObjectId)
    const erased = await client.apiRequest({
      method: 'POST',
      path: '/crm/v3/objects/contacts/gdpr-delete',
      body: { objectId: primaryObjectId },
    })
    expect(erased.status).toBe(204)
    expect(await refusal(client.crm.contacts.basicApi.getById(primaryObjectId))).toMatchObject({
      code: 404,
    })
  })
})

describe('the portal through the official client', () => {
  it('lists, creates, changes and archives properties and groups', async () => {
    const { coreApi, batchApi, groupsApi } = client.crm.properties
    const property = {
      name: 'score',
      label: 'Score',
      groupName: 'scores',
      type: PropertyCreateTypeEnum.Number,
      fieldType: PropertyCreateFieldTypeEnum.Number,
    }
    await groupsApi.create('contacts', { name: 'scores', label: 'Scores', displayOrder: 1 })
    expect((await groupsApi.getByName('contacts', 'scores')).label).toBe('Scores')
    await groupsApi.update('contacts', 'scores', { label: 'Points' })
    expect((await groupsApi.getAll('contacts')).results).toMatchObject([{}, { label: 'Points' }])
    const created = await coreApi.create('contacts', property)
    expect(created).toMatchObject({ name: 'score', createdAt: expect.any(Date) })
    expect(await refusal(coreApi.create('contacts', property))).toMatchObject({ code: 409 })
    expect(await refusal(coreApi.create('contacts', { ...property, name: 'Bad' }))).toMatchObject({
      code: 400,
    })
    expect((await coreApi.update('contacts', 'score', { label: 'Points' })).label).toBe('Points')
    expect((await coreApi.getByName('contacts', 'score')).label).toBe('Points')
    expect(await refusal(coreApi.getByName('contacts', 'nope'))).toMatchObject({ code: 404 })
    await batchApi.create('contacts', { inputs: [{ ...property, name: 'other' }] })
    const read = await batchApi.read('contacts', { archived: false, inputs: [{ name: 'other' }] })
    expect(read.results).toMatchObject([{ name: 'other' }])
    await batchApi.archive('contacts', { inputs: [{ name: 'other' }] })
    await coreApi.archive('contacts', 'score')
    await groupsApi.archive('contacts', 'scores')
    const names = (await coreApi.getAll('contacts')).results.map(({ name }) => name)
    expect(names).toContain('email')
    expect(names).not.toContain('score')
  })

  it('defines custom objects', async () => {
    const { coreApi } = client.crm.schemas
    const created = await coreApi.create({
      name: 'cars',
      labels: { singular: 'Car', plural: 'Cars' },
      requiredProperties: ['vin'],
      searchableProperties: ['vin'],
      primaryDisplayProperty: 'vin',
      associatedObjects: ['CONTACT'],
      properties: [
        {
          name: 'vin',
          label: 'VIN',
          type: ObjectTypePropertyCreateTypeEnum.String,
          fieldType: 'text',
        },
      ],
    })
    expect(created.fullyQualifiedName).toBe('p62515_cars')
    expect((await coreApi.getAll()).results).toHaveLength(1)
    expect((await coreApi.getById('cars')).properties.map(({ name }) => name)).toContain('vin')
    const renamed = await coreApi.update('cars', {
      labels: { singular: 'Auto', plural: 'Autos' },
      clearDescription: false,
    })
    expect(renamed.labels.plural).toBe('Autos')
    const record = await client.crm.objects.basicApi.create(created.objectTypeId ?? '', {
      properties: { vin: '1' },
      associations: [],
    })
    expect(record.properties['vin']).toBe('1')
    expect(await refusal(coreApi.archive('cars'))).toMatchObject({ code: 400 })
    await client.crm.objects.basicApi.archive('cars', record.id)
    await coreApi.archive('cars')
    expect(await refusal(coreApi.getById('cars'))).toMatchObject({ code: 404 })
  })

  it('lists owners to the end, and one of them', async () => {
    const { ownersApi } = client.crm.owners
    const first = await ownersApi.getPage(undefined, undefined, 1)
    expect(first.results).toMatchObject([{ id: '1', email: 'ann@x.com' }])
    const last = await ownersApi.getPage(undefined, first.paging?.next?.after, 1)
    expect([last.results.map(({ id }) => id), last.paging]).toEqual([['2'], undefined])
    expect((await ownersApi.getById(1)).firstName).toBe('Ann')
    expect(await refusal(ownersApi.getById(99))).toMatchObject({ code: 404 })
  })

  it('lists and changes pipelines and stages', async () => {
    const { pipelinesApi, pipelineStagesApi } = client.crm.pipelines
    expect((await pipelinesApi.getAll('deals')).results).toMatchObject([{ id: 'default' }])
    const stage = { label: 'Open', displayOrder: 0, metadata: { probability: '0.5' } }
    const made = await pipelinesApi.create('deals', {
      label: 'New',
      displayOrder: 1,
      stages: [stage],
    })
    const added = await pipelineStagesApi.create('deals', made.id, { ...stage, label: 'Won' })
    await pipelineStagesApi.update('deals', made.id, added.id, {
      label: 'Won!',
      metadata: { probability: '1.0' },
    })
    expect((await pipelineStagesApi.getById('deals', made.id, added.id)).label).toBe('Won!')
    expect((await pipelineStagesApi.getAll('deals', made.id)).results).toHaveLength(2)
    await pipelinesApi.update('deals', made.id, { label: 'Newer' })
    expect((await pipelinesApi.getById('deals', made.id)).label).toBe('Newer')
    await pipelineStagesApi.archive('deals', made.id, added.id)
    await pipelinesApi.archive('deals', made.id)
    expect(await refusal(pipelinesApi.getById('deals', made.id))).toMatchObject({ code: 404 })
  })

  it('associates one pair and pages through the targets', async () => {
    const { basicApi } = client.crm.associations.v4
    const from = await contact({ email: 'a@x.com' })
    const targets: string[] = []
    for (const name of ['A', 'B']) {
      const properties = { name }
      targets.push(
        (await client.crm.companies.basicApi.create({ properties, associations: [] })).id,
      )
    }
    const [a = '', b = ''] = targets
    const made = await basicApi.createDefault('contacts', from, 'companies', a)
    expect(made.results).toContainEqual(expect.objectContaining({ to: { id: a } }))
    const labelled = await basicApi.create('contacts', from, 'companies', b, [plainSpec])
    expect(labelled).toMatchObject({ fromObjectId: from, toObjectId: b, labels: [] })
    const first = await basicApi.getPage('contacts', from, 'companies', undefined, 1)
    expect(first.results).toMatchObject([{ toObjectId: Number(a) }])
    const last = await basicApi.getPage('contacts', from, 'companies', first.paging?.next?.after, 1)
    expect([last.results.length, last.paging]).toEqual([1, undefined])
    await basicApi.archive('contacts', from, 'companies', a)
    expect((await basicApi.getPage('contacts', from, 'companies')).results).toHaveLength(1)
    expect(await refusal(basicApi.createDefault('contacts', from, 'companies', '9'))).toMatchObject(
      {
        code: 404,
      },
    )
  })

  it('associates by the batch and manages labels', async () => {
    const { batchApi, schema } = client.crm.associations.v4
    const from = await contact({ email: 'a@x.com' })
    const to = (
      await client.crm.companies.basicApi.create({ properties: { name: 'A' }, associations: [] })
    ).id
    const pair = { _from: { id: from }, to: { id: to } }
    await batchApi.createDefault('contacts', 'companies', { inputs: [pair] })
    const labelled = await batchApi.create('contacts', 'companies', {
      inputs: [{ ...pair, types: [{ ...plainSpec, associationTypeId: 1 }] }],
    })
    expect(labelled.results).toMatchObject([{ labels: ['Primary'] }])
    const read = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: from }] })
    expect(read.results).toMatchObject([{ _from: { id: from }, to: [{ toObjectId: Number(to) }] }])
    await batchApi.archiveLabels('contacts', 'companies', {
      inputs: [{ ...pair, types: [{ ...plainSpec, associationTypeId: 1 }] }],
    })
    await batchApi.archive('contacts', 'companies', {
      inputs: [{ _from: { id: from }, to: [{ id: to }] }],
    })
    const gone = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: from }] })
    expect(gone).toMatchObject({ results: [], numErrors: 1 })
    const { definitionsApi } = schema
    const made = await definitionsApi.create('contacts', 'companies', {
      label: 'Buyer',
      name: 'buyer',
    })
    const associationTypeId = made.results[0]?.typeId ?? 0
    await definitionsApi.update('contacts', 'companies', { associationTypeId, label: 'Client' })
    const labels = (await definitionsApi.getAll('contacts', 'companies')).results
    expect(labels).toContainEqual(expect.objectContaining({ label: 'Client' }))
    await definitionsApi.remove('contacts', 'companies', associationTypeId)
    expect((await definitionsApi.getAll('contacts', 'companies')).results).toHaveLength(2)
    const types = await client.crm.associations.schema.typesApi.getAll('contacts', 'companies')
    expect(types.results).toContainEqual(expect.objectContaining({ name: 'contact_to_company' }))
  })

  it('gives, describes and takes back OAuth tokens', async () => {
    const { tokensApi, accessTokensApi, refreshTokensApi } = client.oauth
    const issue = (grant: string, code?: string, refresh?: string) =>
      tokensApi.create(grant, code, 'http://x', 'app', 'secret', refresh)
    const given = await issue('authorization_code', server.simulator.issueCode('app'))
    expect(given.expiresIn).toBe(1800)
    const again = await issue('refresh_token', undefined, given.refreshToken)
    expect(again.refreshToken).toBe(given.refreshToken)
    const described = await accessTokensApi.get(again.accessToken)
    expect(described).toMatchObject({ hubId: 62515, appId: 5, scopes: ['oauth'] })
    expect((await refreshTokensApi.get(given.refreshToken)).clientId).toBe('app')
    await refreshTokensApi.archive(given.refreshToken)
    expect(await refusal(issue('refresh_token', undefined, given.refreshToken))).toMatchObject({
      code: 400,
      body: { status: 'BAD_REFRESH_TOKEN' },
    })
  })

  it('tells about the account and its usage', async () => {
    const path = '/account-info/v3/details'
    const details = await (await client.apiRequest({ method: 'GET', path })).json()
    expect(details).toMatchObject({ portalId: 62515, timeZone: 'UTC' })
    const usage = await client.apiRequest({
      method: 'GET',
      path: '/account-info/v3/api-usage/daily/private-apps',
    })
    expect(await usage.json()).toMatchObject({ results: [{ currentUsage: 2 }] })
  })
})
