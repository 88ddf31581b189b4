import { describe, expect, it } from 'vitest'
import { objectsIn, openLocal } from '../open-local.ts'

function open() {
  const local = openLocal()
  const contact = local.create('contacts', { email: 'a@x.com' })
  const company = local.create('companies', { name: 'A' })
  const other = local.create('companies', { name: 'B' })
  const pair = `/crm/v4/objects/contacts/${contact}/associations`
  const labels = (target = company) =>
    local
      .call(`GET ${pair}/companies`)
      .results.filter(({ toObjectId }) => toObjectId === Number(target))
      .flatMap(({ associationTypes }) => objectsIn(associationTypes))
      .map(({ typeId }) => typeId)
  return { local, contact, company, other, pair, labels }
}

const spec = (associationTypeId: number, associationCategory = 'HUBSPOT_DEFINED') => ({
  associationCategory,
  associationTypeId,
})

describe('associations of one record', () => {
  it('are made without a label in both directions', () => {
    const { local, contact, company, pair } = open()
    const { status, results } = local.call(`PUT ${pair}/default/companies/${company}`)
    expect(status).toBe(200)
    expect(results).toContainEqual({
      from: { id: contact },
      to: { id: company },
      associationSpec: spec(279),
    })
    expect(local.call(`GET ${pair}/companies`).results).toEqual([
      {
        toObjectId: Number(company),
        associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 279, label: null }],
      },
    ])
    const back = `GET /crm/v4/objects/companies/${company}/associations/contacts`
    expect(local.call(back).results).toMatchObject([
      { toObjectId: Number(contact), associationTypes: [{ typeId: 280 }] },
    ])
  })

  it('show ids as texts where the schema is taken at its word', () => {
    const { local, company, pair } = open()
    local.hubspot.configure({ behaviour: { associationIds: 'text' } })
    local.call(`PUT ${pair}/default/companies/${company}`)
    expect(local.call(`GET ${pair}/companies`).results).toMatchObject([{ toObjectId: company }])
  })

  it('get exactly the labels of the last write, next to the plain type', () => {
    const { local, contact, company, pair, labels } = open()
    const label = { label: 'Billing', name: 'billing' }
    const created = local.call('POST /crm/v4/associations/contacts/companies/labels', label)
    const typeId = Number(created.results[0]?.['typeId'])
    const first = local.call(`PUT ${pair}/companies/${company}`, [spec(1)])
    expect(first.status).toBe(201)
    expect(first.body).toEqual({
      fromObjectTypeId: '0-1',
      fromObjectId: contact,
      toObjectTypeId: '0-2',
      toObjectId: company,
      labels: ['Primary'],
    })
    expect(labels()).toEqual([279, 1])
    local.call(`PUT ${pair}/companies/${company}`, [spec(typeId, 'USER_DEFINED')])
    expect(labels()).toEqual([279, typeId])
  })

  it('have one primary company', () => {
    const { local, company, other, pair, labels } = open()
    local.call(`PUT ${pair}/companies/${company}`, [spec(1)])
    local.call(`PUT ${pair}/companies/${other}`, [spec(1)])
    expect([labels(company), labels(other)]).toEqual([[279], [279, 1]])
  })

  it('are refused with a type of another pair, and for missing records', () => {
    const { local, company, pair } = open()
    expect(local.call(`PUT ${pair}/companies/${company}`, [spec(3)]).status).toBe(400)
    expect(local.call(`PUT ${pair}/companies/${company}`, [spec(1, 'USER_DEFINED')]).status).toBe(
      400,
    )
    expect(local.call(`PUT ${pair}/companies/${company}`, []).status).toBe(400)
    expect(local.call(`PUT ${pair}/default/companies/999`).status).toBe(404)
  })

  it('end in both directions', () => {
    const { local, company, pair } = open()
    local.call(`PUT ${pair}/default/companies/${company}`)
    expect(local.call(`DELETE ${pair}/companies/${company}`).status).toBe(204)
    const back = `GET /crm/v4/objects/companies/${company}/associations/contacts`
    expect(local.call(back).results).toEqual([])
  })

  it('page by up to 500 and leave paging out at the end', () => {
    const { local, contact, pair } = open()
    const ids = ['1', '2', '3'].map((name) => local.create('companies', { name }))
    for (const id of ids) local.call(`PUT ${pair}/default/companies/${id}`)
    const first = local.call(`GET ${pair}/companies?limit=2`)
    expect(first.results).toHaveLength(2)
    expect(first.body['paging']).toMatchObject({ next: { after: ids[2] } })
    const last = local.call(`GET ${pair}/companies?limit=2&after=${ids[2]}`)
    expect(last.results).toMatchObject([{ toObjectId: Number(ids[2]) }])
    expect('paging' in last.body).toBe(false)
    expect(local.call(`GET ${pair}/companies?limit=501`).status).toBe(400)
    expect(contact).toBeTruthy()
  })

  it('do not bump the modification time', () => {
    const { local, contact, company, pair } = open()
    local.advance(1000)
    local.call(`PUT ${pair}/default/companies/${company}`)
    expect(local.read('contacts', contact)['lastmodifieddate']).toBe('2026-03-10T12:00:00.000Z')
  })

  it.each([
    ['contacts', 'companies', 279, 1],
    ['companies', 'contacts', 280, 2],
    ['deals', 'contacts', 3, null],
    ['contacts', 'deals', 4, null],
    ['deals', 'companies', 341, 5],
    ['companies', 'deals', 342, 6],
    ['contacts', 'tickets', 15, null],
    ['tickets', 'contacts', 16, null],
    ['tickets', 'companies', 339, 26],
    ['companies', 'tickets', 340, 25],
    ['deals', 'tickets', 27, null],
    ['tickets', 'deals', 28, null],
    ['deals', 'line_items', 19, null],
    ['contacts', 'contacts', 449, null],
    ['companies', 'companies', 450, null],
    ['deals', 'deals', 451, null],
  ])('from %s to %s have the plain type %i and the primary %s', (from, to, plain, primary) => {
    const { results } = openLocal().call(`GET /crm/v4/associations/${from}/${to}/labels`)
    const of = (label: string | null) =>
      results.find((one) => one['label'] === label)?.['typeId'] ?? null
    expect([of(null), of('Primary')]).toEqual([plain, primary])
  })

  it('name parent and child companies 13 and 14', () => {
    const { results } = openLocal().call('GET /crm/v4/associations/companies/companies/labels')
    expect(results.map(({ typeId }) => typeId)).toEqual(expect.arrayContaining([13, 14]))
  })
})

