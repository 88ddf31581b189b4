import { beforeEach, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../wire/json.ts'
import { type OpenLocal, openLocal } from '../open-local.ts'

let local: OpenLocal

beforeEach(() => {
  local = openLocal()
})

function create(referenceId: string, type: string, body: JsonObject): JsonObject {
  return { method: 'POST', url: `/services/data/v67.0/sobjects/${type}`, referenceId, body }
}

const send = (graphs: Readonly<Record<string, readonly Json[]>>) =>
  local.call('POST /composite/graph', {
    graphs: Object.entries(graphs).map(([graphId, compositeRequest]) => ({
      graphId,
      compositeRequest,
    })),
  })

describe('graphs', () => {
  it('are done each as a whole or not at all', () => {
    const { status, body } = send({
      good: [
        create('a', 'Account', { Name: 'A' }),
        create('c', 'Contact', { LastName: 'L', AccountId: '@{a.id}' }),
      ],
      bad: [
        create('a', 'Account', { Name: 'B' }),
        create('c', 'Contact', { AccountId: '@{a.id}' }),
      ],
    })
    expect([status, body]).toMatchObject([
      200,
      {
        graphs: [
          {
            graphId: 'good',
            isSuccessful: true,
            graphResponse: {
              compositeResponse: [
                { referenceId: 'a', httpStatusCode: 201 },
                { referenceId: 'c', httpStatusCode: 201 },
              ],
            },
          },
          {
            graphId: 'bad',
            isSuccessful: false,
            graphResponse: {
              compositeResponse: [
                { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
                { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
              ],
            },
          },
        ],
      },
    ])
    expect(local.query('SELECT Account.Name FROM Contact')).toMatchObject([
      { Account: { Name: 'A' } },
    ])
    expect(local.query('SELECT Name FROM Account')).toMatchObject([{ Name: 'A' }])
  })

  it('are at most 75, with 500 nodes together, for records only', () => {
    const nodes = (count: number) =>
      Array.from({ length: count }, (_, index) => create(`r${index}`, 'Account', { Name: 'A' }))
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`g${index}`, nodes(1)]))
    const refusal = { status: 400, body: [{ errorCode: 'LIMIT_EXCEEDED' }] }
    expect(send({ a: nodes(251), b: nodes(250) })).toMatchObject(refusal)
    expect(send({ a: nodes(250), b: nodes(250) }).status).toBe(200)
    expect(send(many(76))).toMatchObject(refusal)
    expect(send(many(75)).status).toBe(200)
    const query = { method: 'GET', url: '/services/data/v67.0/query?q=x', referenceId: 'q' }
    expect(send({ a: [query] })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALID_INPUT' }],
    })
  })

  it('have names of their own, as their requests have', () => {
    const twice = [create('a', 'Account', { Name: 'A' }), create('a', 'Account', { Name: 'B' })]
    expect(send({ a: twice }).status).toBe(400)
    const graph = { graphId: 'a', compositeRequest: [] }
    expect(local.call('POST /composite/graph', { graphs: [graph, graph] }).status).toBe(400)
  })
})
