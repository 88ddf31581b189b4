import { describe, expect, it } from 'vitest'
import { type OpenLocal, objectOf, objectsIn, openLocal, textOf } from '../open-local.ts'
import type { SalesforceOptions } from '../simulator.ts'
import type { Operation } from '../request/operations.ts'
import type { IngestJob } from '../store/ingest-job.ts'
import { type OpenJobs, csvOf, jobsPath, openJobs, valuesOf } from '../open-jobs.ts'

const insert = { object: 'Account', operation: 'insert' }
const hour = 3_600_000
const batch = 10_000

function open(options: SalesforceOptions = {}): { local: OpenLocal; jobs: OpenJobs } {
  const local = openLocal({ keepLog: false, ...options })
  return { local, jobs: openJobs(local) }
}

/** Names in the order of the rows: A0, A1, … */
const rows = (count: number, prefix = 'A') =>
  csvOf(
    'Name',
    Array.from({ length: count }, (_, index) => `${prefix}${index}`),
  )
const accounts = (local: OpenLocal) =>
  Number(objectOf(local.call('GET /query?q=SELECT+COUNT()+FROM+Account').body)['totalSize'])
const progress = (jobs: OpenJobs, id: string) => {
  const { state, numberRecordsProcessed, numberRecordsFailed } = jobs.info(id)
  return [state, numberRecordsProcessed, numberRecordsFailed]
}
const bulkBatches = (local: OpenLocal) =>
  objectOf(objectOf(local.call('GET /limits').body)['DailyBulkApiBatches'])['Remaining']

describe('a job that takes time', () => {
  it('is written batch by batch, and shows how far it came', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, bulkParallel: 1 })
    const id = jobs.run(insert, rows(batch + 5))
    expect(progress(jobs, id)).toEqual(['InProgress', 0, 0])
    local.advance(999)
    expect(accounts(local)).toBe(0)
    local.advance(1)
    expect([...progress(jobs, id), accounts(local)]).toEqual(['InProgress', batch, 0, batch])
    local.advance(1000)
    expect(progress(jobs, id)).toEqual(['JobComplete', batch + 5, 0])
    expect(jobs.info(id)).toMatchObject({
      totalProcessingTime: 2000,
      apiActiveProcessingTime: 2000,
      systemModstamp: '2026-03-10T12:00:02.000+0000',
    })
  })

  it('writes each batch at its own time, however late somebody asks, for who created the job', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, bulkParallel: 1, keepLog: true })
    const begun = local.now()
    const options = { 'sforce-call-options': 'client=ours' }
    const { body } = local.call(`POST ${jobsPath}`, insert, options)
    const id = textOf(objectOf(body)['id'])
    jobs.upload(id, rows(batch + 1))
    jobs.patch(id, 'UploadComplete')
    local.advance(hour)
    const log = local.salesforce.log()
    const written = { source: 'api', kind: 'create', client: 'ours' }
    expect([log[0], log.at(-1)]).toMatchObject([
      { ...written, requestId: `${id}-1`, at: begun + 1000 },
      { ...written, requestId: `${id}-2`, at: begun + 2000 },
    ])
  })

  it('waits as UploadComplete while batches of other jobs take all the room', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, bulkParallel: 2 })
    const ids = [1, 2, 3].map((one) => jobs.run(insert, rows(one)))
    const states = () => ids.map((id) => progress(jobs, id)[0])
    expect(states()).toEqual(['InProgress', 'InProgress', 'UploadComplete'])
    local.advance(1000)
    expect(states()).toEqual(['JobComplete', 'JobComplete', 'InProgress'])
    local.advance(1000)
    expect(states()).toEqual(['JobComplete', 'JobComplete', 'JobComplete'])
  })

  it('keeps its pace when the settings change, the next batches have the new one', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, bulkParallel: 0 })
    const [first, second] = [jobs.run(insert, rows(1)), jobs.run(insert, rows(1))]
    const states = () => [first, second].map((id) => progress(jobs, id)[0])
    local.advance(hour)
    expect(states()).toEqual(['UploadComplete', 'UploadComplete'])
    local.salesforce.configure({ bulkParallel: 1 })
    local.salesforce.configure({ bulkBatchMs: 10 })
    local.advance(999)
    expect(states()).toEqual(['InProgress', 'UploadComplete'])
    local.advance(1)
    expect(states()).toEqual(['JobComplete', 'InProgress'])
    local.advance(10)
    expect(states()).toEqual(['JobComplete', 'JobComplete'])
  })

  it('without any is over at the next question', () => {
    const { jobs } = open()
    expect(progress(jobs, jobs.run(insert, rows(3)))).toEqual(['JobComplete', 3, 0])
  })
})