describe('associations by the batch', () => {
  const between = '/crm/v4/associations/contacts/companies'

  it('are made with types: 201, or 207 naming the missing', () => {
    const { local, contact, company, labels } = open()
    const input = (to: string) => ({ from: { id: contact }, to: { id: to }, types: [spec(1)] })
    const made = local.call(`POST ${between}/batch/create`, { inputs: [input(company)] })
    expect(made).toMatchObject({ status: 201, results: [{ labels: ['Primary'] }] })
    expect(labels()).toEqual([279, 1])
    const partial = local.call(`POST ${between}/batch/create`, {
      inputs: [input(company), input('999')],
    })
    expect(partial.status).toBe(207)
    expect(objectsIn(partial.body['errors'])).toMatchObject([{ context: { ids: ['999'] } }])
  })

  it('are made without labels, up to 2,000 at once', () => {
    const { local, contact, company } = open()
    const input = { from: { id: contact }, to: { id: company } }
    const url = `POST ${between}/batch/associate/default`
    expect(local.call(url, { inputs: [input] })).toMatchObject({
      status: 200,
      body: { status: 'COMPLETE' },
    })
    expect(local.call(url, { inputs: Array.from({ length: 2001 }, () => input) }).status).toBe(400)
  })

  it('are read for up to 1,000 records: 207 names those without any', () => {
    const { local, contact, company, pair } = open()
    const lonely = local.create('contacts', { email: 'b@x.com' })
    local.call(`PUT ${pair}/default/companies/${company}`)
    const url = `POST ${between}/batch/read`
    const found = local.call(url, { inputs: [{ id: contact }] })
    expect(found).toMatchObject({
      status: 200,
      results: [{ from: { id: contact }, to: [{ toObjectId: Number(company) }] }],
    })
    const partial = local.call(url, { inputs: [{ id: contact }, { id: lonely }] })
    expect([partial.status, partial.results.length]).toEqual([207, 1])
    const many = Array.from({ length: 1001 }, () => ({ id: contact }))
    expect(local.call(url, { inputs: many }).status).toBe(400)
  })

  it('page within a batch read after 500 targets', () => {
    const { local, contact } = open()
    const companies = Array.from({ length: 501 }, (_, at) => ({
      id: String(20_000_001 + at),
      properties: { name: `${at}` },
    }))
    const associations = companies.map(({ id }) => ({
      from: { object: 'contacts', id: contact },
      to: { object: 'companies', id },
    }))
    local.hubspot.seed({ records: { companies }, associations })
    const url = `POST ${between}/batch/read`
    const [first] = local.call(url, { inputs: [{ id: contact }] }).results
    expect(objectsIn(first?.['to'])).toHaveLength(500)
    expect(first?.['paging']).toEqual({ next: { after: '20000501' } })
    const [rest] = local.call(url, { inputs: [{ id: contact, after: '20000501' }] }).results
    expect(objectsIn(rest?.['to'])).toHaveLength(1)
    expect(rest !== undefined && 'paging' in rest).toBe(false)
  })

  it('lose labels one by one, and all with the plain type', () => {
    const { local, contact, company, pair, labels } = open()
    const remove = (typeId: number) =>
      local.call(`POST ${between}/batch/labels/archive`, {
        inputs: [{ from: { id: contact }, to: { id: company }, types: [spec(typeId)] }],
      }).status
    local.call(`PUT ${pair}/companies/${company}`, [spec(1)])
    expect(remove(1)).toBe(204)
    expect(labels()).toEqual([279])
    local.call(`PUT ${pair}/companies/${company}`, [spec(1)])
    expect(remove(279)).toBe(204)
    expect(labels()).toEqual([])
  })

  it('are archived by pairs', () => {
    const { local, contact, company, other, pair, labels } = open()
    for (const id of [company, other]) local.call(`PUT ${pair}/default/companies/${id}`)
    const inputs = [{ from: { id: contact }, to: [{ id: company }, { id: other }] }]
    expect(local.call(`POST ${between}/batch/archive`, { inputs }).status).toBe(204)
    expect([labels(company), labels(other)]).toEqual([[], []])
  })
})

