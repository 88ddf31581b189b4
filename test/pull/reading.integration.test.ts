import { describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { Row } from '../../src/model/value.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld, pullWorldOn } from './pull-world.ts'
import { crmOfFourDeals, integer, march, scriptedCrm, text } from './scripted-crm.ts'

const none = { created: 0, changed: 0, deleted: 0, withheld: 0, fields: {} }
function history(world: PullWorld, columns = 'title, value'): Promise<readonly Row[]> {
  const texts = ['id', '_cdc_start', '_cdc_end', ...columns.split(', ')].map(
    (name) => `cast(${name} as varchar)`,
  )
  return world.query(
    `select ${texts.join(', ')} from crm.deal_history order by id, deal_history._cdc_start`,
  )
}

const shown = (time: string): string => `2026-03-${time}+00`

describe.each(warehouseNames)('a full read into %s', (name) => {
  it('makes a version of each record, and none when it is read again', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    const first = await world.read(crm.reader)
    expect(first).toMatchObject({ state: 'succeeded', error: null })
    expect(first.objects[0]).toMatchObject({ read: 4, added: 4, drift: { ...none, created: 4 } })
    const second = await world.read(crm.reader)
    expect(second.objects[0]).toMatchObject({ read: 4, added: 0, drift: none, newColumns: [] })
    expect(await history(world)).toHaveLength(4)
  })

  it('begins a version when the record says that it changed, with nothing but what differs', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.put('1', march('02T08:00:00'), { title: text('deal 1'), value: integer(20) })
    crm.now = march('03T00:00:00')
    const { objects } = await world.read(crm.reader)
    expect(objects[0]?.drift).toEqual({ ...none, changed: 1, fields: { value: 1 } })
    expect((await history(world)).slice(0, 2)).toEqual([
      ['1', shown('01 10:00:00'), shown('02 08:00:00'), 'deal 1', '10'],
      ['1', shown('02 08:00:00'), null, 'deal 1', '20'],
    ])
  })

  it('does not set what it saw of a second that was not over above what was told of that second', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    const second = march('01T10:00:00')
    crm.put('1', second, { title: text('deal 1'), value: integer(10) })
    crm.now = '2026-03-01T10:00:00.400000Z'
    await world.read(crm.reader)
    const fields = { title: 'deal 1', value: 20 }
    await world.replay([
      { object: 'deals', key: '1', op: 'update', fields, partial: false, event_at: second },
    ])
    const versions = [['1', shown('01 10:00:00'), null, 'deal 1', '20']]
    expect(await history(world)).toEqual(versions)
    crm.put('1', second, { title: text('deal 1'), value: integer(20) })
    const { objects } = await world.read(crm.reader)
    expect(objects[0]).toMatchObject({ added: 0, drift: none })
    expect(await history(world)).toEqual(versions)
  })

  it('finds later what was not told of that second', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    const second = march('01T10:00:00')
    crm.put('1', second, { title: text('deal 1'), value: integer(10) })
    crm.now = '2026-03-01T10:00:00.400000Z'
    await world.read(crm.reader)
    crm.put('1', second, { title: text('deal 1'), value: integer(20) })
    crm.now = march('01T10:00:01')
    const { objects } = await world.read(crm.reader)
    expect(objects[0]?.drift).toEqual({ ...none, changed: 1, fields: { value: 1 } })
    expect((await history(world)).at(-1)?.slice(2)).toEqual([null, 'deal 1', '20'])
  })

  it('gives a difference that no timestamp explains the time of the read, by the clock of the CRM', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.put('1', march('01T10:00:00'), { title: text('deal 1'), value: integer(20) })
    crm.now = march('03T00:00:00')
    await world.read(crm.reader)
    expect((await history(world))[1]?.slice(0, 2)).toEqual(['1', shown('03 00:00:00')])
  })

  it('gives it that time, too, where webhooks had told of the second that the record names', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    const fields = { title: 'deal 1', value: 10 }
    const told = { object: 'deals', key: '1', op: 'create', fields, event_at: march('01T10:00:00') }
    await world.replay([told])
    crm.put('1', march('01T10:00:00'), { title: text('deal 1'), value: integer(20) })
    crm.now = march('21T00:00:00')
    const { objects } = await world.read(crm.reader)
    expect(objects[0]?.drift).toEqual({ ...none, changed: 1, fields: { value: 1 } })
    const versions = [
      ['1', shown('01 10:00:00'), shown('21 00:00:00'), 'deal 1', '10'],
      ['1', shown('21 00:00:00'), null, 'deal 1', '20'],
    ]
    expect(await history(world)).toEqual(versions)
    // The last event of the second says the same as the read, when it comes after all.
    const last = { ...told, op: 'update', fields: { value: 20 }, sequence: 1 }
    await world.replay([last])
    expect(await history(world)).toEqual([['1', shown('01 10:00:00'), null, 'deal 1', '20']])
  })

  it('gives the time of the record to what was asked for since its news was in doubt', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    const second = march('02T10:00:00')
    await world.replay([{ object: 'deals', key: '1', op: 'gap', event_at: second }])
    crm.put('1', second, { title: text('deal 1'), value: integer(20) })
    crm.now = march('03T00:00:00')
    await world.read(crm.reader)
    expect((await history(world))[1]).toEqual(['1', shown('02 10:00:00'), null, 'deal 1', '20'])
  })

  it('leaves every record in sight while it goes on', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    for (const key of ['1', '2', '3', '4']) {
      crm.put(key, march('02T08:00:00'), { title: text(`deal ${key}`), value: integer(20) })
    }
    crm.now = march('03T00:00:00')
    const seen: unknown[] = []
    const { list } = crm.reader
    await world.read({
      ...crm.reader,
      list: async (...asked) => {
        const count =
          'select cast(count(*) as varchar), cast(sum("value") as varchar) from crm.deals'
        seen.push(...(await world.query(count)))
        return list(...asked)
      },
    })
    expect(seen).toEqual([
      ['4', '40'],
      ['4', '40'],
    ])
    expect((await history(world)).filter(([, , end]) => end === null)).toHaveLength(4)
  })

  it('ends what is gone, and only after it was asked for by its id', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.records.delete('2')
    crm.mergedInto.set('3', '1')
    crm.records.delete('3')
    crm.now = march('03T00:00:00')
    const { objects } = await world.read(crm.reader)
    expect(objects[0]?.drift).toEqual({ ...none, deleted: 2 })
    const rows = await world.query(
      'select cast(id as varchar), cast(_cdc_end as varchar), _merged_into from crm.deal_history where not _cdc_active order by id',
    )
    expect(rows).toEqual([
      ['2', shown('03 00:00:01'), null],
      ['3', shown('03 00:00:01'), '1'],
    ])
  })

  it('keeps a record that its pages missed and that is there when it is asked for', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    const missed = crm.records.get('4')
    crm.records.delete('4')
    crm.now = march('03T00:00:00')
    const fetch = crm.reader.fetch
    const reader = {
      ...crm.reader,
      fetch: (...asked: Parameters<typeof fetch>) => {
        if (missed !== undefined) crm.records.set('4', missed)
        return fetch(...asked)
      },
    }
    const { objects } = await world.read(reader)
    expect(objects[0]).toMatchObject({ added: 0, drift: none })
  })

  it('withholds deletions beyond the guard, says so, and takes them with force', async () => {
    const world = await openPullWorld(name, dealsPull({ maxDeletes: { rows: 1 } }))
    const crm = crmOfFourDeals(10)
    await world.read(crm.reader)
    crm.records.delete('2')
    crm.records.delete('3')
    crm.put('1', march('02T08:00:00'), { title: text('deal 1'), value: integer(20) })
    crm.now = march('03T00:00:00')
    const stopped = await world.read(crm.reader)
    expect(stopped).toMatchObject({ state: 'failed', error: { code: 'pull.guard' } })
    expect(stopped.objects[0]?.drift).toMatchObject({ changed: 1, deleted: 0, withheld: 2 })
    expect(stopped.objects[0]?.withheldKeys).toEqual(['2', '3'])
    const forced = await world.read(crm.reader, { force: true })
    expect(forced).toMatchObject({ state: 'succeeded', error: null })
    expect(forced.objects[0]?.drift).toMatchObject({ deleted: 2, withheld: 0 })
  })

  it('holds deletions against what it shows where webhooks told of few records before it', async () => {
    const world = await openPullWorld(name, dealsPull({ maxDeletes: { percent: 50 } }))
    const crm = crmOfFourDeals(10)
    const told = ['8', '9'].map((key) => ({
      object: 'deals',
      key,
      op: 'create',
      event_at: march('01T10:00:00'),
      fields: { title: `deal ${key}` },
    }))
    await world.replay(told)
    const { error, objects } = await world.read(crm.reader)
    expect(error).toBe(null)
    expect(objects[0]?.drift).toEqual({ ...none, created: 4, deleted: 2 })
  })

  it('takes a record that two pages showed as the second one did', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.now = march('03T00:00:00')
    crm.put('1', march('02T08:00:00'), { title: text('early'), value: integer(10) })
    crm.beforePage = (page) => {
      if (page === 0) return
      crm.now = march('03T00:00:01')
      crm.records.delete('1')
      crm.put('1', march('03T00:00:00'), { title: text('late'), value: integer(10) })
    }
    const { objects } = await world.read(crm.reader)
    expect(objects[0]).toMatchObject({ read: 4, added: 1 })
    expect((await history(world)).filter(([key]) => key === '1')).toEqual([
      ['1', shown('01 10:00:00'), shown('03 00:00:00'), 'deal 1', '10'],
      ['1', shown('03 00:00:00'), null, 'late', '10'],
    ])
  })

  it('leaves a record alone that is known to have changed after its page was asked for', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.now = march('03T00:00:00')
    const at = march('03T00:00:09')
    const newer = { object: 'deals', key: '1', op: 'update', event_at: at, fields: { value: 30 } }
    await world.replay([newer])
    const { objects } = await world.read(crm.reader)
    expect(objects[0]).toMatchObject({ added: 0, drift: none })
    expect((await history(world))[1]).toEqual(['1', shown('03 00:00:09'), null, 'deal 1', '30'])
  })

  it('knows what it saw where an older change arrives after it', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    // Its value went to 15 and back to 10, and then its title changed.
    crm.put('1', march('02T08:00:00'), { title: text('new'), value: integer(10) })
    crm.now = march('03T00:00:00')
    await world.read(crm.reader)
    const at = march('02T07:00:00')
    await world.replay([
      { object: 'deals', key: '1', op: 'update', event_at: at, fields: { value: 15 } },
    ])
    expect((await history(world)).slice(0, 3)).toEqual([
      ['1', shown('01 10:00:00'), shown('02 07:00:00'), 'deal 1', '10'],
      ['1', shown('02 07:00:00'), shown('02 08:00:00'), 'deal 1', '15'],
      ['1', shown('02 08:00:00'), null, 'new', '10'],
    ])
  })

  it('opens again what was deleted and is there', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    await world.replay([
      { object: 'deals', key: '1', op: 'delete', event_at: march('01T11:00:00') },
    ])
    crm.now = march('03T00:00:00')
    const { objects } = await world.read(crm.reader)
    expect(objects[0]?.drift).toMatchObject({ created: 1 })
    // When it was asked for by its id, after two pages.
    expect((await history(world))[1]).toEqual(['1', shown('03 00:00:02'), null, 'deal 1', '10'])
  })

  it('opens nothing that a list shows still, and that is gone by its id', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    await world.replay([
      { object: 'deals', key: '1', op: 'delete', event_at: march('01T11:00:00') },
    ])
    crm.now = march('03T00:00:00')
    const asked: (readonly string[])[] = []
    const { objects } = await world.read({
      ...crm.reader,
      fetch: (object, keys, options) => {
        asked.push(keys)
        crm.records.delete('1')
        return crm.reader.fetch(object, keys, options)
      },
    })
    expect(asked).toEqual([['1']])
    expect(objects[0]).toMatchObject({ drift: none, added: 0 })
    expect(await world.query("select count(*) || '' from crm.deals")).toEqual([['3']])
  })

  it('makes whole what a partial change left in doubt', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    const at = march('01T09:00:00')
    await world.replay([
      { object: 'deals', key: '1', op: 'update', event_at: at, fields: { value: 5 } },
    ])
    const dirty = 'select cast(id as varchar) from crm.deals where _dirty'
    expect(await world.query(dirty)).toEqual([['1']])
    await world.read(crm.reader)
    expect(await world.query(dirty)).toEqual([])
  })

  it('adds columns for new fields, and one more for values that do not fit', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.fields = [...crm.fields, { name: '9dc80c50d78a15643bfc', label: 'Région', kind: 'text' }]
    crm.now = march('03T00:00:00')
    crm.put('1', march('02T08:00:00'), {
      title: text('deal 1'),
      value: text('much'),
      '9dc80c50d78a15643bfc': text('Nord'),
    })
    const { objects } = await world.read(crm.reader)
    expect(objects[0]?.newColumns.map(({ column }) => column)).toEqual(['region', 'value__text'])
    expect((await history(world, 'value, value__text, region')).slice(0, 2)).toEqual([
      ['1', shown('01 10:00:00'), shown('02 08:00:00'), '10', null, null],
      ['1', shown('02 08:00:00'), null, null, 'much', 'Nord'],
    ])
    expect((await world.read(crm.reader)).objects[0]).toMatchObject({ added: 0, newColumns: [] })
  })

  it('takes a field that the CRM no longer shows as unknown, not as empty', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.fields = crm.fields.slice(0, 1)
    crm.now = march('03T00:00:00')
    for (const key of ['1', '2', '3', '4']) {
      crm.put(key, march('02T10:00:00'), { title: text(`deal ${key}`) })
    }
    expect((await world.read(crm.reader)).objects[0]).toMatchObject({ added: 0 })
  })

  it('writes nothing in a dry run, and tells what it would', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.put('1', march('02T08:00:00'), { title: text('new'), value: integer(20) })
    crm.now = march('03T00:00:00')
    const { objects } = await world.read(crm.reader, { dryRun: true })
    expect(objects[0]).toMatchObject({
      added: 0,
      drift: { ...none, changed: 1, fields: { title: 1, value: 1 } },
    })
    expect(await history(world)).toHaveLength(4)
  })

  it('has not happened when it was cut off', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    crm.beforePage = (page) => {
      if (page > 0) throw new RequestFailure({ kind: 'unavailable', message: 'no answer' })
    }
    const { state, error, objects } = await world.read(crm.reader)
    expect({ state, code: error?.code, objects }).toEqual({
      state: 'failed',
      code: 'pull.unreachable',
      objects: [],
    })
    expect(await history(world)).toEqual([])
    crm.beforePage = () => undefined
    expect((await world.read(crm.reader)).objects[0]).toMatchObject({ added: 4 })
  })

  it('stops where the connection reaches another account', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    crm.account = 'other'
    await expect(world.read(crm.reader)).rejects.toMatchObject({ code: 'pull.other_account' })
  })

  it('of one object that fails in a way nobody foresaw is a bug, and the others have their turn', async () => {
    const world = await openPullWorld(name, dealsPull({ objects: ['notes', 'deals'] }))
    const { reader } = crmOfFourDeals(10)
    const lost = new TypeError('no such property')
    const { error, objects, state } = await world.read({
      ...reader,
      describe: async (one) => ({ ...(await reader.describe(one)), name: one, singular: one }),
      list: (object, request) =>
        object.name === 'notes' ? Promise.reject(lost) : reader.list(object, request),
    })
    expect(error).toMatchObject({
      code: 'pull.internal',
      kind: 'bug',
      message: 'Sync crm, notes: no such property',
      cause: lost,
    })
    expect([state, objects]).toMatchObject(['failed', [{ object: 'deals', added: 4 }]])
  })

  it('stops before a table that someone else made', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.warehouse.session((session) =>
      session.execute(
        ['create schema crm', 'create table crm.deals (id int)'].map((sql) => ({
          text: sql,
          parameters: [],
        })),
      ),
    )
    const { error } = await world.read(crm.reader)
    expect(error).toMatchObject({ code: 'pull.foreign_table' })
  })

  it.each([
    ['environment, which has a working schema of its own', dealsPull(), 'syncline_other'],
    ['sync', dealsPull({ name: 'other' }), 'syncline'],
  ])('stops before tables of another %s', async (_whose, sync, workingSchema) => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    const before = await history(world)
    const other = pullWorldOn(world, sync, world.clock, workingSchema)
    crm.records.clear()
    const { error } = await other.read(crm.reader)
    expect(error).toMatchObject({ code: 'pull.foreign_table' })
    expect(await history(world)).toEqual(before)
  })

  it('keeps hashes of what is to be hashed, and nothing of what is left out', async () => {
    const fields = {
      ...dealsPull().fields,
      exclude: ['deals.value'],
      hash: ['deals.title'],
      hashSecret: 's3cret',
    }
    const world = await openPullWorld(name, dealsPull({ fields }))
    const crm = crmOfFourDeals(10)
    await world.read(crm.reader)
    const [[title]] = (await world.query('select title from crm.deals')) as [[string]]
    expect(title).toMatch(/^[0-9a-f]{64}$/)
    const columns = await world.warehouse.session((session) =>
      session.columns('crm', 'deals_changes'),
    )
    expect(columns?.map((column) => column.name)).not.toContain('value')
  })

  it('shows the same history under the names of another tool once the preset says so', async () => {
    const crm = crmOfFourDeals(10)
    const world = await openPullWorld(name)
    await world.read(crm.reader)
    const dlt = dealsPull({ history: { form: 'table', preset: 'dlt' } })
    await pullWorldOn(world, dlt, world.clock).read(crm.reader)
    const rows = await world.query(
      'select cast(id as varchar), cast(_dlt_valid_from as varchar) from crm.deal_history order by id limit 1',
    )
    expect(rows).toEqual([['1', shown('01 10:00:00')]])
  })

  it('compares as well where the history is a view, and shows the same when it is a table later', async () => {
    const sync = dealsPull({ history: { form: 'view', preset: 'cdc' } })
    const [world, crm] = [await openPullWorld(name, sync), crmOfFourDeals(10)]
    await world.read(crm.reader)
    expect((await world.read(crm.reader)).objects[0]).toMatchObject({ added: 0, drift: none })
    crm.put('1', march('02T08:00:00'), { title: text('deal 1'), value: integer(20) })
    crm.now = march('03T00:00:00')
    expect((await world.read(crm.reader)).objects[0]).toMatchObject({ added: 1 })
    const late = { object: 'deals', key: '1', op: 'update', event_at: march('01T12:00:00') }
    await world.replay([{ ...late, fields: { value: 15 } }])
    expect((await history(world)).slice(0, 3)).toEqual([
      ['1', shown('01 10:00:00'), shown('01 12:00:00'), 'deal 1', '10'],
      ['1', shown('01 12:00:00'), shown('02 08:00:00'), 'deal 1', '15'],
      ['1', shown('02 08:00:00'), null, 'deal 1', '20'],
    ])
    expect((await world.read(crm.reader)).objects[0]).toMatchObject({ added: 0 })
    const before = await history(world)
    const kept = dealsPull()
    const after = pullWorldOn(world, kept, world.clock)
    expect((await after.read(crm.reader)).objects[0]).toMatchObject({ added: 0 })
    expect(await history(world)).toEqual(before)
    await after.replay([{ ...late, event_at: march('01T13:00:00'), fields: { value: 17 } }])
    expect(await history(world)).toHaveLength(before.length + 1)
  })

  it('tells the warehouse what it came to', async () => {
    const [world, crm] = [await openPullWorld(name), crmOfFourDeals(10)]
    await world.read(crm.reader)
    expect(
      await world.query('select kind, state, cast(delivered as varchar) from syncline.runs'),
    ).toEqual([['run', 'succeeded', '4']])
    expect(
      await world.query(
        'select object, cast(read as varchar), cast(created as varchar) from syncline.reads',
      ),
    ).toEqual([['deals', '4', '4']])
  })
})
