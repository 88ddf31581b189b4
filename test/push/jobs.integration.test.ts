import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Bulk } from '../../src/connector/bulk.ts'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { explain, type Life } from '../../src/engine/push/explain.ts'
import { retry } from '../../src/engine/push/push.ts'
import type { PushReport } from '../../src/engine/push/push-report.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { JobShop, shopTiming } from '../support/job-shop.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

const processingMs = 30_000

let world: World
let shop: JobShop

beforeEach(async () => {
  world = await createWorld()
  shop = new JobShop({ crm: world.newCrm, clock: world.clock, processingMs, rows: 20 })
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'Name ' || i, 'Rome' from range(45) t(i)`,
  )
})
afterEach(() => world.close())

function run(changes: Partial<PushSync> = {}): Promise<PushReport> {
  return world.run(contactSync({ bulkFrom: 10, ...changes }), {}, (base) => small(base, shop))
}

/** Few records in a request, some in a job, one batch after the other. */
function small(base: Collaborators, jobs: JobShop): Collaborators {
  const wrapped = jobs.wrap(base)
  const pages = { read: 10, create: 4, update: 4, upsert: 4, delete: 4 }
  return { ...wrapped, connector: { ...wrapped.connector, pages }, concurrency: 1 }
}

function contacts(): Record<string, Record<string, string | null>> {
  const records = (world.hubspot.dump().state.records['0-1'] ?? []).filter(
    ({ archivedAt }) => !archivedAt,
  )
  return Object.fromEntries(records.map((record) => [record.id, record.properties]))
}

/** Job, operation and rows of what was given to the CRM. */
function loads(): readonly unknown[] {
  return shop.jobs.map(({ state, load }) => [state, load?.operation, load?.inputs.length])
}

test('as many operations of one kind as the sync says go as jobs, each of at most so many rows', async () => {
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(loads()).toEqual([
    ['ended', 'create', 20],
    ['ended', 'create', 20],
    // What is left of the last page is too little for a job.
  ])
  expect(Object.keys(contacts())).toHaveLength(45)
  expect((await run()).outcomes).toMatchObject({ delivered: 0, unchanged: 45 })
  expect(shop.jobs).toHaveLength(2)
})

test('updates and deletes go as jobs, too, found by their ids', async () => {
  await run({ removedRows: 'archive' })
  await world.sql(
    `update customers set city = 'Oslo' where id < 25`,
    `delete from customers where id >= 30`,
  )
  const report = await run({ removedRows: 'archive' })
  expect(report.outcomes).toMatchObject({ delivered: 40 })
  const operations = shop.jobs.map(({ load }) => load?.operation)
  expect(operations).toContain('update')
  expect(operations).toContain('delete')
  const left = Object.values(contacts())
  expect(left).toHaveLength(30)
  expect(left.filter(({ city }) => city === 'Oslo')).toHaveLength(25)
  expect((await run({ removedRows: 'archive' })).outcomes).toMatchObject({ delivered: 0 })
})

test('so few rows that one request would do go as a job where the sync says so', async () => {
  await world.sql('delete from customers where id >= 3')
  expect((await run({ bulkFrom: 1 })).outcomes).toMatchObject({ delivered: 3 })
  expect(loads()).toEqual([['ended', 'create', 3]])
})

test('nothing goes as a job where the sync says never', async () => {
  const report = await run({ bulkFrom: null })
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(shop.jobs).toEqual([])
})

test('rows with a write condition go by requests, whatever their number', async () => {
  await run({ fields: [field('firstname', 'first_name')] })
  shop.jobs.length = 0
  const conditional = [
    field('firstname', 'first_name'),
    field('city', 'city', { write: 'if_empty' }),
  ]
  const report = await run({ fields: conditional })
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(shop.jobs).toEqual([])
})

test('what a job refuses is rejected row by row, and the rest is delivered', async () => {
  await world.sql(`update customers set email = 'no address ' || id where id in (7, 8)`)
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 43, rejected: 2 })
})

test('rows that the CRM was too busy for are sent again by requests', async () => {
  shop.busyAt = [0, 3, 5]
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('creates that meet records which exist already update them instead', async () => {
  await run({ fields: [field('firstname', 'first_name')] })
  const other = contactSync({ name: 'others', bulkFrom: 10, readBefore: false, mode: 'upsert' })
  const report = await world.run(other, {}, (base) => small(base, shop))
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(shop.jobs.map(({ load }) => load?.operation)).toContain('upsert')
  expect(Object.keys(contacts())).toHaveLength(45)
})

/** A process that dies at the first edge of this name. */
async function diesAt(edge: string): Promise<void> {
  const probe = new CrashingProcess(null)
  const watched = await createWorld()
  const other = new JobShop({ crm: watched.newCrm, clock: watched.clock, processingMs, rows: 20 })
  await watched.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'Name ' || i, 'Rome' from range(45) t(i)`,
  )
  await watched.run(contactSync({ bulkFrom: 10 }), {}, (base) => probe.wrap(small(base, other)))
  await watched.close()
  const process = new CrashingProcess(probe.edges.indexOf(edge) + 1)
  const killed = world.run(contactSync({ bulkFrom: 10 }), {}, (base) =>
    process.wrap(small(base, shop)),
  )
  await expect(killed).rejects.toThrow(Crash)
}

