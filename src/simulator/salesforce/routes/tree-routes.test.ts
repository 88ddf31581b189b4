import { beforeEach, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../wire/json.ts'
import { type OpenLocal, openLocal } from '../open-local.ts'

let local: OpenLocal

beforeEach(() => {
  local = openLocal({ limits: { dailyRequests: 100 } })
})

function account(referenceId: string, values: JsonObject): JsonObject {
  return { attributes: { type: 'Account', referenceId }, ...values }
}

function contact(referenceId: string, values: JsonObject): JsonObject {
  return { attributes: { type: 'Contact', referenceId }, ...values }
}

const plant = (...records: readonly Json[]) =>
  local.call('POST /composite/tree/Account', { records })

describe('a tree', () => {
  it('is created with its children, which name their parents, and counts once', () => {
    const { status, body } = plant(
      account('a', {
        Name: 'A',
        Contacts: { records: [contact('b', { LastName: 'B' }), contact('c', { LastName: 'C' })] },
        ChildAccounts: { records: [account('d', { Name: 'D' })] },
      }),
      account('e', { Name: 'E' }),
    )
    const id = expect.stringMatching(/^00[13]\w{15}$/)
    const results = ['a', 'b', 'c', 'd', 'e'].map((referenceId) => ({ referenceId, id }))
    expect([status, body]).toEqual([201, { hasErrors: false, results }])
    const soql = "SELECT LastName FROM Contact WHERE Account.Name = 'A' ORDER BY LastName"
    expect(local.query(soql)).toMatchObject([{ LastName: 'B' }, { LastName: 'C' }])
    expect(local.query("SELECT Name FROM Account WHERE Parent.Name = 'A'")).toMatchObject([
      { Name: 'D' },
    ])
    expect(local.call('GET /limits').headers['sforce-limit-info']).toBe('api-usage=4/100')
  })

  it('is not created at all where one of its records is refused, and says which', () => {
    const { status, body } = plant(
      account('a', { Name: 'A' }),
      account('b', { Name: 'B', Contacts: { records: [contact('c', {})] } }),
    )
    expect([status, body]).toEqual([
      400,
      {
        hasErrors: true,
        results: [
          {
            referenceId: 'c',
            errors: [
              {
                statusCode: 'REQUIRED_FIELD_MISSING',
                message: 'Required fields are missing: [LastName]',
                fields: ['LastName'],
              },
            ],
          },
        ],
      },
    ])
    expect(local.query('SELECT Id FROM Account')).toEqual([])
  })

  it('has a name of its own for each record', () => {
    expect(plant(account('a', { Name: 'A' }), account('a', { Name: 'B' }))).toMatchObject({
      status: 400,
      body: { hasErrors: true, results: [{ referenceId: 'a', errors: [{ fields: [] }] }] },
    })
    expect(plant({ attributes: { type: 'Account' }, Name: 'A' })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'JSON_PARSER_ERROR' }],
    })
  })

  it('has at most 200 records on five levels, of the types that the relations lead to', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => account(`a${index}`, { Name: 'A' }))
    const deep = (levels: number): JsonObject =>
      account(`a${levels}`, {
        Name: 'A',
        ...(levels === 1 ? {} : { ChildAccounts: { records: [deep(levels - 1)] } }),
      })
    expect(plant(...many(201))).toMatchObject({ body: [{ errorCode: 'LIMIT_EXCEEDED' }] })
    expect(plant(...many(200)).status).toBe(201)
    expect(plant(deep(6))).toMatchObject({ body: [{ errorCode: 'LIMIT_EXCEEDED' }] })
    expect(plant(deep(5)).status).toBe(201)
    const astray = { records: [contact('b', { LastName: 'B' })] }
    expect(plant(account('a', { Name: 'A', ChildAccounts: astray }))).toMatchObject({
      body: [{ errorCode: 'INVALID_INPUT' }],
    })
    expect(plant(account('a', { Name: 'A', Nobodies: astray }))).toMatchObject({
      body: [{ errorCode: 'INVALID_FIELD' }],
    })
  })
})
