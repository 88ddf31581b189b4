import { describe, expect, it } from 'vitest'
import { idsIn, objectsIn, openLocal, textOf } from '../open-local.ts'

const owners = [
  { id: '11', email: 'Ann@x.com', firstName: 'Ann', lastName: 'A', userId: 911 },
  {
    id: '12',
    email: 'bob@x.com',
    teams: [{ id: '5', name: 'North', primary: true }],
  },
  { id: '13', email: 'gone@x.com', userId: 913, archived: true },
]

describe('owners', () => {
  it('are listed with ids that are not user ids, and with their teams', () => {
    const { body, results } = openLocal({ state: { owners } }).call('GET /crm/v3/owners')
    expect(results).toMatchObject([
      {
        id: '11',
        email: 'Ann@x.com',
        firstName: 'Ann',
        lastName: 'A',
        userId: 911,
        userIdIncludingInactive: 911,
        type: 'PERSON',
        archived: false,
      },
      { id: '12', teams: [{ id: '5', name: 'North', primary: true }] },
    ])
    expect('paging' in body).toBe(false)
  })

  it('page by limit and after', () => {
    const local = openLocal({ state: { owners } })
    const first = local.call('GET /crm/v3/owners?limit=1')
    expect(first.body['paging']).toMatchObject({ next: { after: '12' } })
    const second = local.call('GET /crm/v3/owners?limit=1&after=12')
    expect([idsIn(second.results), 'paging' in second.body]).toEqual([['12'], false])
    expect(local.call('GET /crm/v3/owners?limit=101').status).toBe(400)
  })

  it('show 100 on a page unless asked otherwise', () => {
    const many = Array.from({ length: 101 }, (_, at) => ({
      id: `${100 + at}`,
      email: `${at}@x.com`,
    }))
    const { results } = openLocal({ state: { owners: many } }).call('GET /crm/v3/owners')
    expect(results).toHaveLength(100)
  })

  it('are found by email, by id and by user id', () => {
    const local = openLocal({ state: { owners } })
    expect(idsIn(local.call('GET /crm/v3/owners?email=ann@x.com').results)).toEqual(['11'])
    expect(local.call('GET /crm/v3/owners/11').body['id']).toBe('11')
    expect(local.call('GET /crm/v3/owners/911?idProperty=userId').body['id']).toBe('11')
    expect(local.call('GET /crm/v3/owners/99').status).toBe(404)
  })

  it('have no user id once archived', () => {
    const { results } = openLocal({ state: { owners } }).call('GET /crm/v3/owners?archived=true')
    expect(results).toMatchObject([{ id: '13', userId: null, userIdIncludingInactive: 913 }])
  })
})

describe('pipelines', () => {
  it('are listed with their stages, whose metadata are texts', () => {
    const { results } = openLocal().call('GET /crm/v3/pipelines/deals')
    expect(results).toMatchObject([
      { id: 'default', label: 'Sales Pipeline', displayOrder: 0, archived: false },
    ])
    expect(objectsIn(results[0]?.['stages'])[0]).toEqual({
      id: 'appointmentscheduled',
      label: 'Appointment Scheduled',
      displayOrder: 0,
      metadata: { probability: '0.2', isClosed: 'false' },
      writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
      archived: false,
      createdAt: '2026-03-10T12:00:00.000Z',
      updatedAt: '2026-03-10T12:00:00.000Z',
    })
  })

  it('can be created, changed and archived, with their stages', () => {
    const local = openLocal()
    const url = '/crm/v3/pipelines/deals'
    const stage = { label: 'Open', displayOrder: 0, metadata: { probability: '0.5' } }
    const made = local.call(`POST ${url}`, { label: 'New', displayOrder: 1, stages: [stage] })
    expect(made.status).toBe(201)
    const one = `${url}/${textOf(made.body['id'])}`
    expect(local.call(`PATCH ${one}`, { label: 'Newer' }).body['label']).toBe('Newer')
    const added = local.call(`POST ${one}/stages`, { ...stage, label: 'Won' })
    const won = `${one}/stages/${textOf(added.body['id'])}`
    const changed = local.call(`PATCH ${won}`, { metadata: { probability: '1.0' } })
    expect(changed.body['metadata']).toEqual({ probability: '1.0' })
    expect(local.call(`GET ${one}/stages`).results).toHaveLength(2)
    const deal = {
      dealname: 'D',
      pipeline: textOf(made.body['id']),
      dealstage: textOf(added.body['id']),
    }
    expect(local.call('POST /crm/v3/objects/deals', { properties: deal }).status).toBe(201)
    expect(local.call(`DELETE ${won}`).status).toBe(204)
    expect(local.call(`GET ${won}`).status).toBe(404)
    expect(local.call(`DELETE ${one}`).status).toBe(204)
    expect(local.call(`GET ${one}`).status).toBe(404)
    expect(local.call(`GET ${url}`).results).toHaveLength(1)
  })

  it('hold the ids that deals and tickets store', () => {
    const local = openLocal()
    const id = local.create('tickets', { subject: 'T', hs_pipeline_stage: '1' })
    expect(local.read('tickets', id)).toMatchObject({ hs_pipeline: '0', hs_pipeline_stage: '1' })
  })
})

describe('what is no endpoint', () => {
  it('is 404', () => {
    expect(openLocal().call('GET /crm/v3/nothing').status).toBe(404)
  })

  it('is refused when the body is not JSON', () => {
    const { hubspot } = openLocal()
    const { response } = hubspot.handle({
      method: 'POST',
      url: '/crm/v3/objects/contacts',
      headers: { authorization: 'Bearer pat-local' },
      body: '{"properties":',
    })
    expect(response.status).toBe(400)
    expect(JSON.parse(response.body)).toMatchObject({
      category: 'VALIDATION_ERROR',
      message: expect.stringContaining('Invalid input JSON'),
    })
  })

  it('carries its correlation id in header and body', () => {
    const { body, headers } = openLocal().call('GET /crm/v3/objects/contacts/1')
    expect(headers['x-hubspot-correlation-id']).toBe(body['correlationId'])
  })
})
