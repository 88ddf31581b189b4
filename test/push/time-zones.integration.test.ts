/** Timestamps of a warehouse in date and datetime fields: zones west and east, and both DST nights. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PushSync } from '../../src/model/sync.ts'
import { createPostgresHost } from '../support/postgres-host.ts'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, field, type World } from '../support/world.ts'

const zones = {
  on_los_angeles: 'America/Los_Angeles',
  on_berlin: 'Europe/Berlin',
  on_auckland: 'Pacific/Auckland',
  on_kathmandu: 'Asia/Kathmandu',
  on_utc: 'UTC',
} as const

const day = { type: 'date', fieldType: 'date', groupName: 'g' } as const
const instant = { type: 'datetime', fieldType: 'date', groupName: 'g' } as const

/** An instant as the warehouse is given it, in UTC, and its day where it matters. */
const nights: readonly (readonly [
  given: string,
  utc: string,
  days: Partial<Record<keyof typeof zones, string>>,
])[] = [
  ['2026-01-15 23:30:00-08', '2026-01-16T07:30:00Z', { on_los_angeles: '01-15', on_utc: '01-16' }],
  ['2026-07-15 23:30:00-07', '2026-07-16T06:30:00Z', { on_los_angeles: '07-15', on_utc: '07-16' }],
  ['2026-01-15 23:30:00+13', '2026-01-15T10:30:00Z', { on_auckland: '01-15', on_utc: '01-15' }],
  ['2026-01-15 00:30:00+13', '2026-01-14T11:30:00Z', { on_auckland: '01-15', on_utc: '01-14' }],
  ['2026-01-15 00:10:00+05:45', '2026-01-14T18:25:00Z', { on_kathmandu: '01-15', on_utc: '01-14' }],
  // The night that Los Angeles loses an hour, and the one that it has twice.
  ['2026-03-08 00:00:00-08', '2026-03-08T08:00:00Z', { on_los_angeles: '03-08' }],
  ['2026-03-08 01:59:59-08', '2026-03-08T09:59:59Z', { on_los_angeles: '03-08' }],
  ['2026-03-08 03:00:00-07', '2026-03-08T10:00:00Z', { on_los_angeles: '03-08' }],
  ['2026-03-08 23:30:00-07', '2026-03-09T06:30:00Z', { on_los_angeles: '03-08', on_utc: '03-09' }],
  ['2026-03-09 00:00:00-07', '2026-03-09T07:00:00Z', { on_los_angeles: '03-09' }],
  ['2026-11-01 01:30:00-07', '2026-11-01T08:30:00Z', { on_los_angeles: '11-01' }],
  ['2026-11-01 01:30:00-08', '2026-11-01T09:30:00Z', { on_los_angeles: '11-01' }],
  ['2026-11-01 23:30:00-08', '2026-11-02T07:30:00Z', { on_los_angeles: '11-01', on_utc: '11-02' }],
  // The same in Berlin and Auckland, whose seasons are turned.
  ['2026-03-28 23:30:00+01', '2026-03-28T22:30:00Z', { on_berlin: '03-28' }],
  ['2026-03-29 00:30:00+01', '2026-03-28T23:30:00Z', { on_berlin: '03-29', on_utc: '03-28' }],
  ['2026-03-29 23:30:00+02', '2026-03-29T21:30:00Z', { on_berlin: '03-29' }],
  ['2026-03-30 00:30:00+02', '2026-03-29T22:30:00Z', { on_berlin: '03-30', on_utc: '03-29' }],
  ['2026-10-25 00:30:00+02', '2026-10-24T22:30:00Z', { on_berlin: '10-25', on_utc: '10-24' }],
  ['2026-10-25 02:30:00+02', '2026-10-25T00:30:00Z', { on_berlin: '10-25' }],
  ['2026-10-25 02:30:00+01', '2026-10-25T01:30:00Z', { on_berlin: '10-25' }],
  ['2026-10-25 23:30:00+01', '2026-10-25T22:30:00Z', { on_berlin: '10-25' }],
  ['2026-04-05 23:30:00+12', '2026-04-05T11:30:00Z', { on_auckland: '04-05' }],
  ['2026-09-27 00:30:00+12', '2026-09-26T12:30:00Z', { on_auckland: '09-27', on_utc: '09-26' }],
  ['2026-09-27 23:30:00+13', '2026-09-27T10:30:00Z', { on_auckland: '09-27' }],
]

