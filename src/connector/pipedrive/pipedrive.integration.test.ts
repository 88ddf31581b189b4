import { afterEach, describe, expect, it } from 'vitest'
import {
  app,
  epoch,
  failureOf,
  oauth,
  openPipedrive,
  refreshToken,
} from '../../../test/support/open-pipedrive.ts'
import { exampleValues, makeFieldOfEveryType } from '../../../test/support/pipedrive-fields.ts'
import { localToken } from '../../simulator/pipedrive/pipedrive.ts'
import { noLimits } from '../../simulator/pipedrive/request/rate-limits.ts'
import { servePipedrive } from '../../simulator/pipedrive/serve.ts'
import type { RecordState } from '../../simulator/pipedrive/state.ts'
import { createBudgetBook } from '../http/budget-book.ts'
import { createUndiciTransport } from '../http/undici-transport.ts'
import type { FetchedRecord, ReadRecord } from '../source.ts'
import { pipedriveSource } from './source.ts'

const first = { after: null, since: null } as const
const second = 1_000
const withStages = {
  pipeline: [{ id: '1', values: { name: 'Sales' } }],
  stage: [{ id: '1', values: { name: 'New', pipeline_id: 1 } }],
}

function many(
  count: number,
  more: (at: number) => Partial<RecordState> = () => ({}),
): readonly RecordState[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${at + 1}`,
    values: { name: `Person ${at + 1}` },
    ...more(at),
  }))
}

function keysOf(pages: readonly (readonly ReadRecord[])[]): readonly string[] {
  return pages.flat().map(({ key }) => key)
}

function found(record: FetchedRecord | undefined): ReadRecord {
  if (record?.state !== 'found') throw new Error(`not found: ${JSON.stringify(record)}`)
  return record.record
}

describe('Pipedrive against the local Pipedrive', () => {
  it('knows the company that a warehouse is bound to', async () => {
    const { reader, run } = openPipedrive({ companyId: 4711, domain: 'acme' })
    expect(await run(reader.account())).toEqual({ id: '4711', name: 'acme', timeZone: null })
  })

  it.each(pipedriveSource.objects.map(({ name }) => name))(
    'shows nothing of %s that is not in the metadata, and little less',
    async (name) => {
      const opened = openPipedrive({ state: { records: withStages } })
      const person_id = Number(opened.create('/api/v2/persons', { name: 'Ann Lee' }))
      opened.create('/api/v2/organizations', { name: 'Acme', address: { value: 'Main St 1' } })
      opened.create('/api/v2/deals', { title: 'Big', value: 12.5, currency: 'EUR' })
      opened.create('/api/v2/activities', { subject: 'Call', location: { value: 'Here' } })
      opened.create('/api/v2/products', { name: 'Thing', prices: [{ price: 3, currency: 'EUR' }] })
      const value = { amount: 5, currency: 'EUR' }
      opened.create('/api/v1/leads', { title: 'Maybe', person_id, value })
      opened.create('/api/v1/notes', { content: 'Hi', person_id })
      const object = await opened.describe(name)
      const records = (await opened.readAll(object)).flat()
      expect(records).toHaveLength(1)
      const described = object.fields.map((field) => field.name)
      const shown = [...(records[0]?.fields.keys() ?? [])]
      expect(shown.filter((field) => !described.includes(field))).toEqual([])
      // Only companies that sync contacts have the latter, and nobody is told of the former.
      const rare = /^(archive_time|(postal_address|im|notes|birthday|job_title)(\.|$))/
      const absent = described.filter((field) => !shown.includes(field))
      expect(absent.filter((field) => !rare.test(field))).toEqual([])
    },
  )

  it('gives values with the metadata’s kinds, whatever the type of the field', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    const org = Number(opened.create('/api/v2/organizations', { name: 'Acme' }))
    const person = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const made = makeFieldOfEveryType(opened, '/api/v2/dealFields')
    const custom = exampleValues(made, { org, person })
    opened.create('/api/v2/deals', { title: 'All', custom_fields: custom })
    const deals = await opened.describe('deals')
    const [record] = (await opened.readAll(deals)).flat()
    const kinds = new Map(deals.fields.map(({ name, kind }) => [name, kind]))
    const wrong = [...(record?.fields ?? [])].filter(
      ([name, value]) => value !== null && value.kind !== kinds.get(name),
    )
    expect(wrong).toEqual([])
    const own = deals.fields.filter(({ name }) => /^[0-9a-f]{40}/.test(name))
    expect(own.filter(({ name }) => record?.fields.get(name) === undefined)).toEqual([])
    const shown = own.map(({ name, label }) => [label, record?.fields.get(name)?.text])
    expect(Object.fromEntries(shown)).toMatchObject({
      monetary: '12.5',
      'monetary currency': 'EUR',
      'enum label': 'A',
      'set labels': '["A","B","C"]',
      'daterange until': '2026-02-28',
      'time time zone': 'Europe/Tallinn',
      'address locality': 'Bonn',
    })
  })

  it('reads leads, whose custom fields stand among the others, as it reads deals', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    const person = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const org = Number(opened.create('/api/v2/organizations', { name: 'Acme' }))
    const made = makeFieldOfEveryType(opened, '/api/v2/dealFields')
    const custom = exampleValues(made, { org, person })
    opened.create('/api/v2/deals', { title: 'Same', custom_fields: custom })
    opened.create('/api/v1/leads', { title: 'Same', person_id: person, ...custom })
    const own = async (object: string) => {
      const [record] = (await opened.readAll(await opened.describe(object))).flat()
      return new Map([...(record?.fields ?? [])].filter(([name]) => /^[0-9a-f]{40}/.test(name)))
    }
    const ofDeal = await own('deals')
    expect(ofDeal.size).toBeGreaterThan(30)
    expect(await own('leads')).toEqual(ofDeal)
  })

  it('reads a custom field of a lead that was cleared as empty, with all its parts, as of a deal', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    const person = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const org = Number(opened.create('/api/v2/organizations', { name: 'Acme' }))
    const made = makeFieldOfEveryType(opened, '/api/v2/dealFields')
    const custom = exampleValues(made, { org, person })
    const lead = opened.create('/api/v1/leads', { title: 'Same', person_id: person, ...custom })
    const cleared = Object.fromEntries(Object.keys(custom).map((code) => [code, null]))
    opened.call(`PATCH /api/v1/leads/${lead}`, cleared)
    const leads = await opened.describe('leads')
    const names = leads.fields.map(({ name }) => name).filter((name) => /^[0-9a-f]{40}/.test(name))
    expect(names.length).toBeGreaterThan(30)
    const [listed] = (await opened.readAll(leads)).flat()
    const { records } = await opened.reader.fetch(leads, [lead], {})
    for (const fields of [listed?.fields, found(records.get(lead)).fields]) {
      expect(names.map((name) => [name, fields?.get(name)])).toEqual(
        names.map((name) => [name, null]),
      )
    }
  })

  it('takes a field of leads that was deleted for emptied, by metadata from before', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    const person = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const { field_code: code } = opened.call('POST /api/v2/dealFields', {
      field_name: 'Tier',
      field_type: 'varchar',
    }) as { readonly field_code: string }
    opened.create('/api/v1/leads', { title: 'Lead', person_id: person, [code]: 'gold' })
    const before = await opened.describe('leads')
    opened.call(`DELETE /api/v2/dealFields/${code}`)
    const [byFormer] = (await opened.readAll(before)).flat()
    expect(byFormer?.fields.get(code)).toBeNull()
    const [byPresent] = (await opened.readAll(await opened.describe('leads'))).flat()
    expect(byPresent?.fields.has(code)).toBe(false)
  })

  it('keeps big integers and decimals that no double holds', async () => {
    const {
      reader,
      run,
      describe: described,
      company,
    } = openPipedrive({
      state: {
        records: { deal: [{ id: '9007199254740991', values: { title: 'x', value: 0.1 } }] },
      },
    })
    const deals = await described('deals')
    const [record] = (await run(reader.list(deals, first))).records
    expect(record?.key).toBe('9007199254740991')
    expect(record?.fields.get('value')).toEqual({ kind: 'decimal', text: '0.1' })
    expect(company.calls()['list deal']).toBe(1)
  })
})

describe('a full read', () => {
  it('of 1,200 persons is three pages, each of them once', async () => {
    const opened = openPipedrive({ state: { records: { person: many(1_200) } } })
    const pages = await opened.readAll(await opened.describe('persons'))
    expect(pages.map((page) => page.length)).toEqual([500, 500, 200])
    expect(keysOf(pages)).toEqual(Array.from({ length: 1_200 }, (_, at) => `${at + 1}`))
    expect(opened.company.dump().state.dailyUsed).toBe(10 + 3 * 10)
  })

  it('misses nothing that is there throughout, whatever changes between its pages', async () => {
    const opened = openPipedrive({ state: { records: { person: many(1_200) } } })
    const persons = await opened.describe('persons')
    const pages = await opened.readAll(persons, null, (page) => {
      opened.company.edit({
        kind: 'update',
        object: 'persons',
        id: `${page}`,
        values: { name: 'New' },
      })
      opened.company.edit({ kind: 'delete', object: 'persons', id: `${page + 10}` })
      opened.company.edit({ kind: 'delete', object: 'persons', id: `${1_200 - page}` })
      opened.company.edit({ kind: 'create', object: 'persons', values: { name: 'Late' } })
    })
    const keys = keysOf(pages)
    expect(new Set(keys).size).toBe(keys.length)
    // Those that were deleted before their page was read are not there, and those made since are.
    expect(keys).not.toContain('1199')
    expect(keys).toEqual(expect.arrayContaining(['1', '11', '12', '1200', '1201', '1202']))
    expect(keys).toHaveLength(1_200)
  })

  it('has rows without a time of change, which are as old as their creation', async () => {
    const opened = openPipedrive({
      state: { records: { person: many(2, () => ({ addedAt: epoch - 5_000, updatedAt: null })) } },
    })
    const persons = await opened.describe('persons')
    const records = (await opened.readAll(persons)).flat()
    expect(records.map(({ updatedAt }) => updatedAt)).toEqual([
      '2026-05-05T11:59:55.000000Z',
      '2026-05-05T11:59:55.000000Z',
    ])
    expect(records[0]?.fields.get('update_time')).toBeNull()
    expect((await opened.readAll(persons, '2000-01-01T00:00:00.000000Z')).flat()).toEqual([])
  })

  it('of deals goes through the archive as well, and shows none that is deleted', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    const [open = '', archived = '', gone = ''] = ['A', 'B', 'C'].map((title) =>
      opened.create('/api/v2/deals', { title }),
    )
    opened.call(`PATCH /api/v2/deals/${archived}`, { is_archived: true })
    opened.call(`DELETE /api/v2/deals/${gone}`)
    const deals = await opened.describe('deals')
    const pages = await opened.readAll(deals)
    expect(pages.map((page) => page.map(({ key }) => key))).toEqual([[open], [archived]])
  })

  it('of leads goes through the archive as well', async () => {
    const opened = openPipedrive()
    const person_id = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const [open = '', archived = ''] = ['A', 'B'].map((title) =>
      opened.create('/api/v1/leads', { title, person_id }),
    )
    opened.call(`PATCH /api/v1/leads/${archived}`, { is_archived: true })
    const pages = await opened.readAll(await opened.describe('leads'))
    expect(pages.map((page) => page.map(({ key }) => key))).toEqual([[open], [archived]])
  })

  it('of 1,200 leads is three pages, each of them once', async () => {
    const values = (at: number) => ({
      id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
      values: { title: `Lead ${at}` },
      addedAt: epoch - 1_200 + at,
    })
    const opened = openPipedrive({ state: { records: { lead: many(1_200, values) } } })
    const pages = await opened.readAll(await opened.describe('leads'))
    expect(pages.map((page) => page.length)).toEqual([500, 450, 250, 0])
    expect(new Set(keysOf(pages)).size).toBe(1_200)
  })

  it('of users shows those that are not active as well, and none as oneself', async () => {
    const opened = openPipedrive({
      state: {
        records: {
          user: [{ id: '2', values: { name: 'Bob', email: 'b@x.com', active_flag: false } }],
        },
      },
    })
    const users = (await opened.readAll(await opened.describe('users'))).flat()
    expect(users.map(({ key, isDeleted }) => [key, isDeleted])).toEqual([
      ['1', false],
      ['2', false],
    ])
    expect(users[1]?.fields.get('active_flag')).toEqual({ kind: 'boolean', text: 'false' })
    expect(users[0]?.fields.has('is_you')).toBe(false)
  })
})

describe('a read since a time', () => {
  const since = '2026-05-05T12:00:10.000000Z'

  it('of 1,200 persons that changed is three pages, each of them once', async () => {
    const opened = openPipedrive({ state: { records: { person: many(1_200) } } })
    await opened.clock.advance(10 * second)
    for (let id = 1; id <= 1_200; id += 1) {
      const values = { name: `Changed ${id}` }
      opened.company.edit({ kind: 'update', object: 'persons', id: `${id}`, values })
    }
    const pages = await opened.readAll(await opened.describe('persons'), since)
    expect(pages.map((page) => page.length)).toEqual([500, 500, 200])
    expect(new Set(keysOf(pages)).size).toBe(1_200)
  })

  it('asks nothing of the list of recent changes, which does not reach far back', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    for (const object of ['deals', 'persons', 'notes', 'stages']) {
      const schema = await opened.describe(object)
      for (const from of [null, since]) await opened.readAll(schema, from)
    }
    expect(opened.urls.filter((url) => url.includes('recents'))).toEqual([])
    expect(opened.urls.filter((url) => url.includes('/persons'))).not.toEqual([])
  })

  it('has what changed in that second or later, deleted and archived deals included', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    const ids = ['A', 'B', 'C', 'D', 'E'].map((title) => opened.create('/api/v2/deals', { title }))
    const [untouched = '', changed = '', archived = '', deleted = '', both = ''] = ids
    await opened.clock.advance(10 * second + 400)
    opened.call(`PATCH /api/v2/deals/${changed}`, { title: 'B2' })
    opened.call(`PATCH /api/v2/deals/${archived}`, { is_archived: true })
    opened.call(`PATCH /api/v2/deals/${both}`, { is_archived: true })
    opened.call(`DELETE /api/v2/deals/${deleted}`)
    opened.call(`DELETE /api/v2/deals/${both}`)
    const deals = await opened.describe('deals')
    const pages = await opened.readAll(deals, since)
    expect(pages.map((page) => page.map(({ key, isDeleted }) => [key, isDeleted]))).toEqual([
      [
        [changed, false],
        [deleted, true],
      ],
      [
        [archived, false],
        [both, true],
      ],
    ])
    expect(pages.flat().every(({ updatedAt }) => updatedAt === since)).toBe(true)
    expect(keysOf(pages)).not.toContain(untouched)
  })

  it('has each record that changes meanwhile at least once', async () => {
    const opened = openPipedrive({ state: { records: { person: many(1_200) } } })
    await opened.clock.advance(20 * second)
    const persons = await opened.describe('persons')
    const pages = await opened.readAll(persons, '2026-05-05T12:00:00.000000Z', (page) => {
      opened.company.edit({
        kind: 'update',
        object: 'persons',
        id: `${page}`,
        values: { name: 'New' },
      })
    })
    const keys = keysOf(pages)
    expect(new Set(keys).size).toBe(1_200)
    expect(keys.filter((key) => key === '1')).toHaveLength(2)
  })

  it('of persons misses what was deleted', async () => {
    const opened = openPipedrive({ state: { records: { person: many(2) } } })
    await opened.clock.advance(20 * second)
    opened.call('DELETE /api/v2/persons/1')
    expect((await opened.readAll(await opened.describe('persons'), since)).flat()).toEqual([])
  })

  it('of notes and leads goes by the time, of the archive of leads by nothing', async () => {
    const opened = openPipedrive()
    const person_id = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const archived = opened.create('/api/v1/leads', { title: 'Old', person_id })
    opened.call(`PATCH /api/v1/leads/${archived}`, { is_archived: true })
    opened.create('/api/v1/leads', { title: 'Old', person_id })
    opened.create('/api/v1/notes', { content: 'Old', person_id })
    await opened.clock.advance(20 * second)
    const lead = opened.create('/api/v1/leads', { title: 'New', person_id })
    const note = opened.create('/api/v1/notes', { content: 'New', person_id })
    expect(keysOf(await opened.readAll(await opened.describe('leads'), since))).toEqual([
      lead,
      archived,
    ])
    expect(keysOf(await opened.readAll(await opened.describe('notes'), since))).toEqual([note])
    expect(opened.urls.find((url) => url.includes('leads/archived'))).not.toContain('updated_since')
  })
})

describe('reading by id', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, at) => `${at + 1}`)

  it.each([
    [1, 1],
    [10, 10],
    [11, 10],
    [100, 10],
    [105, 15],
    [250, 30],
  ])('of %s persons costs %s tokens', async (count, tokens) => {
    const opened = openPipedrive({ state: { records: { person: many(250) } } })
    const persons = await opened.describe('persons')
    const before = opened.company.dump().state.dailyUsed
    const { records } = await opened.run(opened.reader.fetch(persons, keys(count), {}))
    expect([...records.keys()].toSorted()).toEqual(keys(count).toSorted())
    expect([...records.values()].every(({ state }) => state === 'found')).toBe(true)
    expect(opened.company.dump().state.dailyUsed - before).toBe(tokens)
  })

  it('tells deleted, archived and purged records apart, alone and among many', async () => {
    const opened = openPipedrive({ state: { records: withStages } })
    const ids = keys(20).map((title) => opened.create('/api/v2/deals', { title }))
    const [there = '', archived = '', deleted = '', purged = ''] = ids
    opened.call(`PATCH /api/v2/deals/${archived}`, { is_archived: true })
    await opened.clock.advance(5 * second)
    for (const id of [deleted, purged]) opened.call(`DELETE /api/v2/deals/${id}`)
    opened.company.edit({ kind: 'purge', object: 'deals', id: purged })
    const deals = await opened.describe('deals')
    for (const [asked, tokens] of [
      // Only what is neither in the list nor deleted is asked for by itself.
      [ids, 10 + 2],
      [ids.slice(0, 4), 4],
    ] as const) {
      const before = opened.company.dump().state.dailyUsed
      const { records } = await opened.run(opened.reader.fetch(deals, asked, {}))
      expect(opened.company.dump().state.dailyUsed - before).toBe(tokens)
      expect(records.size).toBe(asked.length)
      expect(found(records.get(there)).isDeleted).toBe(false)
      expect(found(records.get(archived)).fields.get('is_archived')?.text).toBe('true')
      expect(found(records.get(deleted))).toMatchObject({
        isDeleted: true,
        updatedAt: '2026-05-05T12:00:05.000000Z',
      })
      expect(records.get(purged)).toEqual({ state: 'gone', mergedInto: null })
    }
  })

  it('shows a person that was merged away as deleted, and does not tell the survivor', async () => {
    const opened = openPipedrive({ state: { records: { person: many(2) } } })
    opened.company.edit({ kind: 'merge', object: 'persons', id: '1', into: '2' })
    const { records } = await opened.run(
      opened.reader.fetch(await opened.describe('persons'), ['1', '2'], {}),
    )
    expect(found(records.get('1')).isDeleted).toBe(true)
    expect(found(records.get('2')).isDeleted).toBe(false)
  })

  it('of many users, pipelines or stages reads all of them at once', async () => {
    const users = keys(20).map((id) => ({
      id,
      values: { name: `User ${id}`, email: `${id}@x.com` },
    }))
    const stages = keys(20).map((id) => ({ id, values: { name: `Stage ${id}`, pipeline_id: 1 } }))
    const opened = openPipedrive({
      state: { records: { ...withStages, user: users, stage: stages } },
    })
    for (const name of ['users', 'stages']) {
      const { records } = await opened.run(
        opened.reader.fetch(await opened.describe(name), [...keys(15), '99'], {}),
      )
      expect(records.size).toBe(16)
      expect(records.get('99')).toEqual({ state: 'gone', mergedInto: null })
    }
    expect(opened.urls).toHaveLength(4)
  })

  it('reads leads and notes one by one, and those that are deleted are gone', async () => {
    const opened = openPipedrive()
    const person_id = Number(opened.create('/api/v2/persons', { name: 'Ann' }))
    const bodies = { leads: { title: 'x', person_id }, notes: { content: 'x', person_id } }
    for (const [object, body] of Object.entries(bodies)) {
      const kept = opened.create(`/api/v1/${object}`, body)
      const gone = opened.create(`/api/v1/${object}`, body)
      opened.call(`DELETE /api/v1/${object}/${gone}`)
      const schema = await opened.describe(object)
      const { records } = await opened.run(opened.reader.fetch(schema, [kept, gone], {}))
      expect(found(records.get(kept)).key).toBe(kept)
      expect(records.get(gone)).toEqual({ state: 'gone', mergedInto: null })
    }
  })

  it('is as old as the first of its answers', async () => {
    const opened = openPipedrive({ state: { records: { person: many(3) } } }, undefined, 300)
    const persons = await opened.describe('persons')
    const asked = Date.parse('2026-05-05T12:00:00Z') + opened.clock.monotonic()
    const { askedAt } = await opened.run(opened.reader.fetch(persons, ['1', '2', '3'], {}))
    expect(Date.parse(askedAt)).toBeLessThanOrEqual(asked)
    expect(asked - Date.parse(askedAt)).toBeLessThan(3 * second)
  })
})

describe('limits', () => {
  it('uses what the plan allows and gets no 429, once the headers told the plan', async () => {
    const limits = { ...noLimits, burst: 40 }
    const opened = openPipedrive(
      { limits, state: { records: { person: many(400) } } },
      undefined,
      100,
    )
    const persons = await opened.describe('persons')
    const asked = Array.from({ length: 400 }, (_, at) =>
      opened.reader.fetch(persons, [`${at + 1}`], {}),
    )
    await opened.run(Promise.all(asked))
    const failed = opened.reader.calls().map((one) => one.failed)
    expect(failed.every((count) => count === 0)).toBe(true)
    // 401 requests in windows of 40: ten windows at the least, each a round trip longer.
    expect(opened.clock.monotonic()).toBeLessThan(11 * (2 * second + 200))
  })

  it('goes slower where another program uses the same token', async () => {
    const limits = { ...noLimits, burst: 20 }
    const opened = openPipedrive(
      { limits, state: { records: { person: many(100) } } },
      undefined,
      100,
    )
    const persons = await opened.describe('persons')
    for (let at = 0; at < 10; at += 1) opened.call('GET /api/v2/persons/1')
    const asked = Array.from({ length: 60 }, (_, at) =>
      opened.reader.fetch(persons, [`${at + 1}`], {}),
    )
    await opened.run(Promise.all(asked))
    const failed = opened.reader.calls().reduce((sum, one) => sum + one.failed, 0)
    expect(failed).toBeLessThanOrEqual(10)
    expect(asked).toHaveLength(60)
  })

  it('stops at our part of the day, and says that the day is used', async () => {
    const opened = openPipedrive({ limits: { ...noLimits, dailyTokens: 100 } })
    const persons = await opened.describe('persons')
    for (let page = 0; page < 7; page += 1) await opened.run(opened.reader.list(persons, first))
    const failure = await failureOf(opened.run(opened.reader.list(persons, first)))
    expect(failure).toMatchObject({ kind: 'exhausted', reason: 'DAILY', status: null })
    expect(opened.company.dump().state.dailyUsed).toBe(80)
  })

  it.each([
    [
      true,
      [{ name: 'daily (80 % of 1,000)', max: 800, used: 72, resetsAt: null, countedAt: null }],
    ],
    [false, []],
  ])('is told as far as answers tell of it, with the day in the headers: %s', async (...told) => {
    const [dailyHeaders, usage] = told
    const limits = { ...noLimits, dailyTokens: 1_000, burst: 40 }
    const opened = openPipedrive({ limits, behaviour: { dailyHeaders } })
    expect(opened.reader.limits?.()).toMatchObject([{ max: 20, left: null }, { left: null }])
    opened.company.seed({ dailyUsed: 70 })
    expect(await opened.run(opened.reader.usage?.() ?? Promise.resolve(null))).toEqual(usage)
    expect(opened.reader.limits?.()).toMatchObject([
      { name: 'burst', max: 40, left: 39 },
      dailyHeaders ? { max: 1_000, left: 928 } : { max: 30_000, left: null },
    ])
  })

  it.each([true, false])(
    'is exhausted where others used the day, with the day in the headers: %s',
    async (dailyHeaders) => {
      const limits = { ...noLimits, dailyTokens: 100, burst: 20 }
      const opened = openPipedrive({ limits, behaviour: { dailyHeaders } })
      const persons = await opened.describe('persons')
      opened.company.seed({ dailyUsed: 95 })
      const failure = await failureOf(opened.run(opened.reader.list(persons, first)))
      expect(failure).toMatchObject({ kind: 'exhausted', reason: 'DAILY' })
    },
  )
})

describe('bad days', () => {
  it.each([
    'server_error_before',
    'server_error_after',
    'drop_before',
    'html_page',
    'empty_body',
    'wrong_json',
  ] as const)('reads a page again after %s', async (kind) => {
    const opened = openPipedrive({ state: { records: { person: many(3) } } })
    const persons = await opened.describe('persons')
    opened.company.planFault({ kind, operation: 'list', times: 2 })
    expect((await opened.run(opened.reader.list(persons, first))).records).toHaveLength(3)
    expect(opened.company.calls()['list person']).toBeGreaterThanOrEqual(1)
  })

  it('waits after a 429, and reads on', async () => {
    const opened = openPipedrive({ state: { records: { person: many(3) } } })
    const persons = await opened.describe('persons')
    const before = opened.clock.monotonic()
    opened.company.planFault({ kind: 'rate_limit_burst', operation: 'list' })
    expect((await opened.run(opened.reader.list(persons, first))).records).toHaveLength(3)
    expect(opened.clock.monotonic() - before).toBeGreaterThanOrEqual(2 * second)
  })

  it('takes the page of a gate for a wait of a minute, in which nothing is sent', async () => {
    const opened = openPipedrive({ state: { records: { person: many(3) } } })
    const persons = await opened.describe('persons')
    opened.company.planFault({ kind: 'blocked', operation: 'list' })
    const failure = await failureOf(opened.run(opened.reader.list(persons, first)))
    expect(failure).toMatchObject({ kind: 'throttled', retryAfterMs: 60_000 })
    const before = opened.clock.monotonic()
    expect((await opened.run(opened.reader.list(persons, first))).records).toHaveLength(3)
    expect(opened.clock.monotonic() - before).toBeGreaterThanOrEqual(60 * second)
  })

  it('is exhausted by a 429 of the day', async () => {
    const opened = openPipedrive()
    const persons = await opened.describe('persons')
    opened.company.planFault({ kind: 'rate_limit_daily', operation: 'list' })
    const failure = await failureOf(opened.run(opened.reader.list(persons, first)))
    expect(failure).toMatchObject({ kind: 'exhausted', status: 429 })
  })
})

describe('an OAuth app', () => {
  const state = {
    apps: [app],
    refreshTokens: [refreshToken],
    records: { person: many(3) },
  }

  it('reads with the token that its id, secret and refresh token give', async () => {
    const opened = openPipedrive({ state }, { oauth })
    const persons = await opened.describe('persons')
    expect((await opened.run(opened.reader.list(persons, first))).records).toHaveLength(3)
    expect(opened.urls[0]).toBe('http://localhost/oauth/token')
  })

  it('renews a token that expired while it read', async () => {
    const opened = openPipedrive({ state }, { oauth })
    const persons = await opened.describe('persons')
    opened.company.planFault({ kind: 'expired_token', operation: 'list' })
    expect((await opened.run(opened.reader.list(persons, first))).records).toHaveLength(3)
    expect(opened.urls.filter((url) => url.endsWith('/oauth/token'))).toHaveLength(2)
  })

  it('is told which scope it lacks', async () => {
    const opened = openPipedrive({ state }, { oauth })
    const failure = await failureOf(opened.describe('leads'))
    expect(failure).toMatchObject({ kind: 'auth', reason: 'SCOPE', status: 403 })
    expect(failure.message).toContain('leads:read or leads:full')
  })

  it('is refused by name where its refresh token died', async () => {
    const opened = openPipedrive({ state: { ...state, refreshTokens: [] } }, { oauth })
    const failure = await failureOf(opened.describe('persons'))
    expect(failure).toMatchObject({ kind: 'auth', reason: 'invalid_grant' })
  })
})

describe('Pipedrive over a socket', () => {
  let stop: (() => Promise<void>) | null = null
  afterEach(async () => {
    await stop?.()
    stop = null
  })

  it('reads a page, and says how much it asked', async () => {
    const server = await servePipedrive({ port: 0, state: { records: { person: many(3) } } })
    const transport = createUndiciTransport()
    stop = async () => {
      await transport.close()
      await server.close()
    }
    const clock = {
      now: Date.now,
      monotonic: () => performance.now(),
      sleep: () => Promise.reject(new Error('nothing is to be waited for')),
    }
    const reader = pipedriveSource.open(
      pipedriveSource.options.parse({ base_url: server.url, api_token: localToken }),
      { clock, random: () => 0.5, transport, budgets: createBudgetBook(clock) },
    )
    const before = Date.now()
    const page = await reader.list(await reader.describe('persons'), first)
    expect(page.records).toHaveLength(3)
    expect(Date.parse(page.askedAt)).toBeLessThanOrEqual(before)
    expect(reader.calls().map(({ endpoint, calls }) => [endpoint, calls])).toEqual([
      ['GET /api/v2/personFields', 1],
      ['GET /api/v2/persons', 1],
    ])
    await reader.close()
  })
})
