import { beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../wire/json.ts'
import { type OpenLocal, objectOf, objectsIn, openLocal, textOf } from '../open-local.ts'
import { type OpenJobs, csvOf, jobsPath, openJobs, valuesOf } from '../open-jobs.ts'

const fields = {
  Account: [
    { name: 'Ext__c', type: 'string', externalId: true, unique: true },
    { name: 'Secret__c', type: 'string' },
  ],
} as const
const insert = { object: 'Account', operation: 'insert' }
const upsert = { object: 'account', operation: 'upsert', externalIdFieldName: 'Ext__c' }

let local: OpenLocal
let jobs: OpenJobs
beforeEach(() => {
  local = openLocal({ state: { fields } })
  jobs = openJobs(local)
})

const refusal = (code: string, message: string, status = 400) => ({
  status,
  body: [{ errorCode: code, message: expect.stringContaining(message) }],
})
const closed = (id: string) => jobs.patch(id, 'UploadComplete')
const get = (path: string) => local.call(`GET ${jobsPath}${path}`)

describe('creating a job', () => {
  it('answers 200 with the job, and the address for its data without a leading slash', () => {
    const { status, body } = local.call(`POST ${jobsPath}`, { ...upsert, lineEnding: 'CRLF' })
    expect(status).toBe(200)
    const id = textOf(objectOf(body)['id'])
    expect(id).toMatch(/^750\w{15}$/)
    expect(body).toEqual({
      id,
      operation: 'upsert',
      object: 'Account',
      createdById: expect.stringMatching(/^005/),
      createdDate: '2026-03-10T12:00:00.000+0000',
      systemModstamp: '2026-03-10T12:00:00.000+0000',
      state: 'Open',
      externalIdFieldName: 'Ext__c',
      concurrencyMode: 'Parallel',
      contentType: 'CSV',
      apiVersion: 67,
      contentUrl: `services/data/v67.0/jobs/ingest/${id}/batches`,
      lineEnding: 'CRLF',
      columnDelimiter: 'COMMA',
    })
  })

  it.each<[Readonly<Record<string, Json>>, string, string]>([
    [
      { object: 'Rocket', operation: 'insert' },
      'INVALIDENTITY',
      "Entity 'Rocket' is not supported",
    ],
    [{ operation: 'insert' }, 'INVALIDENTITY', "Entity ''"],
    [{ object: 'Account' }, 'INVALIDJOB', 'operation must be one of'],
    [{ ...insert, operation: 'merge' }, 'INVALIDJOB', 'operation must be one of'],
    [{ ...insert, contentType: 'JSON' }, 'INVALIDJOB', 'contentType must be one of CSV'],
    [{ ...insert, lineEnding: 'CR' }, 'INVALIDJOB', 'lineEnding must be one of LF, CRLF'],
    [{ ...insert, columnDelimiter: ',' }, 'INVALIDJOB', 'columnDelimiter must be one of'],
    [{ object: 'Account', operation: 'upsert' }, 'INVALIDJOB', 'External ID was blank for Account'],
    [{ ...upsert, externalIdFieldName: 'Phone' }, 'INVALIDJOB', 'does not match an External ID'],
    [
      { ...insert, operation: 'hardDelete' },
      'FEATURENOTENABLED',
      'special user profile permission',
    ],
  ])('with %j is refused as %s', (request, code, message) => {
    expect(local.call(`POST ${jobsPath}`, request)).toMatchObject(refusal(code, message))
    expect(objectOf(get('').body)['records']).toEqual([])
  })

  it('needs an object that the user may read', () => {
    const permissions = { 'admin@local.test': { objects: { Account: [] } } }
    local.salesforce.seed({ permissions })
    expect(local.call(`POST ${jobsPath}`, insert)).toMatchObject(
      refusal('INVALIDENTITY', 'Account'),
    )
  })

  it('with its data in the same request is refused with 415', () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=B' }
    const { status, text } = local.send(`POST ${jobsPath}`, '--B', headers)
    expect([status, text]).toEqual([415, expect.stringContaining('UNSUPPORTED_MEDIA_TYPE')])
  })

  it('is refused once the batches of the day are used up', () => {
    local.salesforce.configure({ limits: { dailyBulkBatches: 1 } })
    jobs.run(insert, csvOf('Name', ['A']))
    expect(local.call(`POST ${jobsPath}`, insert)).toMatchObject(
      refusal('EXCEEDEDQUOTA', '24 hours'),
    )
    local.advance(24 * 3_600_000)
    expect(local.call(`POST ${jobsPath}`, insert).status).toBe(200)
  })
})

