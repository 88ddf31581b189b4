import { describe, expect, it } from 'vitest'
import type { ScriptedAnswer } from '../http/scripted-transport.ts'
import type { ListOptions, RecordPage } from '../source.ts'
import { ok, page, refused, schemaOf, scriptedPipedrive } from './scripted-pipedrive.ts'

const first: ListOptions = { after: null, since: null }
const persons = schemaOf('persons')
const leads = schemaOf('leads')
const last = { additional_data: { next_cursor: null } }

function rows(count: number, from = 1): readonly object[] {
  return Array.from({ length: count }, (_, at) => ({ id: from + at, name: `Person ${from + at}` }))
}

function positions(start: number, more: boolean): object {
  const next = more ? { next_start: start + 500 } : {}
  return {
    additional_data: {
      pagination: { start, limit: 500, more_items_in_collection: more, ...next },
    },
  }
}

function listing(answer: ScriptedAnswer, object = persons, options = first) {
  const { reader, run, seen, clock } = scriptedPipedrive(() => answer)
  return { page: run(reader.list(object, options)), seen, clock }
}

describe('a page', () => {
  it('is as old as the answer’s date less the time it took and its resolution', async () => {
    const { page: read } = listing(ok(rows(1), last))
    expect((await read).askedAt).toBe('2026-03-10T11:59:58.990000Z')
  })

  it.each<[string, ScriptedAnswer]>([
    ['a page of HTML', page(200, 'Sign in')],
    ['nothing', { status: 200, headers: {}, body: '' }],
    ['half of it', { status: 200, headers: {}, body: '{"success":true,"data":[{"id":1' }],
    ['another list', { status: 200, headers: {}, body: '["unexpected"]' }],
    ['no list', ok({ id: 1 }, last)],
    ['null, and no word of a next page', ok(null)],
    ['a list of numbers', ok([1, 2], last)],
    ['a record without an id', ok([{ name: 'x' }], last)],
    ['a full page that does not say whether it is the last', ok(rows(500))],
    ['no date', { status: 200, headers: {}, body: '{"success":true,"data":[]}' }],
  ])('is not read where a 200 carries %s', async (_what, answer) => {
    const { page: read, seen } = listing(answer)
    await expect(read).rejects.toMatchObject({ kind: 'unknown' })
    expect(seen).toHaveLength(4)
  })

  it('that is short and says nothing of a next one is the last', async () => {
    expect((await listing(ok(rows(499))).page).next).toBeNull()
  })

  it('of the first version is empty where it has null and says that nothing follows', async () => {
    const { page: read } = listing(ok(null, positions(0, false)), leads)
    expect(await read).toMatchObject({ records: [], next: 'archived::' })
  })

  it('says of a record only what it shows of it', async () => {
    const { page: read } = listing(ok([{ id: 7, update_time: '2026-03-01T10:00:00Z' }], last))
    expect((await read).records).toEqual([
      {
        key: '7',
        fields: new Map([['update_time', { kind: 'text', text: '2026-03-01T10:00:00Z' }]]),
        updatedAt: '2026-03-01T10:00:00.000000Z',
        isDeleted: false,
      },
    ])
  })

  it.each([
    [
      'no time of change',
      { update_time: null, add_time: '2020-01-01T10:00:00Z' },
      '2020-01-01T10:00:00',
    ],
    ['milliseconds', { update_time: '2026-03-01T10:00:00.987Z' }, '2026-03-01T10:00:00'],
  ])('has a record with %s changed when nothing later is known of it', async (_what, times, at) => {
    const { page: read } = listing(ok([{ id: 7, ...times }], last))
    expect((await read).records[0]?.updatedAt).toBe(`${at}.000000Z`)
  })

  it('leaves what has no time at all without one', async () => {
    expect((await listing(ok([{ id: 7 }], last)).page).records[0]?.updatedAt).toBeNull()
  })

  it('keeps an id beyond what a double holds', async () => {
    const body =
      '{"success":true,"data":[{"id":9007199254740993}],"additional_data":{"next_cursor":null}}'
    const { page: read } = listing({
      status: 200,
      headers: { date: 'Tue, 10 Mar 2026 12:00:00 GMT' },
      body,
    })
    expect((await read).records[0]?.key).toBe('9007199254740993')
  })

  it('of a list that is not known is refused before anything is asked', async () => {
    const { page: read, seen } = listing(ok([]), persons, { after: 'moon::x', since: null })
    await expect(read).rejects.toMatchObject({ kind: 'invalid', reason: 'CURSOR' })
    expect(seen).toEqual([])
  })
})