describe('labels', () => {
  const url = '/crm/v4/associations/contacts/companies/labels'

  it('of our own are created in pairs, renamed and deleted', () => {
    const local = openLocal()
    const body = { label: 'Buyer', inverseLabel: 'Bought by', name: 'buyer' }
    const { status, results } = local.call(`POST ${url}`, body)
    expect(status).toBe(200)
    expect(results).toMatchObject([
      { category: 'USER_DEFINED', label: 'Buyer' },
      { category: 'USER_DEFINED', label: 'Bought by' },
    ])
    expect(local.call(`POST ${url}`, body).status).toBe(409)
    const typeId = Number(results[0]?.['typeId'])
    const renamed = { associationTypeId: typeId, label: 'Customer' }
    expect(local.call(`PUT ${url}`, renamed).status).toBe(204)
    expect(local.call(`GET ${url}`).results).toContainEqual(
      expect.objectContaining({ typeId, label: 'Customer' }),
    )
    expect(local.call(`DELETE ${url}/${typeId}`).status).toBe(204)
    expect(local.call(`GET ${url}`).results).toHaveLength(2)
    expect(local.call(`DELETE ${url}/279`).status).toBe(400)
  })

  it('have names in the v3 API', () => {
    const { results } = openLocal().call('GET /crm/v3/associations/contacts/companies/types')
    expect(results).toContainEqual({ id: '279', name: 'contact_to_company' })
  })
})
