/** What goes wrong between the journal and the warehouse holds back itself alone, and is not forgotten. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EventLoader, Loaded } from '../../src/app/pull/event-loader.ts'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { Metadata } from '../../src/connector/pipedrive/metadata.ts'
import { objectNamed } from '../../src/connector/pipedrive/objects.ts'
import { toSourceObject } from '../../src/connector/pipedrive/schema.ts'
import type { CrmReader, FetchedRecord } from '../../src/connector/source.ts'
import type { PullSync } from '../../src/model/sync.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { openJournal } from '../../src/journal/open-journal.ts'
import { createPullWorld, dealsPull, type PullWorld } from '../pull/pull-world.ts'
import { scriptedCrm, text } from '../pull/scripted-crm.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { pipedriveLoader } from '../support/pipedrive-loader.ts'

const at = '2026-03-01T10:00:00Z'
const segment = '1b'.repeat(20)
const region = '2c'.repeat(20)
const names = ['deals', 'leads'] as const

const custom = (code: string, name: string, labels: readonly string[]): Metadata => ({
  code,
  name,
  type: 'enum',
  options: labels.map((label, index) => ({ value: `${index + 1}`, label })),
  isCustom: true,
  isOptional: false,
})

let world: PullWorld
let journal: Journal
let directory: string
let metadata: readonly Metadata[]
/** Whether the CRM describes leads, and answers who asks for records. */
let allows: { leads: boolean; records: boolean }
let found: ReadonlyMap<string, FetchedRecord>
let fetches: string[][]
let described: string[]
/** Why the environment may not write to the warehouse; null where it may. */
let notWritableBecause: string | null

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-loader-'))
  journal = await openJournal({ kind: 'sqlite', file: join(directory, 'journal.db') })
  metadata = [custom(segment, 'Segment', ['Small'])]
  allows = { leads: true, records: true }
  found = new Map()
  fetches = []
  described = []
  notWritableBecause = null
})

afterEach(async () => {
  await journal.close()
  await world.close()
  rmSync(directory, { recursive: true, force: true })
})

const refusal = (message: string): RequestFailure => new RequestFailure({ kind: 'auth', message })

const reader: CrmReader = {
  ...scriptedCrm().reader,
  account: () => Promise.resolve({ id: '1', name: 'Acme', timeZone: null }),
  describe: (name) =>
    Promise.try(() => {
      described.push(name)
      const object = objectNamed(name)
      if (object === null) throw new Error(`there are no ${name}`)
      if (name === 'leads' && !allows.leads) throw refusal('the app lacks leads:read')
      return toSourceObject(object, name === 'deals' ? metadata : [])
    }),
  fetch: (_object, keys) =>
    Promise.try(() => {
      fetches.push([...keys])
      if (!allows.records) throw refusal('no records')
      return { askedAt: '2026-03-01T12:00:00.000000Z', records: found }
    }),
}

function loader(from: Journal = journal, called: Partial<PullSync> = {}): EventLoader {
  const sync = dealsPull({ objects: names, ...called })
  return pipedriveLoader({ ...world, sync, journal: from, reader, notWritableBecause })
}

interface Told {
  /** Of the event. */
  readonly id?: string
  readonly entity?: 'deal' | 'lead'
  readonly company?: number
  /** Without it the record is not shown. */
  readonly data?: object | null
  readonly fields?: object
}

let ids = 0

function nextId(): string {
  ids += 1
  return `event ${ids}`
}

async function send(
  key: string,
  { id = nextId(), entity = 'deal', company = 1, data = {}, fields }: Told = {},
) {
  const meta = { version: '2.0', action: 'change', entity, company_id: company, timestamp: at }
  const record = { id: key, title: `t${key}`, update_time: at, custom_fields: fields, ...data }
  const body = {
    meta: { ...meta, id, entity_id: key },
    data: data === null ? null : record,
    previous: {},
  }
  await journal.append({
    connection: 'crm',
    receivedAt: Date.parse(at),
    headers: {},
    source: null,
    body: Buffer.from(JSON.stringify(body)),
  })
}

