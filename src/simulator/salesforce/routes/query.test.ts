import { beforeEach, describe, expect, it } from 'vitest'
import { type OpenLocal, objectOf, objectsIn, openLocal, textOf } from '../open-local.ts'

let local: OpenLocal
let ids: Readonly<Record<string, string>>

const fields = {
  Account: [
    { name: 'Ext__c', type: 'string', externalId: true, unique: true },
    { name: 'Code__c', type: 'string', externalId: true, unique: true, caseSensitive: true },
    { name: 'Tags__c', type: 'multipicklist', values: ['red', 'green', 'blue'] },
    { name: 'Secret__c', type: 'string' },
    { name: 'Mark__c', type: 'boolean' },
    { name: 'Seen__c', type: 'datetime' },
    { name: 'Day__c', type: 'date' },
  ],
} as const

const accounts = [
  {
    Name: 'Acme',
    Ext__c: 'A-1',
    Code__c: 'k',
    Industry: 'Banking',
    AnnualRevenue: 100,
    Tags__c: 'red;green',
    Mark__c: true,
    Seen__c: '2026-03-10T11:59:59.999Z',
    Day__c: '2026-03-10',
  },
  {
    Name: 'acorn 50%',
    Ext__c: 'A-2',
    Code__c: 'K',
    AnnualRevenue: 20,
    Tags__c: 'blue',
    Day__c: '2026-03-09',
  },
  { Name: 'Zeta', Ext__c: 'A-3', Industry: 'Retail', Seen__c: '2026-03-08T00:00:00Z' },
]

beforeEach(() => {
  local = openLocal({
    state: {
      fields,
      permissions: { 'admin@local.test': { fields: { 'Account.Secret__c': 'none' } } },
    },
  })
  ids = Object.fromEntries(
    accounts.map((account) => [account.Name, local.create('Account', account)]),
  )
  const parent = ids['Acme'] ?? ''
  local.create('Contact', { LastName: 'Ann', FirstName: 'A', AccountId: parent })
  local.create('Contact', { LastName: 'Bo' })
})

const names = (where: string) =>
  local.query(`SELECT Name FROM Account WHERE ${where}`).map(({ Name }) => Name)

function refusal(soql: string) {
  const { status, body } = local.call(`GET /query?q=${encodeURIComponent(soql)}`)
  return { status, ...objectsIn(body)[0] }
}

