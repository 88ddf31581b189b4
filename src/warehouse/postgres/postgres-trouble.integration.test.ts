import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostgresDatabase, postgresDatabase } from '../../../test/support/postgres-server.ts'
import { systemClock } from '../../app/system-clock.ts'
import { openWarehouse } from '../registry.ts'
import type { Session, Warehouse } from '../warehouse.ts'

let database: PostgresDatabase
let warehouse: Warehouse

const at = (change: (url: URL) => void = () => undefined): Promise<Warehouse> => {
  const url = new URL(database.url)
  change(url)
  return openWarehouse('postgres', { url: url.href }, { clock: systemClock, directory: '/' })
}

const run = (session: Session, text: string) => session.execute([{ text, parameters: [] }])

beforeAll(async () => {
  database = await postgresDatabase()
  warehouse = await at()
})

afterAll(async () => {
  await warehouse.close()
  await database.drop()
})

test('a wrong password is refused without showing it', async () => {
  const other = await at((url) => {
    url.password = 'not-the-password'
  })
  const failure = other.session((session) => session.describe('select 1'))
  await expect(failure).rejects.toMatchObject({ code: 'warehouse.auth', kind: 'auth' })
  await expect(failure).rejects.not.toMatchObject({
    message: expect.stringContaining('not-the-password'),
  })
  await other.close()
})

test('a database that does not exist is named', async () => {
  const other = await at((url) => {
    url.pathname = '/no_such_database'
  })
  await expect(other.session((session) => session.describe('select 1'))).rejects.toMatchObject({
    code: 'warehouse.missing_database',
    message: expect.stringContaining('no_such_database'),
  })
  await other.close()
})

test('a server that is not there is unreachable', async () => {
  // A port that was free a moment ago.
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const address = probe.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await new Promise((resolve) => probe.close(resolve))
  const other = await at((url) => {
    url.port = `${port}`
  })
  await expect(other.session((session) => session.describe('select 1'))).rejects.toMatchObject({
    code: 'warehouse.unreachable',
    kind: 'unreachable',
  })
  await other.close()
})

test('a server without TLS is unreachable for a connection that demands it', async () => {
  const other = await at((url) => {
    url.searchParams.set('sslmode', 'verify-full')
  })
  await expect(other.session((session) => session.describe('select 1'))).rejects.toMatchObject({
    code: 'warehouse.unreachable',
    message: expect.stringMatching(/SSL/),
  })
  await other.close()
})

test('a connection lost in the middle of a load is unreachable, leaves nothing, and is replaced', async () => {
  await warehouse.session(async (session) => {
    await run(session, 'create table halfway (t text)')
    const columns = [{ name: 't', kind: 'text' as const, nativeType: 'text' }]
    const pages = (async function* () {
      yield Array.from({ length: 5000 }, (_, index) => [`${index}`])
      await session.query({
        text: 'select cast(pg_terminate_backend(pid) as text) from pg_stat_activity where query like \'insert into "public"."halfway"%\' and pid <> pg_backend_pid()',
        parameters: [],
      })
      yield Array.from({ length: 5000 }, (_, index) => [`${index}`])
    })()
    const load = session.load({ schema: 'public', table: 'halfway', columns }, pages)
    await expect(load).rejects.toMatchObject({ code: 'warehouse.unreachable' })
    const rows = await session.query({
      text: 'select cast(count(*) as text) from halfway',
      parameters: [],
    })
    expect(rows).toEqual([['0']])
  })
})

test('what the role may not do is a matter of grants', async () => {
  await warehouse.session(async (session) => {
    await run(session, 'create table mine (t text)')
    const role = `reader_${Date.now()}`
    await run(session, `create role ${role}`)
    const asReader = session.execute([
      { text: `set local role ${role}`, parameters: [] },
      { text: 'select t from mine', parameters: [] },
    ])
    await expect(asReader).rejects.toMatchObject({
      code: 'warehouse.auth',
      message: expect.stringContaining('mine'),
    })
    await run(session, `drop role ${role}`)
  })
})

test('a transaction that would overwrite a row changed since its start is undone', async () => {
  await warehouse.session(async (session) => {
    await run(session, 'create table fought (t text)')
    await run(session, "insert into fought values ('a')")
    const columns = [{ name: 't', kind: 'text' as const, nativeType: 'text' }]
    // A trigger makes the load update the row, which its own snapshot still shows as it was.
    await run(session, 'create table inbox (t text)')
    await run(
      session,
      "create function overwrite() returns trigger language plpgsql as $$ begin update fought set t = new.t where new.t = 'late'; return new; end $$",
    )
    await run(
      session,
      'create trigger t before insert on inbox for each row execute function overwrite()',
    )
    const pages = (async function* () {
      yield Array.from({ length: 4096 }, () => ['early'])
      await run(session, "update fought set t = 'other'")
      yield [['late']]
    })()
    const load = session.load({ schema: 'public', table: 'inbox', columns }, pages)
    await expect(load).rejects.toMatchObject({ code: 'warehouse.conflict', kind: 'busy' })
    const rows = await session.query({ text: 'select t from fought', parameters: [] })
    expect(rows).toEqual([['other']])
  })
})

test('an enum is described as text and a domain as the type below it', async () => {
  await warehouse.session(async (session) => {
    await run(session, "create type mood as enum ('a', 'b')")
    await run(session, 'create domain price as numeric(12,2)')
    await run(session, 'create domain cheap as price')
    const query = "select 'a'::mood as m, 1::cheap as p, array['a']::mood[] as ms"
    expect(await session.describe(query)).toEqual([
      { name: 'm', kind: 'text', nativeType: 'text' },
      { name: 'p', kind: 'decimal', scale: 2, nativeType: 'numeric(12,2)' },
      { name: 'ms', kind: 'unsupported', nativeType: 'mood[]' },
    ])
    const { comparable, distinct } = warehouse.dialect
    const text = distinct(
      comparable("'a'::mood", { kind: 'text' }),
      comparable("'a'::text", { kind: 'text' }),
    )
    expect(await session.query({ text: `select (${text})::text`, parameters: [] })).toEqual([
      ['false'],
    ])
  })
})

test('a text with U+0000 is refused, because PostgreSQL can not hold it', async () => {
  await warehouse.session(async (session) => {
    await run(session, 'create table zero (t text)')
    const columns = [{ name: 't', kind: 'text' as const, nativeType: 'text' }]
    const load = session.load({ schema: 'public', table: 'zero', columns }, [[['a\u0000b']]])
    await expect(load).rejects.toMatchObject({ code: 'warehouse.query' })
  })
})

test('timestamps beyond the canonical form show as PostgreSQL has them, never as null', async () => {
  const { canonicalText } = warehouse.dialect
  const shown = ["'infinity'", "'0044-03-15 BC'", "'12024-01-01'"].map((value) =>
    canonicalText(`timestamp ${value}`, { kind: 'timestamp' }),
  )
  const rows = await warehouse.session((session) =>
    session.query({ text: `select ${shown.join(', ')}`, parameters: [] }),
  )
  expect(rows).toEqual([['infinity', '0044-03-15 00:00:00 BC', '12024-01-01 00:00:00']])
})