describe('a job that is aborted while it works', () => {
  it('keeps what was written and leaves the rest unprocessed', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, bulkParallel: 1 })
    const id = jobs.run(insert, rows(batch + 2))
    local.advance(1000)
    expect(jobs.patch(id, 'Aborted')).toMatchObject({ status: 200, body: { state: 'Aborted' } })
    local.advance(hour)
    expect(progress(jobs, id)).toEqual(['Aborted', batch, 0])
    expect(accounts(local)).toBe(batch)
    const { successful, unprocessed } = jobs.results(id)
    expect([successful.length, valuesOf(unprocessed, 'Name')]).toEqual([
      batch,
      ['A10000', 'A10001'],
    ])
  })

  it('leaves its room to the next', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, bulkParallel: 1 })
    const first = jobs.run(insert, rows(1))
    const second = jobs.run(insert, rows(1))
    local.advance(500)
    local.salesforce.abortJob(first)
    local.advance(999)
    expect(progress(jobs, second)[0]).toBe('InProgress')
    local.advance(1)
    expect([progress(jobs, first)[0], progress(jobs, second)[0]]).toEqual([
      'Aborted',
      'JobComplete',
    ])
  })
})

describe('a job that fails in the middle', () => {
  it('has some rows written, some failed, and the rest unprocessed', () => {
    const { local, jobs } = open()
    const id = jobs.create(insert)
    jobs.upload(id, csvOf('Name,Phone', ['A,1', ',2', 'C,3', 'D,4', 'E,5']))
    local.salesforce.failJob(id, 3)
    jobs.patch(id, 'UploadComplete')
    expect(jobs.info(id)).toMatchObject({
      state: 'Failed',
      numberRecordsProcessed: 3,
      numberRecordsFailed: 1,
      errorMessage: expect.stringMatching(/^InternalServerError : /),
    })
    const { successful, failed, unprocessed } = jobs.results(id)
    expect([successful, failed, unprocessed].map((part) => valuesOf(part, 'Name'))).toEqual([
      ['A', 'C'],
      [''],
      ['D', 'E'],
    ])
    expect(accounts(local)).toBe(2)
  })

  it('does so at once where so many rows are processed', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, bulkParallel: 1 })
    const id = jobs.run(insert, rows(batch + 1))
    local.advance(1500)
    local.salesforce.failJob(id)
    expect(progress(jobs, id)).toEqual(['Failed', batch, 0])
    expect(() => local.salesforce.failJob(id)).toThrow('INVALIDJOBSTATE')
    expect(() => local.salesforce.abortJob('750000000000999')).toThrow('NOT_FOUND')
  })

  it('comes by a fault, too, after some row by the seed', () => {
    const run = () => {
      const { local, jobs } = open({ seed: 5 })
      local.salesforce.planFault({ kind: 'job_failure' })
      const id = jobs.run(insert, rows(1000))
      const { successful, failed, unprocessed } = jobs.results(id)
      expect(jobs.info(id)['state']).toBe('Failed')
      expect(failed).toEqual([])
      expect(successful.length + unprocessed.length).toBe(1000)
      return successful.length
    }
    const written = run()
    expect(written).toBeGreaterThan(0)
    expect(run()).toBe(written)
  })

  it('is what becomes of one whose object changed under it', () => {
    const { local, jobs } = open({
      bulkBatchMs: 1000,
      state: { fields: { Account: [{ name: 'Note__c', type: 'string' }] } },
    })
    const id = jobs.run(insert, csvOf('Name,Note__c', ['A,1']))
    const hidden = { 'admin@local.test': { fields: { 'Account.Note__c': 'none' } } } as const
    local.salesforce.seed({ permissions: hidden })
    local.advance(1000)
    expect(jobs.info(id)).toMatchObject({
      state: 'Failed',
      errorMessage: expect.stringContaining("No such column 'Note__c'"),
    })
    expect(jobs.results(id).unprocessed).toHaveLength(1)
  })
})

