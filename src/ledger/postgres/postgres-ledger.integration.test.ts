import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { noon, runIn, ttlMs } from '../../testing/ledger/conformance.ts'
import type { Ledger } from '../ledger.ts'
import { ledgerPurpose } from '../ledger-purpose.ts'
import { openLedger } from '../open-ledger.ts'
import { openPostgresLedger } from './open-postgres-ledger.ts'
import { openPostgresStore } from '../../store/postgres/open-postgres-store.ts'

let database: PostgresDatabase
let admin: pg.Client
let opened: Ledger[] = []

beforeAll(async () => {
  database = await postgresDatabase()
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
}, 60_000)
afterEach(async () => {
  await Promise.all(opened.map((ledger) => ledger.close()))
  opened = []
})
afterAll(async () => {
  await admin.end()
  await database.drop()
})

async function open(url: string, schema: string): Promise<Ledger> {
  const ledger = await openPostgresLedger({ url, schema })
  opened.push(ledger)
  return ledger
}

function changed(change: (url: URL) => void): string {
  const url = new URL(database.url)
  change(url)
  return url.href
}

test('a ledger lives in the schema syncline_state unless said otherwise', async () => {
  const ledger = await openLedger({ kind: 'postgres', url: database.url })
  opened.push(ledger)
  await ledger.sync('scores')
  const { rows } = await admin.query('select name from syncline_state.syncs')
  expect(rows).toEqual([{ name: 'scores' }])
})

test('several machines may make the ledger at once', async () => {
  const ledgers = await Promise.all(Array.from({ length: 6 }, () => open(database.url, 'at_once')))
  const ids = await Promise.all(ledgers.map((ledger) => ledger.stateId()))
  expect(new Set(ids).size).toBe(1)
})

test('a wrong password is refused, and no message tells it', async () => {
  const url = changed((wrong) => {
    wrong.password = 'hunter2'
  })
  const refusal = open(url, 'a')
  await expect(refusal).rejects.toMatchObject({ code: 'ledger.refused', kind: 'auth' })
  await expect(refusal).rejects.not.toThrow(/hunter2/)
})

test('a server that does not answer and a database that is not there are told apart', async () => {
  const nowhere = changed((url) => {
    url.port = '1'
  })
  await expect(open(nowhere, 'a')).rejects.toMatchObject({ code: 'ledger.unreachable' })
  const missing = changed((url) => {
    url.pathname = '/unheard'
  })
  await expect(open(missing, 'a')).rejects.toMatchObject({ code: 'ledger.not_writable' })
  await expect(open('no url', 'a')).rejects.toMatchObject({ code: 'ledger.unreachable' })
})

test("a schema with somebody else's tables is refused", async () => {
  await admin.query('create schema crm; create table crm.customers (id int)')
  await expect(open(database.url, 'crm')).rejects.toMatchObject({ code: 'ledger.foreign' })
})

test('a user who may not make schemas needs to be given one', async () => {
  const role = `limited_${new URL(database.url).pathname.slice(1)}`
  await admin.query(`create role ${role} login password 'limited'`)
  const url = changed((limited) => {
    limited.username = role
    limited.password = 'limited'
  })
  await expect(open(url, 'given')).rejects.toMatchObject({ code: 'ledger.not_writable' })
  await admin.query(`create schema given authorization ${role}`)
  expect(await (await open(url, 'given')).syncs()).toEqual([])
})