describe('uploading', () => {
  it('answers 201 without a body, once per job', () => {
    const id = jobs.create(insert)
    expect(jobs.upload(id, 'Name\nA\n')).toMatchObject({ status: 201, text: '' })
    const { status, text } = jobs.upload(id, 'Name\nB\n')
    expect([status, JSON.parse(text)]).toEqual([
      400,
      [{ errorCode: 'INVALIDJOB', message: expect.stringContaining("only do 'PUT' once") }],
    ])
    closed(id)
    expect(local.query('SELECT Name FROM Account')).toMatchObject([{ Name: 'A' }])
  })

  it('is only for open jobs, and for CSV', () => {
    const id = jobs.create(insert)
    expect(local.send(`PUT ${jobsPath}/${id}/batches`, 'Name\nA\n').status).toBe(415)
    jobs.patch(id, 'Aborted')
    expect(jobs.upload(id, 'Name\nA\n')).toMatchObject({
      status: 400,
      text: expect.stringContaining('INVALIDJOBSTATE'),
    })
    expect(jobs.upload('750000000000999', 'Name\nA\n').status).toBe(404)
  })

  it('takes 150 MB as base64 has them', () => {
    const fits = 112_500_000
    const umlauts = 'ü'.repeat(fits / 2)
    expect(jobs.upload(jobs.create(insert), umlauts).status).toBe(201)
    expect(jobs.upload(jobs.create(insert), `${umlauts}x`)).toMatchObject({
      status: 400,
      text: expect.stringContaining('CLIENTINPUTERROR'),
    })
  })
})

describe('closing a job', () => {
  it('answers with the job, which then has no address for data', () => {
    const id = jobs.create(insert)
    jobs.upload(id, csvOf('Name', ['A']))
    const { status, body } = closed(id)
    expect([status, body]).toMatchObject([200, { id, state: 'UploadComplete' }])
    expect(body).not.toHaveProperty('contentUrl')
  })

  it('needs its data, and happens once', () => {
    const id = jobs.create(insert)
    expect(closed(id)).toMatchObject(refusal('INVALIDJOBSTATE', 'without data'))
    jobs.upload(id, csvOf('Name', ['A']))
    expect(closed(id).status).toBe(200)
    expect(closed(id)).toMatchObject(
      refusal('INVALIDJOBSTATE', 'Closing already Completed Job not allowed'),
    )
  })

  it('knows no other state than the two that a client may set', () => {
    const id = jobs.create(insert)
    expect(jobs.patch(id, 'JobComplete')).toMatchObject(refusal('INVALIDJOBSTATE', 'JobComplete'))
  })
})

describe('aborting a job', () => {
  it('leaves all its rows unprocessed where none was written yet', () => {
    const id = jobs.create(insert)
    jobs.upload(id, csvOf('Name', ['A', 'B']))
    expect(jobs.patch(id, 'Aborted')).toMatchObject({ status: 200, body: { state: 'Aborted' } })
    expect(valuesOf(jobs.results(id).unprocessed, 'Name')).toEqual(['A', 'B'])
    expect(local.query('SELECT Id FROM Account')).toEqual([])
  })

  it('is too late for one that is over', () => {
    const id = jobs.run(insert, csvOf('Name', ['A']))
    expect(jobs.patch(id, 'Aborted')).toMatchObject(
      refusal('INVALIDJOBSTATE', 'Aborting already Completed Job not allowed'),
    )
  })
})