describe('the batches of a day', () => {
  it('are counted, ten thousand rows each', () => {
    const { local, jobs } = open({ limits: { dailyBulkBatches: 15_000 } })
    expect(bulkBatches(local)).toBe(15_000)
    jobs.run(insert, rows(batch + 1))
    jobs.run(insert, rows(1))
    jobs.run(insert, 'Nope__c\n1\n')
    expect(bulkBatches(local)).toBe(14_997)
    local.advance(24 * hour)
    expect(bulkBatches(local)).toBe(15_000)
  })

  it('that are used up fail a job after those it got', () => {
    const { local, jobs } = open({ limits: { dailyBulkBatches: 3 }, state: { bulkBatchesUsed: 2 } })
    const id = jobs.run(insert, rows(batch + 7))
    expect(jobs.info(id)).toMatchObject({
      state: 'Failed',
      errorMessage: expect.stringMatching(/^ExceededQuota : /),
      numberRecordsProcessed: batch,
    })
    expect([accounts(local), jobs.results(id).unprocessed.length]).toEqual([batch, 7])
    expect(bulkBatches(local)).toBe(0)
  })

  it('that are used up since the job was created leave all its rows', () => {
    const { jobs } = open({ limits: { dailyBulkBatches: 1 } })
    const [first, second] = [jobs.create(insert), jobs.create(insert)]
    for (const id of [first, second]) {
      jobs.upload(id, rows(2))
      jobs.patch(id, 'UploadComplete')
    }
    expect([progress(jobs, first), progress(jobs, second)]).toEqual([
      ['JobComplete', 2, 0],
      ['Failed', 0, 0],
    ])
  })
})

describe('age', () => {
  it('aborts a job that is open for a day', () => {
    const { local, jobs } = open()
    const id = jobs.create(insert)
    jobs.upload(id, rows(1))
    local.advance(24 * hour - 1)
    expect(jobs.info(id)['state']).toBe('Open')
    local.advance(1)
    expect(jobs.info(id)).toMatchObject({
      state: 'Aborted',
      systemModstamp: '2026-03-11T12:00:00.000+0000',
    })
  })

  it('takes a job and its results away after seven days', () => {
    const { local, jobs } = open({ bulkBatchMs: hour })
    const id = jobs.run(insert, rows(1))
    local.advance(7 * 24 * hour + hour - 1)
    expect(jobs.results(id).successful).toHaveLength(1)
    local.advance(1)
    expect(local.call(`GET ${jobsPath}/${id}`).status).toBe(404)
    expect(local.call(`GET ${jobsPath}/${id}/successfulResults`).status).toBe(404)
  })

  it('comes sooner when told: what is over expires, what is not stays', () => {
    const { local, jobs } = open()
    const over = jobs.run(insert, rows(1))
    const waiting = jobs.create(insert)
    local.salesforce.expireJobs()
    const { records } = objectOf(local.call(`GET ${jobsPath}`).body)
    expect(objectsIn(records).map(({ id }) => id)).toEqual([waiting])
    expect(over).not.toBe(waiting)
  })
})

describe('batches at work at the same time', () => {
  const contacts = { object: 'Contact', operation: 'insert' }
  const children = (parents: readonly string[], count: number) =>
    csvOf(
      'LastName,AccountId',
      Array.from(
        { length: count },
        (_, index) => `L${index},${parents[index % parents.length] ?? ''}`,
      ),
    )
  /** Two jobs whose rows have the same parents. */
  function load(options: SalesforceOptions) {
    const { local, jobs } = open({ bulkBatchMs: 100, ...options })
    const parents = Array.from({ length: 20 }, (_, index) =>
      local.create('Account', { Name: `A${index}` }),
    )
    const ids = [500, 500].map((count) => jobs.run(contacts, children(parents, count)))
    local.advance(hour)
    return { jobs, ids, parents, failures: ids.map((id) => Number(progress(jobs, id)[2])) }
  }

  it('find the parents of the other locked as often as is set, by the seed', () => {
    const { jobs, ids, parents, failures } = load({ bulkLockRate: 0.1 })
    const [first, second = 0] = failures
    expect(first).toBe(0)
    expect(second).toBeGreaterThan(25)
    expect(second).toBeLessThan(100)
    const { failed } = jobs.results(ids[1] ?? '')
    const [error = ''] = failed.map(({ sf__Error = '' }) => sf__Error)
    expect(error).toMatch(
      /^UNABLE_TO_LOCK_ROW:unable to obtain exclusive access to this record or 1 records: 001\w{15}:--$/,
    )
    expect(parents).toContain(error.slice(-21, -3))
    expect(load({ bulkLockRate: 0.1 }).failures).toEqual(failures)
  })

  it('do so also in one job, and where they take no time', () => {
    const { local, jobs } = open({ bulkLockRate: 1 })
    const parent = local.create('Account', { Name: 'P' })
    const id = jobs.run(contacts, children([parent], batch + 5))
    expect(progress(jobs, id)).toEqual(['JobComplete', batch + 5, 5])
  })

  it('are not in the way of each other one after the other', () => {
    expect(load({ bulkLockRate: 1, bulkParallel: 1 }).failures).toEqual([0, 0])
    const { local, jobs } = open({ bulkLockRate: 1, bulkBatchMs: 100 })
    const parent = local.create('Account', { Name: 'P' })
    const failures = [1, 2].map(() => {
      const id = jobs.run(contacts, children([parent], 1))
      local.advance(100)
      return progress(jobs, id)[2]
    })
    expect(failures).toEqual([0, 0])
  })

  it('are not in the way of each other unless that is set', () => {
    expect(load({}).failures).toEqual([0, 0])
  })

  it('respect who holds a record, and hold what they write for as long as the org is set to', () => {
    const { local, jobs } = open({ lockHoldMs: 1000 })
    const parent = local.create('Account', { Name: 'P' })
    const failed = () => progress(jobs, jobs.run(contacts, children([parent], 1)))[2]
    local.advance(1000)
    local.salesforce.lock({ id: parent, times: 1 })
    expect(failed()).toBe(1)
    expect(failed()).toBe(0)
    const child = { LastName: 'M', AccountId: parent }
    expect(local.call('POST /sobjects/Contact', child)).toMatchObject({
      status: 400,
      body: [{ errorCode: 'UNABLE_TO_LOCK_ROW' }],
    })
  })
})