test('what a job of a killed process tells of a record outweighs what a look for another row finds there', async () => {
  await world.sql('delete from customers where id > 2')
  const killed = world.run(contactSync({ bulkFrom: 1 }), {}, (base) => {
    const wrapped = shop.wrap(base)
    const results: Bulk['results'] = () => Promise.reject(new Crash('bulk.results'))
    return { ...wrapped, crm: { ...wrapped.crm, bulk: { ...shop.bulk, results } } }
  })
  await expect(killed).rejects.toThrow(Crash)
  const [primary = '', other = ''] = Object.keys(contacts())
  world.hubspot.edit({ kind: 'merge', object: 'contacts', primary, other })
  const report = await world.run(contactSync({ bulkFrom: 1 }), {}, (base) => {
    const wrapped = shop.wrap(base)
    const results: Bulk['results'] = async (id, load) =>
      (await shop.bulk.results(id, load)).map((result, index) =>
        index === 1 ? { status: 'unaccounted' } : result,
      )
    return { ...wrapped, crm: { ...wrapped.crm, bulk: { ...shop.bulk, results } } }
  })
  expect(report.reasons).toEqual({ 'deferred in_doubt': 1 })
  const bound = `select key::varchar, remote_id from ${world.workingSchema}.contacts__baseline where remote_id = '${primary}'`
  expect(await world.query(bound)).toEqual([['0', primary]])
})

test('a job that a killed process started is waited for, and nothing is sent twice', async () => {
  await diesAt('bulk.start after')
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 25 })
  expect(loads().slice(0, 1)).toEqual([['ended', 'create', 20]])
  expect(Object.keys(contacts())).toHaveLength(45)
  expect((await run()).outcomes).toMatchObject({ delivered: 0 })
})

function lifeOf(key: string): Promise<Life> {
  return explain(world.ledger, world.warehouse, world.workingSchema, contactSync(), key)
}

test('a record tells its job while that is under way, and which job it was in the end', async () => {
  await diesAt('bulk.start after')
  const { events, underWay } = await lifeOf('0')
  expect([events, underWay]).toEqual([
    [],
    [expect.objectContaining({ kind: 'create', job: 'job1' })],
  ])
  expect(await world.ledger.jobs([underWay[0]?.runId ?? ''])).toMatchObject([{ id: 'job1' }])
  expect((await lifeOf('44')).underWay).toEqual([])
  await run()
  const ended = await lifeOf('0')
  expect(ended.events).toMatchObject([{ kind: 'create', status: 'delivered', job: 'job1' }])
  expect(ended.underWay).toEqual([])
  // What is left of a page goes by requests.
  expect((await lifeOf('44')).events).toMatchObject([{ status: 'delivered', job: null }])
  const runs = await world.ledger.runs({ limit: 5 })
  const jobs = await world.ledger.jobs(runs.map(({ id }) => id))
  expect(jobs.map(({ id }) => id).toSorted()).toEqual(['job1', 'job2'])
})

test('what a job leaves over tells no job', async () => {
  shop.busyAt = [0]
  await run()
  expect((await lifeOf('0')).events).toMatchObject([{ status: 'delivered', job: null }])
  expect((await lifeOf('1')).events).toMatchObject([{ status: 'delivered', job: 'job1' }])
})