const waiting = async (): Promise<number> => (await journal.extent()).entries
const failures = ({ failed }: Loaded): readonly string[] => [...failed.values()].map(String)
const tables =
  "select table_name from information_schema.tables where table_schema in ('crm', 'syncline')"
const titles = async (table = 'deals'): Promise<readonly unknown[]> =>
  (await world.query(`select title from crm.${table} order by id`)).flat()

describe.each(warehouseNames)('in %s, the loader', (name) => {
  beforeEach(async () => {
    world = await createPullWorld(name)
  })

  it('loads the neighbours of a record with an odd value, and the record', async () => {
    await send('1')
    await send('2', { data: { title: 'a\0b', label: 'cut \ud83d' } })
    await send('3')
    expect(await loader().loadWaiting()).toMatchObject({ added: 3, unreadable: 0 })
    expect(await titles()).toHaveLength(3)
    expect(await waiting()).toBe(0)
  })

  it('loads what waited for a pull that is renamed since, paused or not', async () => {
    await send('1')
    await loader().loadWaiting()
    await send('2')
    await world.ledger.setPaused('crm', true)
    const renamed = loader(journal, { name: 'sales', renamedFrom: 'crm' })
    expect(failures(await renamed.loadWaiting())).toEqual(['Error: sync sales is paused'])
    await world.ledger.setPaused('crm', false)
    expect(await renamed.loadWaiting()).toMatchObject({ added: 1 })
    expect([await titles(), await waiting()]).toEqual([['t1', 't2'], 0])
    await send('3')
    expect(failures(await loader().loadWaiting())).toEqual([
      expect.stringContaining('it is that of the sync sales.'),
    ])
    // Nothing of it is forgotten by who can't load it.
    expect(await waiting()).toBe(1)
    expect(await renamed.loadWaiting()).toMatchObject({ added: 1 })
  })

  it.each([
    ['pull', 'pulling', 1],
    ['push', 'planning', 0],
  ] as const)(
    'forgets with a %s at work that its files lack (%s) all but %i',
    async (_, state, left) => {
      const { clock, ledger } = world
      const before = loader()
      const lease = await ledger.acquireLease('added', 'newer', 60_000, clock.now())
      await ledger.createRun(lease, { id: 'added', kind: 'run', state, startedAt: clock.now() })
      await send('1')
      expect(await before.loadWaiting()).toMatchObject({ added: 1 })
      expect(await waiting()).toBe(left)
      // Who reads the files now and finds no such pull takes it for one that was given up.
      await clock.sleep(1)
      await loader().loadWaiting()
      expect(await waiting()).toBe(0)
    },
  )

  it('forgets nothing that a pull is to load which its files lack, and of which no run tells', async () => {
    const before = loader()
    await before.loadWaiting()
    const added = loader(journal, { name: 'added', schema: 'added' })
    await send('1')
    expect(await added.loadWaiting()).toMatchObject({ added: 1 })
    await send('2')
    await before.loadWaiting()
    expect(await added.loadWaiting()).toMatchObject({ added: 1 })
  })

  it('ends the run that a dead process left, which nobody is to wait for', async () => {
    const held = await world.ledger.acquireLease('crm', 'died elsewhere', 1, 0)
    await world.ledger.createRun(held, { id: 'left', kind: 'run', state: 'pulling', startedAt: 0 })
    await send('1')
    expect(await loader().loadWaiting()).toMatchObject({ added: 1 })
    expect(await world.ledger.run('left')).toMatchObject({ state: 'dropped' })
  })

  it('asks for what was left in doubt under the former name of its pull', async () => {
    await send('1')
    await loader().loadWaiting()
    expect(await waiting()).toBe(0)
    fetches.length = 0
    await loader(journal, { name: 'sales', renamedFrom: 'crm' }).loadWaiting()
    expect(fetches).toEqual([['1']])
  })

  it('keeps what names a field by a text that it can not hold, and loads its neighbours', async () => {
    await send('1')
    for (const half of ['cut \ud83d', 'cut \ud83d']) await send('2', { data: { [half]: 'x' } })
    await send('3', { data: { 'a\0b': 'y' } })
    const isHeld = name === 'DuckDB'
    expect(await loader().loadWaiting()).toMatchObject({
      added: isHeld ? 2 : 1,
      unreadable: isHeld ? 2 : 3,
    })
    expect([await titles(), await waiting()]).toEqual([isHeld ? ['t1', 't3'] : ['t1'], 0])
  })

  it('keeps an event whose id no index takes, and loads its neighbours', async () => {
    await send('1')
    await send('2', { id: randomBytes(3_000).toString('hex') })
    await send('3')
    expect(await loader().loadWaiting()).toMatchObject({ added: 2, unreadable: 1 })
    expect([await titles(), await waiting()]).toEqual([['t1', 't3'], 0])
  })

  it('keeps a body that is nested too deeply for a person to look at, and loads its neighbours', async () => {
    await send('1')
    for (const levels of [600, 3_000]) {
      let label: unknown = 'deep'
      for (let level = 0; level < levels; level += 1) label = [label]
      await send('2', { data: { label } })
    }
    await send('3')
    expect(await loader().loadWaiting()).toMatchObject({ added: 2, unreadable: 2 })
    expect([await titles(), await waiting()]).toEqual([['t1', 't3'], 0])
  })

  it('keeps a change that is dated far ahead for a person to look at, or no read could tell of its record', async () => {
    await send('1')
    await send('1', { data: { title: 'ahead', update_time: '2099-01-01T00:00:00Z' } })
    expect(await loader().loadWaiting()).toMatchObject({ added: 1, unreadable: 1 })
    expect(await titles()).toEqual(['t1'])
    expect(await world.query('select reason from syncline.unread_events')).toEqual([
      ['its time is more than a day after it was received'],
    ])
  })

  it('ends with what waited when it began, however much arrives meanwhile', async () => {
    await send('1')
    let arrived = 1
    const busy = new Proxy(journal, {
      get: (target, method) =>
        method === 'read'
          ? async (...given: Parameters<Journal['read']>) => {
              const entries = await target.read(...given)
              arrived += 1
              if (arrived < 9) await send(`${arrived}`)
              return entries
            }
          : Reflect.get(target, method),
    })
    expect(await loader(busy).loadWaiting()).toMatchObject({ entries: 1, added: 1 })
    expect(await waiting()).toBe(1)
  })

  it('holds back the events of an object that can not be described, and no others', async () => {
    allows.leads = false
    await send('1')
    const one = loader()
    expect(failures(await one.loadWaiting())).toEqual([])
    await send('a', { entity: 'lead' })
    await send('2')
    expect(failures(await one.loadWaiting())).toEqual([
      expect.stringContaining('the app lacks leads:read'),
    ])
    expect(await titles()).toEqual(['t1', 't2'])
    await send('3')
    expect(await one.loadWaiting()).toMatchObject({ added: 1 })
    expect(await waiting()).toBeGreaterThan(0)
    allows.leads = true
    world.clock.pass(60_000)
    expect(failures(await one.loadWaiting())).toEqual([])
    expect([await titles(), await titles('leads')]).toEqual([['t1', 't2', 't3'], ['ta']])
    expect(await waiting()).toBe(0)
  })

  it('writes nothing where the environment may not, and forgets nothing either', async () => {
    await send('1')
    notWritableBecause = 'It is production.'
    expect(failures(await loader().loadWaiting())).toEqual([
      expect.stringContaining('It is production.'),
    ])
    expect([await world.query(tables), await waiting()]).toEqual([[], 1])
    notWritableBecause = null
    expect(await loader().loadWaiting()).toMatchObject({ added: 1 })
  })

  it('asks once more for what it could not ask for, be it another process', async () => {
    found = new Map([
      [
        '1',
        {
          state: 'found',
          record: {
            key: '1',
            updatedAt: '2026-03-01T10:00:01.000000Z',
            isDeleted: false,
            fields: new Map([['title', text('fetched')]]),
          },
        },
      ],
    ])
    await send('1', { data: null })
    allows.records = false
    const one = loader()
    expect(failures(await one.loadWaiting())).toHaveLength(1)
    allows.records = true
    await one.loadWaiting()
    expect(await titles()).toEqual(['fetched'])
    // Its events are in the warehouse and no longer in the journal, and the process ends before it asks.
    await send('2', { data: null })
    allows.records = false
    await loader().loadWaiting()
    await journal.forget(Number.MAX_SAFE_INTEGER)
    allows.records = true
    found = new Map([['2', { state: 'gone', mergedInto: null }]])
    fetches = []
    expect(await loader().loadWaiting()).toMatchObject({ isInDoubt: false })
    expect(fetches).toEqual([['2']])
  })

  it('asks later and later for what stays in doubt', async () => {
    await send('1', { data: null })
    const one = loader()
    expect(await one.loadWaiting()).toMatchObject({ isInDoubt: true })
    for (const ms of [1, 5_000, 5_000, 5_000]) {
      await one.loadWaiting()
      world.clock.pass(ms)
    }
    await one.loadWaiting()
    expect(fetches).toEqual([['1'], ['1'], ['1']])
  })

  it('keeps the webhooks of another company out of the history', async () => {
    await send('1')
    await send('1', { company: 999, data: { title: 'foreign' } })
    expect(await loader().loadWaiting()).toMatchObject({ added: 1, unreadable: 1, entries: 2 })
    expect(await titles()).toEqual(['t1'])
    expect(await world.query('select reason from syncline.unread_events')).toEqual([
      ['it is not of account 1, which this history is of: "999"'],
    ])
    const other = { ...(await reader.account()), id: '2' }
    reader.account = () => Promise.resolve(other)
    await send('2')
    const [failure] = failures(await loader().loadWaiting())
    reader.account = () => Promise.resolve({ ...other, id: '1' })
    expect(failure).toContain('reaches account 2')
    expect(await titles()).toEqual(['t1'])
  })

  it('brings nothing back of what was erased while it waited for its turn', async () => {
    await send('1', { company: 999, data: { title: 'planted' } })
    await send('2')
    const overtaken: Journal = {
      ...journal,
      read: async (...given) => {
        const entries = await journal.read(...given)
        await journal.erase(entries.slice(0, 1).map(({ position }) => position))
        return entries
      },
    }
    expect(await loader(overtaken).loadWaiting()).toMatchObject({ added: 1 })
    expect(await world.query('select body from syncline.unread_events')).toEqual([])
    expect(await waiting()).toBe(0)
  })

  it('passes over what was erased', async () => {
    await send('1')
    await send('2')
    await journal.erase([1])
    expect(await loader().loadWaiting()).toMatchObject({ added: 1, unreadable: 0, entries: 1 })
    expect([await titles(), await waiting()]).toEqual([['t2'], 0])
  })

  it('waits for the label of a new option, and asks once for one that nobody knows', async () => {
    const one = loader()
    await send('1', { fields: { [segment]: { type: 'enum', id: 1 } } })
    await one.loadWaiting()
    metadata = [custom(segment, 'Segment', ['Small', 'Large'])]
    await send('1', {
      fields: { [segment]: { type: 'enum', id: 2 } },
      data: { update_time: later },
    })
    await send('a', { entity: 'lead' })
    expect(failures(await one.loadWaiting())).toEqual([
      expect.stringContaining('waits for newer metadata of deals'),
    ])
    const labels = 'select segment_label from crm.deals'
    expect([await world.query(labels), await titles('leads')]).toEqual([[['Small']], ['ta']])
    world.clock.pass(60_000)
    expect(failures(await one.loadWaiting())).toEqual([])
    expect([await world.query(labels), await waiting()]).toEqual([[['Large']], 0])
    described = []
    for (const key of ['2', '3', '4']) {
      world.clock.pass(60_000)
      await send(key, { fields: { [segment]: { type: 'enum', id: 9 } } })
      await one.loadWaiting()
    }
    expect(described).toEqual(['deals'])
  })

  it('names no column after the key of a field that was made just now', async () => {
    const one = loader()
    await send('1')
    await one.loadWaiting()
    metadata = [...metadata, custom(region, 'Region', ['North'])]
    await send('2', { fields: { [region]: { type: 'enum', id: 1 } } })
    await one.loadWaiting()
    expect(await titles()).toEqual(['t1'])
    world.clock.pass(60_000)
    await one.loadWaiting()
    expect(await world.query('select region_label from crm.deals order by id')).toEqual([
      [null],
      ['North'],
    ])
  })
})

const later = '2026-03-01T10:00:05Z'