describe('a fault', () => {
  it.each([
    ['partial_failure', 1, 2, 'UNKNOWN_EXCEPTION:An unexpected error occurred.:--'],
    ['row_lock', 1, 2, expect.stringMatching(/^UNABLE_TO_LOCK_ROW:/)],
    ['silent_drop_applied', 0, 3, null],
    ['silent_drop_unapplied', 0, 2, null],
  ] as const)('%s hits one row of a job', (kind, failed, written, error) => {
    const { local, jobs } = open()
    local.salesforce.planFault({ kind })
    const id = jobs.run(insert, rows(3))
    expect(progress(jobs, id)).toEqual(['JobComplete', 3, failed])
    const results = jobs.results(id)
    expect(valuesOf(results.failed, 'sf__Error')).toEqual(error === null ? [] : [error])
    expect([results.successful.length, results.unprocessed.length]).toEqual([2, 0])
    expect(accounts(local)).toBe(written)
  })

  /** What each request is for, and whether it came to that. */
  const effects: readonly [Operation, (job: IngestJob | null) => boolean][] = [
    ['upload', (job) => job?.content === 'Name\nA\n'],
    ['close_job', (job) => job?.state === 'JobComplete'],
    ['delete_job', (job) => job === null],
  ]
  const kinds = ['drop_before', 'server_error_before', 'drop_after', 'server_error_after'] as const

  it.each(effects.flatMap((effect) => kinds.map((kind) => [kind, ...effect] as const)))(
    '%s comes to %s before or after its effect',
    (kind, operation, isDone) => {
      const { local, jobs } = open()
      const id = jobs.create(insert)
      const job = () =>
        local.salesforce.dump().state.jobs.find(({ spec }) => spec.id === id) ?? null
      const steps: Readonly<Record<string, () => object>> = {
        upload: () => jobs.upload(id, 'Name\nA\n'),
        close_job: () => jobs.patch(id, 'UploadComplete'),
        delete_job: () => local.call(`DELETE ${jobsPath}/${id}`),
      }
      local.salesforce.planFault({ kind, operation })
      for (const [name, step] of Object.entries(steps)) {
        const before = isDone(job())
        step()
        if (name !== operation) continue
        expect([before, isDone(job())]).toEqual([false, kind.endsWith('_after')])
        break
      }
      expect(local.salesforce.faultEvents()).toMatchObject([{ kind, operation }])
    },
  )

  it.each(['create_job', 'job_state', 'list_jobs', 'job_results'] as const)(
    'can befall %s',
    (operation) => {
      const { local } = open({
        faults: { operations: [operation], rates: { limit_concurrent: 1 } },
      })
      const { status } = local.call(`POST ${jobsPath}`, insert)
      const asked = ['', '/750000000000999', '/750000000000999/failedResults'].map(
        (path) => local.call(`GET ${jobsPath}${path}`).status,
      )
      expect([status, ...asked].filter((one) => one === 403)).toHaveLength(1)
    },
  )

  it('closes a job late, which then is processed from there on', () => {
    const { local, jobs } = open({ bulkBatchMs: 1000, faults: { lateMs: [500, 500] } })
    const id = jobs.create(insert)
    jobs.upload(id, rows(1))
    local.salesforce.planFault({ kind: 'apply_late', operation: 'close_job' })
    jobs.patch(id, 'UploadComplete')
    expect(jobs.info(id)['state']).toBe('Open')
    local.advance(1499)
    expect(jobs.info(id)['state']).toBe('InProgress')
    local.advance(1)
    expect(jobs.info(id)['state']).toBe('JobComplete')
  })
})