test('a job that a killed process never started is ended, and its rows are sent anew', async () => {
  await diesAt('bulk.fill after')
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(loads()[0]).toEqual(['aborted', 'create', 20])
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('a job whose start never arrived is ended, and its rows are sent anew', async () => {
  await diesAt('bulk.start before')
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(loads()[0]).toEqual(['aborted', 'create', 20])
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('of a job that the CRM no longer knows the records themselves tell what became of it', async () => {
  await diesAt('bulk.start after')
  world.clock.pass(processingMs)
  await shop.bulk.state('job1')
  shop.forgotten.add('job1')
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 25 })
  expect(Object.keys(contacts())).toHaveLength(45)
  // They count as ours, so that they may be deleted by us.
  const origins = await world.query('select distinct origin from syncline.contacts__baseline')
  expect(origins).toEqual([['created']])
})

test('a run that is told to stop leaves its job to the next one', async () => {
  const stop = new AbortController()
  const stopping = world.run(contactSync({ bulkFrom: 10 }), { signal: stop.signal }, (base) => {
    const wrapped = small(base, shop)
    const state: typeof shop.bulk.state = async (id) => {
      stop.abort(new Error('told to stop'))
      return shop.bulk.state(id)
    }
    return { ...wrapped, crm: { ...wrapped.crm, bulk: { ...shop.bulk, state } } }
  })
  await expect(stopping).rejects.toThrow('told to stop')
  const report = await run()
  expect(report.outcomes).toMatchObject({ delivered: 25 })
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('where the CRM takes no job, all rows go by requests, and a failing read does not undo what was written', async () => {
  shop.takesNone = true
  let creates = 0
  const failing = world.run(contactSync({ bulkFrom: 10 }), {}, (base) => {
    const wrapped = small(base, shop)
    const create: typeof base.crm.create = async (inputs, options) => {
      const results = await base.crm.create(inputs, options)
      creates += 1
      return creates === 3 ? results.map(() => ({ status: 'unaccounted' as const })) : results
    }
    const readByValue: typeof base.crm.readByValue = (...given) => {
      if (creates < 3) return base.crm.readByValue(...given)
      throw new RequestFailure({ kind: 'exhausted', message: 'the day is used up' })
    }
    return { ...wrapped, crm: { ...wrapped.crm, create, readByValue } }
  })
  // A day that is used up is nobody's fault: what is in flight waits for the next run, as the rest does.
  expect(await failing).toMatchObject({
    state: 'delivering',
    error: null,
    outcomes: { delivered: 8, deferred: 37 },
    reasons: { 'deferred run.in_flight': 4, 'deferred run.ended_early': 33 },
  })
  const report = await run()
  // Two requests had ended, and one was resolved before this run began its own.
  expect(report.outcomes).toMatchObject({ delivered: 33 })
  const origins = await world.query(
    'select distinct origin from syncline.contacts__baseline order by 1',
  )
  expect(origins).toEqual([['created']])
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('a start that is refused for good ends the run with what the CRM said, and its job', async () => {
  shop.startFailure = new RequestFailure({ kind: 'invalid', message: 'no such operation' })
  const report = await run()
  expect(report).toMatchObject({ state: 'failed', error: { code: 'push.request' } })
  expect(report.error?.message).toContain('no such operation')
  expect(new Set(shop.jobs.map(({ state }) => state))).toEqual(new Set(['aborted']))
  shop.startFailure = null
  expect((await run()).outcomes).toMatchObject({ delivered: 45 })
})

test('what a job settled stays settled when the process dies sending the rest', async () => {
  shop.busyAt = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
  const process = new CrashingProcess(null)
  let dies = false
  const killed = world.run(contactSync({ bulkFrom: 10, mode: 'insert' }), {}, (base) => {
    const wrapped = small(base, shop)
    const create: typeof base.crm.create = async (inputs, options) => {
      dies = true
      await base.crm.create(inputs, options)
      throw new Crash('create after')
    }
    return process.wrap({ ...wrapped, crm: { ...wrapped.crm, create } })
  })
  await expect(killed).rejects.toThrow(Crash)
  expect(dies).toBe(true)
  const report = await run({ mode: 'insert' })
  expect(report.outcomes.skipped).toBe(0)
  const keys = await world.query('select count(*)::varchar from syncline.contacts__baseline')
  expect(keys).toEqual([['45']])
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('a job is taken up as it was given, though the sync matches by another field since', async () => {
  await world.sql(
    `alter table customers add column other varchar`,
    `update customers set other = 'o' || id`,
  )
  await diesAt('bulk.start after')
  const match = { field: 'hs_other_key', column: 'other' }
  world.hubspot.seed({
    properties: {
      contacts: [{ name: 'hs_other_key', type: 'string', fieldType: 'text', hasUniqueValue: true }],
    },
  })
  await run({ match })
  const first = await world.query(
    `select key::varchar, remote_id from syncline.contacts__baseline order by 1`,
  )
  expect(new Set(first.map(([, id]) => id)).size).toBe(first.length)
})

test('a job that does not end is left to the next run when the patience that the connector declares is over, without an error', async () => {
  shop.isStuck = true
  const began = world.clock.now()
  const left = await run()
  expect(left).toMatchObject({
    state: 'delivering',
    error: null,
    outcomes: { delivered: 0, deferred: 45 },
    reasons: { 'deferred run.in_flight': 20, 'deferred run.ended_early': 25 },
  })
  expect(world.clock.now() - began).toBeGreaterThanOrEqual(shopTiming.patienceMs)
  expect(world.clock.now() - began).toBeLessThan(2 * shopTiming.patienceMs)
  const waiting = run()
  await expect(waiting).rejects.toMatchObject({ code: 'push.job_under_way' })
  await expect(waiting).rejects.toThrow('has not ended in 2 hours')
  expect(shop.jobs).toHaveLength(1)
  shop.isStuck = false
  expect((await run()).outcomes).toMatchObject({ delivered: 25, unchanged: 20 })
  expect(Object.keys(contacts())).toHaveLength(45)
})

function givingUp(): Promise<PushReport> {
  return world.run(contactSync({ bulkFrom: 10 }), {}, (base) => ({
    ...small(base, shop),
    givesUpJobs: true,
  }))
}

test('a job that is given up is ended, and what it did not come to is sent anew', async () => {
  await diesAt('bulk.start after')
  const report = await givingUp()
  expect(report.outcomes).toMatchObject({ delivered: 45 })
  expect(shop.jobs[0]?.state).toBe('ended')
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('rows of a job that is given up and does not end are in doubt until a person decides', async () => {
  await diesAt('bulk.start after')
  shop.isStuck = true
  const held = await world.run(contactSync({ bulkFrom: null }), {}, (base) => ({
    ...small(base, shop),
    givesUpJobs: true,
  }))
  expect(held.outcomes).toMatchObject({ delivered: 25, deferred: 20 })
  expect(Object.keys(contacts())).toHaveLength(25)
  const reasons = await world.query('select distinct reason, message from syncline.contacts__held')
  expect(reasons).toEqual([['in_doubt', expect.stringContaining('job1 was given up')]])
  // Its end arrives after all.
  shop.isStuck = false
  world.clock.pass(processingMs)
  await shop.bulk.state('job1')
  const settled = await world.push(retry, contactSync(), { kind: 'retry' })
  expect(settled.outcomes).toMatchObject({ delivered: 0, unchanged: 45 })
  expect(Object.keys(contacts())).toHaveLength(45)
})

test('a job that we may not ask for any more is told by name, and taken up once we may again', async () => {
  const refusal = new RequestFailure({ kind: 'auth', status: 403, message: 'API is not enabled' })
  const refused = world.run(contactSync({ bulkFrom: 10 }), {}, (base) => {
    const wrapped = small(base, shop)
    const state = (): Promise<never> => Promise.reject(refusal)
    return { ...wrapped, crm: { ...wrapped.crm, bulk: { ...shop.bulk, state } } }
  })
  await expect(refused).rejects.toMatchObject({ code: 'push.job_refused', kind: 'auth' })
  await expect(refused).rejects.toThrow('job job1 is under way: API is not enabled')
  expect((await run()).outcomes).toMatchObject({ delivered: 25 })
  expect(Object.keys(contacts())).toHaveLength(45)
})
