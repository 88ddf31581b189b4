/**
 * A CRM that answers with a page, nothing, wrong JSON, 200 without results, or not at all: to every
 * kind of request of a push, as long as a run lasts. What the days after it leave in the CRM must be
 * what they leave without it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SynclineError } from '../../src/model/error.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { type FaultKind, faultFits } from '../../src/simulator/hubspot/request/faults.ts'
import type { Operation } from '../../src/simulator/hubspot/request/operations.ts'
import type { PushReport } from '../../src/engine/push/push-report.ts'
import { PlainHosts } from '../support/plain-host.ts'
import { contactSync, createWorld, field } from '../support/world.ts'
import type { World } from '../support/world.ts'

/** `latency` is set to longer than any request may take: silence. */
const kinds = ['html_page', 'empty_body', 'wrong_json', 'no_results', 'latency'] as const

interface Story {
  readonly sync: (schema: string) => PushSync
  readonly columns: string
  readonly rows: string
  /** What is new on the bad day. */
  readonly change: (table: string) => readonly string[]
  /** Requests that the bad day makes. */
  readonly asks: readonly Operation[]
}

const text = { type: 'string', fieldType: 'text', groupName: 'g' } as const
const unique = { ...text, hasUniqueValue: true }
const portal = {
  properties: {
    companies: [
      { ...unique, name: 'syncline_key', label: 'Syncline key' },
      { ...unique, name: 'account_key', label: 'Account key' },
    ],
    deals: [{ ...unique, name: 'deal_key', label: 'Deal key' }],
  },
  owners: [{ id: '77', email: 'owner@x.com' }],
  records: {
    contacts: [{ id: '9001', properties: { email: 'd@x.com', city: 'Bonn' } }],
    companies: [
      { id: '501', properties: { name: 'Acme', domain: 'acme.com', account_key: 'acme' } },
      { id: '502', properties: { name: 'Bolt', domain: 'bolt.com', account_key: 'bolt' } },
    ],
  },
}

const owned = field('hubspot_owner_id', '', {
  source: { from: 'constant', value: 'owner@x.com' },
  lookup: 'owners.email',
})

const stories: Readonly<Record<string, Story>> = {
  contacts: {
    sync: (schema) =>
      contactSync({
        name: schema,
        model: { kind: 'table', schema, table: 'rows' },
        removedRows: 'archive',
        fields: [field('firstname', 'name'), field('city', 'city'), owned],
      }),
    columns: 'id bigint, email varchar, name varchar, city varchar',
    rows: `(1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Oslo'), (3, 'c@x.com', 'Cid', 'Nice')`,
    change: (table) => [
      `update ${table} set city = 'Lima' where id = 1`,
      `delete from ${table} where id = 3`,
      `insert into ${table} values (4, 'd@x.com', 'Dan', 'Kiel'), (5, 'e@x.com', 'Eve', 'Kyiv')`,
    ],
    asks: [
      'account',
      'property_read',
      'owner_read',
      'batch_read',
      'batch_create',
      'batch_update',
      'batch_archive',
    ],
  },
  'contacts without a look': {
    sync: (schema) =>
      contactSync({
        name: schema,
        model: { kind: 'table', schema, table: 'rows' },
        readBefore: false,
        fields: [field('firstname', 'name'), field('city', 'city')],
      }),
    columns: 'id bigint, email varchar, name varchar, city varchar',
    rows: `(1, 'a@x.com', 'Ann', 'Rome')`,
    change: (table) => [
      `insert into ${table} values (4, 'd@x.com', 'Dan', 'Kiel'), (5, 'e@x.com', 'Eve', 'Kyiv')`,
    ],
    asks: ['batch_upsert'],
  },
  'companies found by search': {
    sync: (schema) =>
      contactSync({
        name: schema,
        object: 'companies',
        model: { kind: 'table', schema, table: 'rows' },
        match: { field: 'domain', column: 'domain' },
        fields: [field('name', 'name')],
      }),
    columns: 'id bigint, domain varchar, name varchar',
    rows: `(3, 'cold.com', 'Cold')`,
    change: (table) => [
      `insert into ${table} values (1, 'acme.com', 'Acme Ltd'), (4, 'dune.com', 'Dune')`,
    ],
    asks: ['search'],
  },
  deals: {
    sync: (schema) =>
      contactSync({
        name: schema,
        object: 'deals',
        model: { kind: 'table', schema, table: 'rows' },
        match: { field: 'deal_key', column: 'id' },
        fields: [
          field('dealname', 'name'),
          field('dealstage', 'stage', { lookup: 'stages.label' }),
        ],
        associations: [
          {
            to: 'companies',
            match: { field: 'account_key', column: 'account' },
            label: null,
            ifMissing: 'defer',
          },
        ],
      }),
    columns: 'id varchar, name varchar, stage varchar, account varchar',
    rows: `('d1', 'One', 'Closed Won', 'acme')`,
    change: (table) => [
      `update ${table} set account = 'bolt', name = 'One more'`,
      `insert into ${table} values ('d2', 'Two', 'Closed Lost', 'bolt')`,
    ],
    asks: ['pipeline_read', 'association_read', 'association_write'],
  },
}