describe('a list', () => {
  it('goes by id when read whole, and by time of change from a time on, without fractions', async () => {
    const whole = listing(ok([], last))
    await whole.page
    expect(Object.fromEntries(whole.seen[0]?.query ?? [])).toEqual({ limit: '500', sort_by: 'id' })
    const since = listing(ok([], last), persons, {
      after: null,
      since: '2026-03-01T10:20:30.987654Z',
    })
    await since.page
    expect(Object.fromEntries(since.seen[0]?.query ?? [])).toEqual({
      limit: '500',
      sort_by: 'update_time',
      updated_since: '2026-03-01T10:20:30Z',
    })
  })

  it('keeps a cursor as it is', async () => {
    const given = listing(ok(rows(500), { additional_data: { next_cursor: 'a:b=:c' } }))
    const after = (await given.page).next
    const { page: read, seen } = listing(ok([], last), persons, { after, since: null })
    await read
    expect(seen[0]?.query.get('cursor')).toBe('a:b=:c')
  })

  it('stops where a page names itself as the next one', async () => {
    const answer = ok(rows(500), { additional_data: { next_cursor: 'c2' } })
    const { page: read } = listing(answer, persons, { after: 'all::c2', since: null })
    await expect(read).rejects.toMatchObject({ kind: 'unknown', reason: 'unreadable' })
  })

  it.each([['users'], ['pipelines'], ['stages']])(
    'of %s is whole whatever the time asked for',
    async (name) => {
      const { page: read, seen } = listing(ok([], last), schemaOf(name), {
        after: null,
        since: '2026-03-01T10:20:30.000000Z',
      })
      await read
      expect(seen[0]?.query.has('updated_since')).toBe(false)
    },
  )
})

/** A list by position that loses records between its pages. */
function shrinking(all: readonly object[], lost: (page: number) => readonly number[]) {
  let rest = all
  return scriptedPipedrive(({ url, query }, before) => {
    if (url.endsWith('/archived')) return ok([], positions(0, false))
    const gone = lost(before)
    rest = rest.filter((_row, at) => !gone.includes(at))
    const start = Number(query.get('start') ?? '0')
    return ok(rest.slice(start, start + 500), positions(start, start + 500 < rest.length))
  })
}

async function keysOf({ reader, run }: ReturnType<typeof shrinking>): Promise<readonly string[]> {
  const keys: string[] = []
  let after: string | null = null
  do {
    const read: RecordPage = await run(reader.list(leads, { after, since: null }))
    keys.push(...read.records.map(({ key }) => key))
    after = read.next
  } while (after !== null)
  return keys
}

describe('a list by position', () => {
  const all = rows(1_200).map((row, at) => ({ ...row, id: `lead-${at}` }))
  const everything = all.map(({ id }) => id)

  it('gives every record once', async () => {
    const scripted = shrinking(all, () => [])
    expect(await keysOf(scripted)).toEqual(everything)
    expect(scripted.seen.map(({ query }) => query.get('start'))).toEqual([null, '450', '900', null])
  })

  it('passes over nothing where records before its place are gone', async () => {
    const scripted = shrinking(all, (before) => (before === 1 ? [3, 4, 5] : []))
    expect(await keysOf(scripted)).toEqual(everything)
  })

  it('passes over nothing where the last record it showed is gone', async () => {
    const scripted = shrinking(all, (before) => (before === 1 ? [499, 0] : []))
    expect(new Set(await keysOf(scripted))).toEqual(new Set(everything))
  })

  it.each([
    ['the next page does not come after this one', 500, 0],
    ['there is nothing before the next page', 0, 500],
  ])('stops where %s', async (_what, count, next_start) => {
    const pagination = { start: 0, limit: 500, more_items_in_collection: true, next_start }
    const { page: read } = listing(ok(rows(count), { additional_data: { pagination } }), leads)
    await expect(read).rejects.toMatchObject({ kind: 'unknown', reason: 'unreadable' })
  })
})

