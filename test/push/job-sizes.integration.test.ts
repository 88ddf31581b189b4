/** Which operations of a run go as jobs: what its plan has of a kind decides, not a page of the plan. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { applyPlan } from '../../src/engine/push/apply.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { planOnly } from '../../src/engine/push/push.ts'
import type { PushReport } from '../../src/engine/push/push-report.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { JobShop } from '../support/job-shop.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

let world: World
let shop: JobShop

/** More rows than are read of a plan at once. */
const customers = 5_000

beforeEach(async () => {
  world = await createWorld()
  shop = new JobShop({ crm: world.newCrm, clock: world.clock, processingMs: 30_000, rows: 1_000 })
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'Name ' || i, 'Rome' from range(${customers}) t(i)`,
  )
})
afterEach(() => world.close())

const inTurn = (base: Collaborators): Collaborators => ({ ...shop.wrap(base), concurrency: 1 })

function run(changes: Partial<PushSync> = {}): Promise<PushReport> {
  return world.run(contactSync(changes), {}, inTurn)
}

/** Operation and rows of what was given to the CRM as jobs. */
function loads(): readonly unknown[] {
  return shop.jobs.map(({ load }) => [load?.operation, load?.inputs.length])
}

/** Requests that write, and jobs, as predicted. */
function predictedOf({ predicted }: PushReport): readonly unknown[] {
  const { create, update, delete: deletes, jobs } = predicted?.byKind ?? {}
  return [create, update, deletes, (jobs ?? 0) / 5]
}

/** One row of five is new, and the model's order has them among the others. */
async function knowsFourOfFive(): Promise<void> {
  await world.sql(
    'create table everyone as select * from customers',
    'delete from customers where id % 5 = 0',
  )
  await run({ bulkFrom: 1 })
  shop.jobs.length = 0
  await world.sql(
    'delete from customers',
    `insert into customers select id, email, first_name, 'Oslo' from everyone`,
  )
}

test('more operations than a job takes may be what jobs begin at', async () => {
  const report = await run({ bulkFrom: 1_200 })
  expect(report.outcomes).toMatchObject({ delivered: customers })
  expect(loads()).toEqual(Array.from({ length: 5 }, () => ['create', 1_000]))
  expect(predictedOf(report)).toEqual([0, 0, 0, 5])
})

test('rows that are too large for one job go as smaller ones', async () => {
  shop.mostFilled = 300
  const report = await run({ bulkFrom: 200 })
  expect(report.outcomes).toMatchObject({ delivered: customers })
  const filled = shop.jobs.filter(({ load }) => load !== null)
  expect(filled.map(({ load }) => load?.inputs.length)).toEqual(
    Array.from({ length: 20 }, () => 250),
  )
  expect(new Set(shop.jobs.map(({ state }) => state))).toEqual(new Set(['ended', 'aborted']))
})

test('rows that are too large for the smallest job that is worth it go by requests', async () => {
  shop.mostFilled = 300
  const report = await run({ bulkFrom: 400 })
  expect(report.outcomes).toMatchObject({ delivered: customers })
  expect(shop.jobs.filter(({ load }) => load !== null)).toEqual([])
})

test('nothing goes as a job where the run has fewer', async () => {
  const report = await run({ bulkFrom: customers + 1 })
  expect(report.outcomes).toMatchObject({ delivered: customers })
  expect(loads()).toEqual([])
  expect(predictedOf(report)).toEqual([50, 0, 0, 0])
})

test('operations of a kind fill jobs, though others lie between', async () => {
  await knowsFourOfFive()
  const report = await run({ bulkFrom: 900 })
  expect(report.outcomes).toMatchObject({ delivered: customers })
  expect(loads()).toEqual([
    ['update', 1_000],
    ['update', 1_000],
    ['update', 1_000],
    ['update', 1_000],
    ['create', 1_000],
  ])
  expect(predictedOf(report)).toEqual([0, 0, 0, 5])
})

test('rows with a condition lie between those that fill a job', async () => {
  await run({ bulkFrom: 1, fields: [field('firstname', 'first_name')] })
  shop.jobs.length = 0
  await world.sql(
    `update customers set first_name = 'New'`,
    'update customers set city = null where id % 5 = 0',
  )
  const fields = [field('firstname', 'first_name'), field('city', 'city', { write: 'if_empty' })]
  const report = await run({ bulkFrom: 900, fields })
  expect(report.outcomes).toMatchObject({ delivered: customers })
  expect(loads()).toEqual([['update', 1_000]])
  expect(predictedOf(report)).toEqual([0, 40, 0, 1])
})

test('a plan that is applied goes as it was predicted', async () => {
  await knowsFourOfFive()
  const sync = contactSync({ bulkFrom: 900 })
  const plan = await world.push(planOnly, sync, { kind: 'plan' }, inTurn)
  const applied = await world.push(applyPlan, sync, { runId: plan.runId, kind: 'apply' }, inTurn)
  expect(applied.outcomes).toMatchObject({ delivered: customers })
  expect(loads()).toHaveLength(5)
  expect(predictedOf(plan)).toEqual([0, 0, 0, 5])
  expect(applied.predicted).toEqual(plan.predicted)
})
