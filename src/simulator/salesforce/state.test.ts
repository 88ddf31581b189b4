import { describe, expect, it } from 'vitest'
import { type JobSpec, newJob } from './store/ingest-job.ts'
import { csvOf, jobsPath, openJobs } from './open-jobs.ts'
import { ExactNumber } from './wire/json.ts'
import { openLocal } from './open-local.ts'
import { createSalesforce } from './salesforce.ts'

const state = {
  customObjects: [{ name: 'Ride__c', fields: [{ name: 'Km__c', type: 'double' }] }],
  fields: { Account: [{ name: 'Exact__c', type: 'double' }] },
  permissions: { 'admin@local.test': { fields: { 'Account.Phone': 'read' } } },
  duplicateRules: [{ object: 'Account', fields: ['Name'], action: 'block' }],
  validationRules: [{ object: 'Ride__c', refuseWhen: 'Km__c < 0', message: 'Forwards only.' }],
  logins: [{ username: 'admin@local.test', password: 'word' }],
} as const

describe('a dump', () => {
  it('makes the same org again', () => {
    const local = openLocal({ state })
    const id = local.create('Account', {
      Name: 'A',
      Exact__c: new ExactNumber('1234567890123456.78'),
    })
    local.create('Ride__c', { Name: 'R', Km__c: 1.5 })
    const gone = local.create('Account', { Name: 'B' })
    local.call(`DELETE /sobjects/Account/${gone}`)
    local.salesforce.lock({ id, times: 3 })
    const dump = local.salesforce.dump()
    expect(dump).toMatchObject({
      formatVersion: 1,
      calls: { 'create Account': 2, 'create Ride__c': 1 },
    })
    const again = createSalesforce({ now: local.now, orgId: dump.orgId, state: dump.state })
    expect(again.dump().state).toEqual(dump.state)
    const next = local.create('Account', { Name: 'C' })
    again.seed({})
    const values = { Name: 'C' }
    expect(again.edit({ kind: 'create', object: 'Account', values })).toBe(next)
  })

  it('keeps Bulk jobs, and those at work go on where they were', () => {
    const settings = { bulkBatchMs: 1000, bulkParallel: 1, keepLog: false }
    const local = openLocal(settings)
    const jobs = openJobs(local)
    const insert = { object: 'Account', operation: 'insert' }
    const long = jobs.run(insert, csvOf('Name', Array<string>(10_001).fill('A')))
    const short = jobs.run(insert, csvOf('Name,Phone', ['B,1', ',2']))
    const waiting = jobs.create(insert)
    local.advance(1400)
    const { orgId, state: kept } = local.salesforce.dump()
    const text = JSON.stringify(kept)
    const again = openLocal({ ...settings, orgId, state: JSON.parse(text) })
    expect(JSON.stringify(again.salesforce.dump().state)).toBe(text)
    again.advance(1999)
    const restarted = openJobs(again)
    expect(restarted.info(long)).toMatchObject({
      state: 'InProgress',
      numberRecordsProcessed: 10_000,
    })
    again.advance(1001)
    local.advance(1600)
    expect(restarted.info(long)).toMatchObject({ numberRecordsProcessed: 10_001 })
    local.advance(1600)
    const path = `GET ${jobsPath}/${short}/failedResults`
    expect(again.send(path, null).text).toBe(local.send(path, null).text)
    expect(restarted.info(waiting)).toMatchObject({ state: 'Open' })
    expect(restarted.create(insert)).toBe(jobs.create(insert))
  })

  it('keeps Bulk jobs that wait, which begin where there is room', () => {
    const local = openLocal({ bulkParallel: 0 })
    const insert = { object: 'Account', operation: 'insert' }
    const id = openJobs(local).run(insert, csvOf('Name', ['A']))
    const again = openLocal({ state: local.salesforce.dump().state })
    expect(openJobs(again).info(id)).toMatchObject({ state: 'JobComplete' })
  })

  it('goes through JSON, digits included', () => {
    const local = openLocal({ state })
    const Exact__c = new ExactNumber('1.23456789012345678E15')
    const id = local.create('Account', { Name: 'A', Exact__c })
    const text = JSON.stringify(local.salesforce.dump().state)
    const other = openLocal({ state: JSON.parse(text) })
    expect(other.read('Account', id, 'Exact__c')).toEqual({ Exact__c })
  })
})

describe('a seed', () => {
  const spec: JobSpec = {
    id: '750000000000001AAA',
    object: 'Account',
    operation: 'insert',
    externalIdFieldName: null,
    columnDelimiter: 'COMMA',
    lineEnding: 'LF',
    assignmentRuleId: null,
    apiVersion: 67,
    createdById: '005000000000001AAA',
    client: null,
    createdAt: 0,
    shuffleSeed: 1,
  }

  it.each([
    [{ records: { Rocket: [] } }, 'there is no object Rocket'],
    [{ fields: { Rocket: [] } }, 'there is no object Rocket'],
    [{ records: { Account: [{ values: { Nope: 1 } }] } }, 'has Nope, which Account lacks'],
    [{ jobs: [newJob({ ...spec, object: 'Rocket' })] }, 'there is no object Rocket'],
    [{ records: { Account: [{ id: '003000000000001', values: {} }] } }, 'begin with 001'],
  ])('that does not fit says why: %j', (wrong, message) => {
    expect(() => createSalesforce({ state: wrong })).toThrow(message)
  })
})

describe('what people do', () => {
  it('deletes, restores and purges', () => {
    const local = openLocal()
    const id = local.salesforce.edit({ kind: 'create', object: 'Account', values: { Name: 'A' } })
    const edit = (kind: 'delete' | 'undelete' | 'purge') =>
      local.salesforce.edit({ kind, object: 'Account', id })
    edit('delete')
    expect(local.query('SELECT Id FROM Account')).toEqual([])
    expect(edit('undelete')).toBe(id)
    expect(local.query('SELECT Id FROM Account')).toHaveLength(1)
    expect(() => edit('undelete')).toThrow('UNDELETE_FAILED')
    edit('purge')
    expect(() => edit('delete')).toThrow('NOT_FOUND')
    expect(local.salesforce.log().map(({ kind }) => kind)).toEqual([
      'create',
      'delete',
      'undelete',
      'purge',
    ])
  })

  it('is forgotten by a reset, settings are not', () => {
    const local = openLocal({ state })
    local.salesforce.configure({ lockHoldMs: 5 })
    local.create('Account', { Name: 'A' })
    local.salesforce.reset()
    expect(local.query('SELECT Id FROM Account')).toEqual([])
    expect(local.salesforce.log()).toEqual([])
    expect(local.salesforce.settings().lockHoldMs).toBe(5)
    expect(local.call('GET /sobjects/Ride__c/describe').status).toBe(200)
  })
})