describe('a query', () => {
  it.each([
    ["Name = 'ACME'", ['Acme']],
    ["Code__c = 'k'", ['Acme']],
    ["Ext__c = 'a-2'", ['acorn 50%']],
    ["Industry != 'Banking'", ['acorn 50%', 'Zeta']],
    ['Industry = null', ['acorn 50%']],
    ['Industry != NULL', ['Acme', 'Zeta']],
    ['AnnualRevenue > 20', ['Acme']],
    ['AnnualRevenue <= 20', ['acorn 50%']],
    ["Name LIKE 'AC%'", ['Acme', 'acorn 50%']],
    ["Name LIKE '_cme'", ['Acme']],
    ["Name LIKE '%50\\%'", ['acorn 50%']],
    ["Name IN ('zeta', 'acme')", ['Acme', 'Zeta']],
    ["Ext__c IN ('A-3', 'A-1')", ['Zeta', 'Acme']],
    ["Ext__c NOT IN ('A-3', 'A-1')", ['acorn 50%']],
    ["Tags__c INCLUDES ('red;green', 'blue')", ['Acme', 'acorn 50%']],
    ["Tags__c EXCLUDES ('blue')", ['Acme', 'Zeta']],
    ['Mark__c = FALSE', ['acorn 50%', 'Zeta']],
    ["Industry = 'Retail' OR (AnnualRevenue > 1 AND Mark__c = true)", ['Acme', 'Zeta']],
    ["NOT Industry = 'Retail'", ['Acme', 'acorn 50%']],
    ['Seen__c < 2026-03-10T13:00:00+02:00', ['Zeta']],
    ['Seen__c = TODAY', ['Acme']],
    ['Day__c = YESTERDAY', ['acorn 50%']],
    ['Day__c > YESTERDAY', ['Acme']],
    ['Seen__c = LAST_N_DAYS:2', ['Acme', 'Zeta']],
    ['Day__c = 2026-03-10', ['Acme']],
    ['Day__c = THIS_MONTH AND Day__c != TODAY', ['acorn 50%']],
  ])('with %s finds what Salesforce finds', (where, wanted) => {
    expect(names(where)).toEqual(wanted)
  })

  it('finds records by id in 15 characters, too', () => {
    const id = ids['Zeta'] ?? ''
    expect(names(`Id = '${id.slice(0, 15)}'`)).toEqual(['Zeta'])
  })

  it('nests parents with attributes of their own, null where there is none', () => {
    const soql = 'SELECT Name, Account.Name, Account.Owner.Name FROM Contact ORDER BY LastName'
    expect(local.query(soql)).toEqual([
      {
        attributes: {
          type: 'Contact',
          url: expect.stringMatching(/^\/services\/data\/v67\.0\/sobjects\/Contact\/003\w{15}$/),
        },
        Name: 'A Ann',
        Account: {
          attributes: expect.objectContaining({ type: 'Account' }),
          Name: 'Acme',
          Owner: { attributes: expect.objectContaining({ type: 'User' }), Name: 'Local Admin' },
        },
      },
      { attributes: expect.anything(), Name: 'Bo', Account: null },
    ])
    expect(local.query("SELECT LastName FROM Contact WHERE Account.Ext__c = 'A-1'")).toHaveLength(1)
  })

  it('orders with nulls first unless told otherwise, and cuts', () => {
    const ordered = (rest: string) =>
      local.query(`SELECT Name FROM Account ORDER BY ${rest}`).map(({ Name }) => Name)
    expect(ordered('AnnualRevenue')).toEqual(['Zeta', 'acorn 50%', 'Acme'])
    expect(ordered('AnnualRevenue DESC NULLS LAST')).toEqual(['Acme', 'acorn 50%', 'Zeta'])
    expect(ordered('Name LIMIT 1 OFFSET 1')).toEqual(['acorn 50%'])
  })

  it('counts without records', () => {
    const { body } = local.call('GET /query?q=SELECT+COUNT()+FROM+Account')
    expect(body).toEqual({ totalSize: 3, done: true, records: [] })
  })

  it.each([
    ['SELECT Nope FROM Account', 'INVALID_FIELD', "No such column 'Nope' on entity 'Account'"],
    ['SELECT Secret__c FROM Account', 'INVALID_FIELD', "No such column 'Secret__c'"],
    ["SELECT Id FROM Account WHERE Secret__c = 'x'", 'INVALID_FIELD', "No such column 'Secret__c'"],
    ['SELECT Nope.Id FROM Account', 'INVALID_FIELD', "Didn't understand relationship 'Nope'"],
    ['SELECT Id FROM Nope', 'INVALID_TYPE', "sObject type 'Nope' is not supported."],
    ["SELECT Id FROM Account WHERE AnnualRevenue = '1'", 'INVALID_FIELD', 'must be of type double'],
    ['SELECT Id FROM Account WHERE Name = 1', 'INVALID_FIELD', 'must be of type string'],
    [
      'SELECT Id FROM Account WHERE Seen__c > 2026-01-01',
      'INVALID_FIELD',
      'must be of type dateTime',
    ],
    [
      "SELECT Id FROM Account WHERE Id = 'x'",
      'INVALID_QUERY_FILTER_OPERATOR',
      'invalid ID field: x',
    ],
    ['SELECT Id FROM Account OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset'],
    ['SELECT', 'MALFORMED_QUERY', 'unexpected end'],
  ])('%s is refused as %s', (soql, errorCode, message) => {
    expect(refusal(soql)).toMatchObject({
      status: 400,
      errorCode,
      message: expect.stringContaining(message),
    })
  })

  it('refuses an address of more than 16,384 bytes', () => {
    const soql = `SELECT Id FROM Account WHERE Name = '${'x'.repeat(17_000)}'`
    expect(local.call(`GET /query?q=${encodeURIComponent(soql)}`).status).toBe(414)
  })

  it('sees deleted records in queryAll only, and there for 15 days', () => {
    local.call(`DELETE /sobjects/Account/${ids['Zeta'] ?? ''}`)
    const soql = encodeURIComponent("SELECT IsDeleted FROM Account WHERE Name = 'Zeta'")
    expect(objectOf(local.call(`GET /query?q=${soql}`).body)['totalSize']).toBe(0)
    expect(objectOf(local.call(`GET /queryAll?q=${soql}`).body)['records']).toMatchObject([
      { IsDeleted: true },
    ])
    local.advance(15 * 24 * 3_600_000)
    expect(objectOf(local.call(`GET /queryAll?q=${soql}`).body)['totalSize']).toBe(0)
  })
})

describe('the pages of a query', () => {
  beforeEach(() => {
    const records = Array.from({ length: 450 }, (_, index) => ({
      values: { LastName: `N${String(index).padStart(4, '0')}` },
    }))
    local.salesforce.seed({ records: { Contact: records } })
  })

  const first = (size: number) =>
    objectOf(
      local.call('GET /query?q=SELECT+LastName+FROM+Contact+ORDER+BY+LastName', undefined, {
        'sforce-query-options': `batchSize=${size}`,
      }).body,
    )

  it('are linked, and the last one has no link', () => {
    const pages = [first(200)]
    expect(pages[0]).toMatchObject({
      totalSize: 452,
      done: false,
      nextRecordsUrl: expect.stringMatching(/^\/services\/data\/v67\.0\/query\/01g\w{15}-200$/),
    })
    for (;;) {
      const next = pages.at(-1)?.['nextRecordsUrl']
      if (next === undefined) break
      pages.push(objectOf(local.call(`GET ${textOf(next)}`).body))
    }
    expect(pages.map(({ done }) => done)).toEqual([false, false, true])
    const all = pages.flatMap(({ records }) => objectsIn(records).map(({ LastName }) => LastName))
    expect(new Set(all).size).toBe(452)
  })

  it('have at least 200 records and at most 2,000', () => {
    expect(objectsIn(first(1)['records'])).toHaveLength(200)
    expect(first(9000)).toMatchObject({ done: true, totalSize: 452 })
  })

  it('can be fetched for two days, by whoever asked, ten queries at a time', () => {
    const next = textOf(first(200)['nextRecordsUrl'])
    const gone = { status: 400, body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }] }
    for (let count = 0; count < 9; count += 1) first(200)
    expect(local.call(`GET ${next}`).status).toBe(200)
    first(200)
    expect(local.call(`GET ${next}`)).toMatchObject(gone)
    const late = textOf(first(200)['nextRecordsUrl'])
    local.advance(2 * 24 * 3_600_000 + 1)
    expect(local.call(`GET ${late}`)).toMatchObject(gone)
    expect(local.call('GET /query/01gNothing-5')).toMatchObject(gone)
  })
})