describe('a record by its id', () => {
  const fetching = (answer: ScriptedAnswer, keys = ['7'], object = persons) => {
    const { reader, run, seen } = scriptedPipedrive(() => answer)
    return { fetched: run(reader.fetch(object, keys, {})), seen }
  }

  it('is gone where Pipedrive says that there is none', async () => {
    const { fetched } = fetching(refused(404, 'Person not found'))
    expect((await fetched).records).toEqual(new Map([['7', { state: 'gone', mergedInto: null }]]))
  })

  it('is not gone by the 404 of a gateway', async () => {
    await expect(fetching(page(404, 'Not found')).fetched).rejects.toMatchObject({
      kind: 'unknown',
    })
  })

  it('went up in the record that answers for it', async () => {
    const { fetched } = fetching(ok({ id: 8, name: 'Ann' }))
    expect((await fetched).records.get('7')).toEqual({ state: 'gone', mergedInto: '8' })
  })

  it('that could be none is gone without a request, and so is nothing asked of no records', async () => {
    const odd = fetching(ok({}), ['abc', ''])
    expect([...(await odd.fetched).records.values()].map(({ state }) => state)).toEqual([
      'gone',
      'gone',
    ])
    expect(odd.seen).toEqual([])
    const none = fetching(ok({}), [])
    expect(await none.fetched).toEqual({
      records: new Map(),
      askedAt: '0001-01-01T00:00:00.000000Z',
    })
  })

  it('is not read on after a failure', async () => {
    const keys = Array.from({ length: 9 }, (_, at) => `${at + 1}`)
    const { fetched, seen } = fetching(refused(401, 'unauthorized access'), keys)
    await expect(fetched).rejects.toMatchObject({ kind: 'auth' })
    expect(seen.length).toBeLessThanOrEqual(4)
  })
})

describe('a refusal', () => {
  it('that stays, with requests left in the window, is of the day', async () => {
    const headers = { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '19' }
    const { page: read, seen } = listing(refused(429, 'request over rate limit', headers))
    await expect(read).rejects.toMatchObject({ kind: 'exhausted', reason: 'DAILY', status: 429 })
    expect(seen).toHaveLength(4)
  })

  it('that passes is a wait, and no more', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2' }
    const { reader, run, clock } = scriptedPipedrive((_request, before) =>
      before === 0 ? refused(429, 'request over rate limit', headers) : ok(rows(2), last),
    )
    expect((await run(reader.list(persons, first))).records).toHaveLength(2)
    expect(clock.monotonic()).toBeGreaterThanOrEqual(2_000)
  })

  it('with a page before the API ends the read, and is not taken for missing rights', async () => {
    const { page: read, seen } = listing(page(403, 'Access denied'))
    await expect(read).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 60_000 })
    expect(seen).toHaveLength(1)
  })
})

describe('the company’s day', () => {
  const day = (left: number) => ({
    'x-daily-ratelimit-token-limit': '1000',
    'x-daily-ratelimit-token-remaining': String(left),
  })

  it('is left to others from the configured percentage on, metadata excepted', async () => {
    const { reader, run, seen } = scriptedPipedrive(
      (_request, before) => ok([], last, day(before === 0 ? 211 : 201)),
      { api_token: 'x', daily_tokens_percent: 80 },
    )
    await run(reader.describe('persons'))
    await run(reader.list(persons, first))
    const again = reader.list(persons, first)
    await expect(run(again)).rejects.toMatchObject({
      kind: 'exhausted',
      reason: 'DAILY',
      message:
        "799 of the company's 1000 daily tokens are used, and daily_tokens_percent is 80; they are renewed each day",
    })
    expect(seen).toHaveLength(2)
    await run(reader.describe('persons'))
    expect(seen).toHaveLength(3)
  })

  it('stops nothing where no answer tells of it', async () => {
    const { reader, run } = scriptedPipedrive(() => ok([], last))
    await run(reader.list(persons, first))
    expect((await run(reader.list(persons, first))).records).toEqual([])
  })
})