const dayMs = 86_400_000
const hosts = new PlainHosts()
let worlds = 0

afterAll(() => hosts.close())

interface Day {
  readonly report: PushReport | null
  readonly error: unknown
}

/** The story with a fault on its second day, then days of quiet; gives the bad day and the end. */
async function live(story: Story, fault: { kind: FaultKind; operation: Operation } | null) {
  worlds += 1
  const name = `answers${worlds}`
  const on = { host: await hosts.next(), name }
  const world = await createWorld({ on, state: portal, searchLagMs: 5_000 })
  try {
    const table = `${name}.rows`
    const sync = story.sync(name)
    await world.sql(`create schema ${name}`, `create table ${table} (${story.columns})`)
    await world.sql(`insert into ${table} values ${story.rows}`)
    world.clock.pass(60_000)
    expect((await world.run(sync)).error).toBeNull()
    await world.sql(...story.change(table))
    world.clock.pass(dayMs)
    if (fault !== null) {
      world.hubspot.configure({ faults: { latencyMs: [60_000, 60_000] } })
      world.hubspot.planFault({ ...fault, times: 10_000 })
    }
    const bad = await world.run(sync).then(
      (report): Day => ({ report, error: report.error }),
      (error: unknown): Day => ({ report: null, error }),
    )
    const met = world.hubspot.faultEvents().length
    world.hubspot.clearPlannedFaults()
    const quiet: PushReport[] = []
    for (let day = 0; day < 3; day++) {
      // Longer than anything is held back for.
      world.clock.pass(2 * dayMs)
      quiet.push(await world.run(sync))
    }
    return { bad, met, quiet, end: essence(world, sync) }
  } finally {
    await world.sql(`drop schema if exists ${name} cascade`)
    await world.close()
  }
}

/** What the CRM holds, whatever its ids are: records by their values, and who belongs to whom. */
function essence(world: World, sync: PushSync): unknown {
  const { records, associations } = world.hubspot.dump().state
  const fields = [sync.match?.field ?? '', ...sync.fields.map((each) => each.field)]
  const named = new Map(
    Object.entries(records).flatMap(([object, all]) =>
      all.map((record) => [
        `${object} ${record.id}`,
        fields.map((name) => record.properties[name] ?? '').join(' '),
      ]),
    ),
  )
  const name = (end: { object: string; id: string }) =>
    named.get(`${end.object} ${end.id}`) ?? 'nobody'
  return {
    records: [...named.values()].toSorted(),
    associations: associations.map(({ from, to }) => `${name(from)} → ${name(to)}`).toSorted(),
  }
}

/** An error must be the one of a CRM that is not there; a report must balance. None when all is told right. */
function complaintsOf({ report, error }: Day): readonly string[] {
  const complaints: string[] = []
  const told = error instanceof SynclineError ? `${error.code} ${error.message}` : String(error)
  if (error !== null && !/^push\.unreachable .*connection hubspot: /.test(told)) {
    complaints.push(`the error is ${told}`)
  }
  if (report === null) return complaints
  const { rows, outcomes, planned } = report
  const sum = Object.values(outcomes).reduce((total, each) => total + each, 0)
  if (sum !== rows) complaints.push(`${sum} outcomes for ${rows} rows`)
  const operations = planned.creates + planned.updates + planned.deletes
  if (error === null && operations > 0 && outcomes.delivered === 0) {
    complaints.push('nothing got through and no error says so')
  }
  return complaints
}

for (const [name, story] of Object.entries(stories)) {
  describe(`on a bad day, a push of ${name}`, () => {
    let right: unknown

    beforeAll(async () => {
      const { bad, end } = await live(story, null)
      if (bad.error !== null) throw new Error('a quiet day went wrong', { cause: bad.error })
      right = end
    })

    const cells = story.asks.flatMap((operation) =>
      kinds.filter((kind) => faultFits(kind, operation)).map((kind) => ({ kind, operation })),
    )
    it.each(cells)('survives $kind for $operation', async (fault) => {
      const { bad, met, quiet, end } = await live(story, fault)
      expect(met).toBeGreaterThan(0)
      expect(complaintsOf(bad)).toEqual([])
      expect(quiet.map(({ error }) => error)).toEqual([null, null, null])
      expect(end).toEqual(right)
      expect(quiet.at(-1)?.outcomes).toMatchObject({ delivered: 0, deferred: 0, rejected: 0 })
    })
  })
}