const endConnections = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'syncline'`

test('connections that the server ended are replaced', async () => {
  const ledger = await open(database.url, 'ended')
  const { lease, run } = await runIn(ledger, 'delivering')
  await admin.query(endConnections)
  const record = () =>
    ledger.recordSending(lease, run, { number: 1, attempt: 1, payload: '[]' }, noon)
  // The first may still meet the dead connection; the same call again is right either way.
  const [first] = await Promise.allSettled([record()])
  expect(first.status === 'fulfilled' || first.reason.code).toBeOneOf([true, 'ledger.unreachable'])
  await record()
  expect(await ledger.sendingBatches(run)).toHaveLength(1)
})

test('a batch that the server undid for the sake of another is tried again', async () => {
  await admin.query(`
    create sequence tries;
    create function lose_twice() returns int language plpgsql as $$
    begin
      if nextval('tries') < 3 then raise exception 'lost' using errcode = '40001'; end if;
      return 1;
    end $$`)
  const store = await openPostgresStore({ url: database.url, schema: 'retried' }, ledgerPurpose)
  const results = await store.execute([{ text: 'select lose_twice() as won', parameters: [] }])
  expect(results[0]?.rows).toEqual([{ won: 1 }])
  await store.close()
})

/** The ledger as a machine has it whose clock is ahead of the server's. */
async function openAhead(schema: string, ms: number): Promise<Ledger> {
  const ledger = await openPostgresLedger({ url: database.url, schema, now: () => Date.now() + ms })
  opened.push(ledger)
  return ledger
}

test.each([300_000, -300_000])(
  'a machine whose clock is off by %i ms takes no lease that runs, and one that ran out',
  async (off) => {
    const schema = `skewed_${off}`
    const [right, wrong] = [await openAhead(schema, 0), await openAhead(schema, off)]
    const lease = await right.acquireLease('scores', 'worker-1', ttlMs, noon)
    const busy = wrong.acquireLease('scores', 'worker-2', ttlMs, noon + off + ttlMs - 1)
    await expect(busy).rejects.toMatchObject({ code: 'ledger.busy' })
    expect(await wrong.leaseOf('scores')).toEqual({ ...lease, expiresAt: noon + ttlMs + off })
    await right.renewLease(lease, ttlMs, noon + 1_000)
    const later = noon + 1_000 + ttlMs
    const still = wrong.acquireLease('scores', 'worker-2', ttlMs, later + off - 1)
    await expect(still).rejects.toMatchObject({ code: 'ledger.busy' })
    const taken = await wrong.acquireLease('scores', 'worker-2', ttlMs, later + off)
    expect(taken.expiresAt).toBe(later + off + ttlMs)
    const renewed = await wrong.renewLease(taken, ttlMs, later + off + 5)
    expect((await right.leaseOf('scores'))?.expiresAt).toBe(renewed.expiresAt - off)
  },
)

test('when a batch was sent is told in the clock of whoever asks', async () => {
  const [right, wrong] = [await openAhead('sent', 0), await openAhead('sent', 300_000)]
  const { lease, run } = await runIn(wrong, 'delivering')
  const batch = { number: 1, attempt: 1, payload: '[]' }
  await wrong.recordSending(lease, run, batch, noon + 300_000)
  const sentAt = async (ledger: Ledger) => (await ledger.sendingBatches(run))[0]?.sentAt
  expect([await sentAt(right), await sentAt(wrong)]).toEqual([noon, noon + 300_000])
  const job = { id: '750A', started: true }
  await wrong.recordJob(lease, run, 1, job, noon + 300_007)
  expect([await sentAt(right), await sentAt(wrong)]).toEqual([noon + 7, noon + 300_007])
  const startedAt = async (ledger: Ledger) => (await ledger.jobs([run]))[0]?.startedAt
  expect([await startedAt(right), await startedAt(wrong)]).toEqual([noon + 7, noon + 300_007])
})

test('a clock that is set while the ledger is open counts from the next lease on', async () => {
  let off = 0
  const url = database.url
  const ledger = await openPostgresLedger({ url, schema: 'set', now: () => Date.now() + off })
  opened.push(ledger)
  const other = await openAhead('set', 0)
  off = 300_000
  await ledger.acquireLease('scores', 'worker-1', ttlMs, noon + off)
  expect((await other.leaseOf('scores'))?.expiresAt).toBe(noon + ttlMs)
})

/** Resolves when one of the ledger's connections is seen waiting for a lock. */
async function someoneWaits(): Promise<void> {
  const waiting = `select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  while ((await admin.query(waiting)).rows[0].waiting === 0);
}

test('a takeover waits for a write that has begun, and the write stands', async () => {
  const ledger = await open(database.url, 'takeover')
  const { lease, run } = await runIn(ledger, 'delivering')
  await admin.query('begin')
  await admin.query('select fence from takeover.leases where sync = $1 for update', ['scores'])
  const takeover = ledger.acquireLease('scores', 'worker-2', ttlMs, noon + ttlMs)
  await someoneWaits()
  expect(await ledger.leaseOf('scores')).toEqual(lease)
  await admin.query('commit')
  expect((await takeover).fence).toBe(lease.fence + 1)
  const late = ledger.transition(lease, run, 'delivery_ended', noon)
  await expect(late).rejects.toMatchObject({ code: 'ledger.lease_lost' })
})

test('a connection that dies in use fails its call and nothing else', async () => {
  const ledger = await open(database.url, 'dying')
  const { lease, run } = await runIn(ledger, 'delivering')
  await admin.query('begin')
  await admin.query('select fence from dying.leases where sync = $1 for update', ['scores'])
  const dying = ledger.transition(lease, run, 'delivery_ended', noon)
  const [settled] = await Promise.all([
    Promise.allSettled([dying]),
    someoneWaits().then(() => admin.query(endConnections)),
  ])
  await admin.query('commit')
  expect(settled).toMatchObject([{ status: 'rejected', reason: { code: 'ledger.unreachable' } }])
  expect((await ledger.run(run))?.state).toBe('delivering')
})