describe('asking about a job', () => {
  it('answers with counts, times, and what it was created with', () => {
    const request = { ...upsert, columnDelimiter: 'PIPE', assignmentRuleId: '01Q000000000001' }
    const id = jobs.run(request, csvOf('Ext__c|Name', ['1|A', '2|']))
    expect(jobs.info(id)).toEqual({
      id,
      operation: 'upsert',
      object: 'Account',
      createdById: expect.stringMatching(/^005/),
      createdDate: '2026-03-10T12:00:00.000+0000',
      systemModstamp: '2026-03-10T12:00:00.000+0000',
      state: 'JobComplete',
      externalIdFieldName: 'Ext__c',
      assignmentRuleId: '01Q000000000001',
      concurrencyMode: 'Parallel',
      contentType: 'CSV',
      apiVersion: 67,
      lineEnding: 'LF',
      columnDelimiter: 'PIPE',
      jobType: 'V2Ingest',
      numberRecordsProcessed: 2,
      numberRecordsFailed: 1,
      retries: 0,
      totalProcessingTime: 0,
      apiActiveProcessingTime: 0,
      apexProcessingTime: 0,
      isPkChunkingSupported: false,
    })
  })

  it('that is not there answers 404', () => {
    for (const path of ['/750000000000999', '/nothing', '/750000000000999/failedResults']) {
      expect(get(path)).toMatchObject(refusal('NOT_FOUND', 'does not exist', 404))
    }
  })

  it('counts as an API request, as every other call of Bulk', () => {
    const id = jobs.run(insert, csvOf('Name', ['A']))
    jobs.results(id)
    expect(get(`/${id}`).headers['sforce-limit-info']).toMatch(/^api-usage=7\//)
    expect(local.salesforce.calls()).toMatchObject({
      create_job: 1,
      upload: 1,
      close_job: 1,
      job_results: 3,
      job_state: 1,
    })
  })

  it('can not be a part of a composite request', () => {
    const url = `/services/data/v67.0/jobs/ingest/${jobs.run(insert, csvOf('Name', ['A']))}/failedResults`
    const part = { method: 'GET', url, referenceId: 'a' }
    const { body } = local.call('POST /composite', { compositeRequest: [part] })
    expect(objectsIn(objectOf(body)['compositeResponse'])).toMatchObject([{ httpStatusCode: 404 }])
  })
})

describe('listing jobs', () => {
  it('gives a thousand at a time and the address of the next', () => {
    const ids = Array.from({ length: 1001 }, () => jobs.create(insert))
    const first = objectOf(get('?jobType=V2Ingest').body)
    expect(objectsIn(first['records']).map(({ id }) => id)).toEqual(ids.slice(0, 1000))
    expect(objectsIn(first['records'])[0]).toMatchObject({ jobType: 'V2Ingest', state: 'Open' })
    expect(first['done']).toBe(false)
    const next = textOf(first['nextRecordsUrl'])
    expect(next).toContain('jobType=V2Ingest')
    const last = objectOf(local.call(`GET ${next}`).body)
    expect(objectsIn(last['records']).map(({ id }) => id)).toEqual(ids.slice(1000))
    expect(last).toMatchObject({ done: true, nextRecordsUrl: null })
  })

  it.each([
    ['jobType=Classic', 0],
    ['jobType=BigObjectIngest', 0],
    ['isPkChunkingEnabled=true', 0],
    ['isPkChunkingEnabled=false', 1],
  ])('with %s finds %i', (query, count) => {
    jobs.create(insert)
    const { records, done } = objectOf(get(`?${query}`).body)
    expect([objectsIn(records).length, done]).toEqual([count, true])
  })

  it('refuses a locator that nobody was given', () => {
    expect(get('?queryLocator=x')).toMatchObject(refusal('INVALID_QUERY_LOCATOR', 'locator'))
  })
})

describe('deleting a job', () => {
  it('is for jobs that are over, and forgets their results', () => {
    const id = jobs.create(insert)
    const remove = () => local.call(`DELETE ${jobsPath}/${id}`)
    expect(remove()).toMatchObject(refusal('INVALIDJOBSTATE', 'Deleting Open Job not allowed'))
    jobs.upload(id, csvOf('Name', ['A']))
    closed(id)
    expect(remove()).toMatchObject({ status: 204, body: null })
    expect(remove().status).toBe(404)
    expect(get(`/${id}/successfulResults`).status).toBe(404)
    expect(local.query('SELECT Id FROM Account')).toHaveLength(1)
  })
})

describe('the results', () => {
  const result = (id: string, name: string) => local.send(`GET ${jobsPath}/${id}/${name}`, null)

  it('begin with what became of the row, then its own columns, all in quotes', () => {
    const id = jobs.run(upsert, 'Ext__c,Name,Phone\n1,"A ""x""",\n2,,#N/A\n')
    const { status, headers, text } = result(id, 'successfulResults/')
    expect([status, headers['content-type']]).toEqual([200, 'text/csv'])
    expect(text).toMatch(
      /^"sf__Id","sf__Created","Ext__c","Name","Phone"\n"001\w{15}","true","1","A ""x""",""\n$/,
    )
    expect(result(id, 'failedResults').text).toBe(
      '"sf__Id","sf__Error","Ext__c","Name","Phone"\n"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","2","","#N/A"\n',
    )
    expect(result(id, 'unprocessedrecords/').text).toBe('"Ext__c","Name","Phone"\n')
  })

  it('have the delimiter and the line ending of the job', () => {
    const request = { ...insert, columnDelimiter: 'TAB', lineEnding: 'CRLF' }
    const id = jobs.run(request, 'Name\tPhone\r\nA\t1\r\n')
    expect(result(id, 'failedResults').text).toBe('"sf__Id"\t"sf__Error"\t"Name"\t"Phone"\r\n')
  })

  it('come in an order of their own, the same each time, by the seed', () => {
    const names = Array.from({ length: 50 }, (_, index) => `A${index}`)
    const orderWith = (seed: number) => {
      const other = openLocal({ seed })
      const id = openJobs(other).run(insert, csvOf('Name', names))
      const order = () =>
        openJobs(other)
          .results(id)
          .successful.map(({ Name = '' }) => Name)
      const first = order()
      expect(order()).toEqual(first)
      return first
    }
    const order = orderWith(1)
    expect(order).not.toEqual(names)
    expect(order.toSorted()).toEqual(names.toSorted())
    expect(orderWith(1)).toEqual(order)
    expect(orderWith(2)).not.toEqual(order)
  })

  it('are lower case in one of the three names, as the vendor has it', () => {
    const id = jobs.run(insert, csvOf('Name', ['A']))
    for (const name of ['unprocessedRecords', 'successfulresults', 'failedresults']) {
      expect(result(id, name).status).toBe(404)
    }
  })

  it('can not be read before the job is over', () => {
    local.salesforce.configure({ bulkBatchMs: 100 })
    const id = jobs.run(insert, csvOf('Name', ['A']))
    expect(get(`/${id}/successfulResults`)).toMatchObject(refusal('INVALIDJOBSTATE', 'results'))
    local.advance(100)
    expect(result(id, 'successfulResults').status).toBe(200)
  })

  it('of a job without data are empty', () => {
    const id = jobs.create(insert)
    jobs.patch(id, 'Aborted')
    expect(result(id, 'unprocessedrecords').text).toBe('')
  })
})