describe.each([
  { on: 'DuckDB', createHostOf: createHost },
  { on: 'PostgreSQL', createHostOf: createPostgresHost },
])('a timestamp of $on', ({ createHostOf }) => {
  let host: Host
  let world: World
  let tests = 0

  beforeAll(async () => {
    host = await createHostOf()
  })

  afterAll(() => host.close())

  beforeEach(async () => {
    tests += 1
    const days = Object.keys(zones).map((name) => ({ ...day, name, label: name }))
    world = await createWorld({
      on: { host, name: `zones${tests}` },
      // Whatever the account's zone: a date of HubSpot is a day, a datetime an instant.
      timeZone: 'US/Eastern',
      state: {
        properties: { contacts: [...days, { ...instant, name: 'signed', label: 'Signed' }] },
      },
    })
    await world.sql('drop table if exists signatures')
  })

  afterEach(() => world.close())

  const sync = (fields: PushSync['fields']): PushSync =>
    contactSync({
      name: `signatures_${tests}`,
      model: { kind: 'table', schema: null, table: 'signatures' },
      fields,
    })

  function contacts(): Readonly<Record<string, Readonly<Record<string, string | null>>>> {
    const records = world.hubspot.dump().state.records?.['0-1'] ?? []
    return Object.fromEntries(
      records.map(({ properties }) => [properties['email'] ?? '', properties]),
    )
  }

  it('with zone is the day of each field’s zone, and the same instant in a datetime', async () => {
    await world.sql(
      'create table signatures (id bigint, email varchar, moment timestamptz)',
      `insert into signatures values ${nights.map(([given], index) => `(${index}, 'n${index}@x.com', timestamptz '${given}')`).join(', ')}`,
    )
    const dated = Object.entries(zones).map(([name, timeZone]) =>
      field(name, 'moment', { timeZone }),
    )
    const all = sync([...dated, field('signed', 'moment')])
    expect((await world.run(all)).outcomes).toMatchObject({ delivered: nights.length, rejected: 0 })
    const stored = contacts()
    nights.forEach(([given, utc, days], index) => {
      const { signed, ...properties } = stored[`n${index}@x.com`] ?? {}
      expect([given, new Date(signed ?? '').getTime()]).toEqual([given, new Date(utc).getTime()])
      const expected = Object.entries(days).map(([name, date]) => [name, `2026-${date}`])
      expect([given, properties]).toMatchObject([given, Object.fromEntries(expected)])
    })
    world.callsSince()
    expect((await world.run(all)).outcomes.unchanged).toBe(nights.length)
    expect(world.callsSince()).toBe(0)
  })

  it('with zone becomes no day where no zone is declared', async () => {
    await world.sql(
      'create table signatures (id bigint, email varchar, moment timestamptz)',
      `insert into signatures values (1, 'a@x.com', timestamptz '2026-01-15 12:00:00+00')`,
    )
    expect((await world.run(sync([field('on_utc', 'moment')]))).reasons).toEqual({
      'rejected value.zone_needed': 1,
    })
    expect(contacts()).toEqual({})
  })

  it('without zone is a day where it is one exactly, and never an instant', async () => {
    await world.sql(
      'create table signatures (id bigint, email varchar, moment timestamp)',
      `insert into signatures values
         (1, 'a@x.com', timestamp '2026-03-08 00:00:00'),
         (2, 'b@x.com', timestamp '2026-03-08 02:30:00')`,
    )
    const inLosAngeles = field('on_los_angeles', 'moment', { timeZone: 'America/Los_Angeles' })
    expect(await world.run(sync([inLosAngeles]))).toMatchObject({
      outcomes: { delivered: 1 },
      reasons: { 'rejected value.precision': 1 },
    })
    expect(contacts()).toMatchObject({ 'a@x.com': { on_los_angeles: '2026-03-08' } })
    const instants = { ...sync([field('signed', 'moment')]), name: `instants_${tests}` }
    expect((await world.run(instants)).reasons).toEqual({ 'rejected value.zone_needed': 2 })
  })

  it('finer than a datetime holds is rejected, the others arrive to the millisecond', async () => {
    await world.sql(
      'create table signatures (id bigint, email varchar, moment timestamptz)',
      `insert into signatures values
         (1, 'a@x.com', timestamptz '2026-10-25 02:30:00.123+02'),
         (2, 'b@x.com', timestamptz '2026-10-25 02:30:00.123456+02')`,
    )
    expect(await world.run(sync([field('signed', 'moment')]))).toMatchObject({
      outcomes: { delivered: 1 },
      reasons: { 'rejected value.precision': 1 },
    })
    const signed = contacts()['a@x.com']?.['signed'] ?? ''
    expect(new Date(signed).toISOString()).toBe('2026-10-25T00:30:00.123Z')
  })
})
