import { describe, expect, it } from 'vitest'
import type { Json } from '../wire/json.ts'
import { type OpenLocal, objectOf, objectsIn, openLocal } from '../open-local.ts'

const version = '/services/data/v67.0'
const part = (referenceId: string, method: string, path: string, body: Json = null) => ({
  method,
  url: `${version}${path}`,
  referenceId,
  body,
})

function send(local: OpenLocal, parts: readonly Json[], allOrNone = false) {
  const { status, body } = local.call('POST /composite', { allOrNone, compositeRequest: parts })
  return { status, responses: status === 200 ? objectsIn(objectOf(body)['compositeResponse']) : [] }
}

describe('a composite request', () => {
  it('lets later parts use what earlier ones answered, and counts once', () => {
    const local = openLocal({ limits: { dailyRequests: 100 } })
    const { status, responses } = send(local, [
      part('a', 'POST', '/sobjects/Account', { Name: 'A' }),
      part('b', 'PATCH', '/sobjects/Account/@{a.id}', { Phone: '1' }),
      part('c', 'POST', '/sobjects/Contact', { LastName: 'L', AccountId: '@{a.id}' }),
      part('d', 'GET', "/query?q=SELECT+LastName+FROM+Contact+WHERE+Account.Phone='1'"),
      part('e', 'GET', '/sobjects/Contact/@{d.records[0].attributes.type}'),
    ])
    expect([status, responses.map(({ httpStatusCode }) => httpStatusCode)]).toEqual([
      200,
      [201, 204, 201, 200, 400],
    ])
    expect(responses.slice(0, 4)).toMatchObject([
      { referenceId: 'a', body: { success: true } },
      { referenceId: 'b', body: null },
      { referenceId: 'c' },
      { referenceId: 'd', body: { records: [{ LastName: 'L' }] } },
    ])
    expect(local.call('GET /limits').headers['sforce-limit-info']).toBe('api-usage=2/100')
  })

  it('halts what refers to something that failed', () => {
    const { responses } = send(openLocal(), [
      part('a', 'POST', '/sobjects/Account', {}),
      part('b', 'POST', '/sobjects/Contact', { LastName: 'L', AccountId: '@{a.id}' }),
    ])
    expect(responses).toMatchObject([
      { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
      { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
    ])
  })

  it('writes nothing where one part failed and all or none was asked', () => {
    const local = openLocal()
    const { responses } = send(
      local,
      [
        part('a', 'POST', '/sobjects/Account', { Name: 'A' }),
        part('b', 'POST', '/composite/sobjects', {
          allOrNone: true,
          records: [{ attributes: { type: 'Account' }, Name: 'B' }],
        }),
        part('c', 'POST', '/sobjects/Account', {}),
      ],
      true,
    )
    expect(responses).toMatchObject([
      { body: [{ errorCode: 'PROCESSING_HALTED' }] },
      { body: [{ errorCode: 'PROCESSING_HALTED' }] },
      { body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
    ])
    expect(local.query('SELECT Id FROM Account')).toEqual([])
  })

  it('has at most 25 parts, five of them queries or collections, each with a name of its own', () => {
    const local = openLocal()
    const parts = (count: number, path: string) =>
      Array.from({ length: count }, (_, index) => part(`r${index}`, 'GET', path))
    expect(send(local, parts(26, '/limits')).status).toBe(400)
    expect(send(local, parts(25, '/limits')).status).toBe(200)
    expect(send(local, parts(6, '/query?q=SELECT+Id+FROM+User')).status).toBe(400)
    expect(send(local, [...parts(1, '/limits'), ...parts(1, '/limits')]).status).toBe(400)
    expect(send(local, [part('r', 'GET', '/nothing')]).responses).toMatchObject([
      { httpStatusCode: 404 },
    ])
  })
})

describe('a batch', () => {
  it('runs its parts each for itself', () => {
    const { call } = openLocal()
    const { status, body } = call('POST /composite/batch', {
      batchRequests: [
        { method: 'POST', url: 'v67.0/sobjects/Account', richInput: { Name: 'A' } },
        { method: 'GET', url: 'v67.0/sobjects/Nope/describe' },
      ],
    })
    expect([status, body]).toMatchObject([
      200,
      {
        hasErrors: true,
        results: [
          { statusCode: 201, result: { success: true } },
          { statusCode: 404, result: [{ errorCode: 'NOT_FOUND' }] },
        ],
      },
    ])
  })
})
