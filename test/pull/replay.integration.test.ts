import { describe, expect, it } from 'vitest'
import { explainRecord } from '../../src/engine/pull/history/explain-record.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import { deals, integer, scriptedCrm, text } from './scripted-crm.ts'

const at = (time: string): string => `2026-03-01T${time}Z`
const lines = [
  {
    object: 'deals',
    key: 1,
    op: 'create',
    event_at: at('10:00:00'),
    fields: { title: 'A', value: 1 },
  },
  { object: 'deals', key: 1, op: 'update', event_at: at('11:00:00'), fields: { value: 2 } },
  { object: 'deals', key: 1, op: 'delete', event_at: at('12:00:00') },
]

describe.each(warehouseNames)('a file of changes, replayed into %s', (name) => {
  const lifeOf = (world: PullWorld, key: string): ReturnType<typeof explainRecord> =>
    explainRecord(world.warehouse, 'syncline', dealsPull(), deals, key)

  it('becomes history, whatever its order, and counts once', async () => {
    const world = await openPullWorld(name)
    expect((await world.replay(lines.toReversed())).objects[0]).toMatchObject({ read: 3, added: 3 })
    expect((await world.replay(lines)).objects[0]).toMatchObject({ read: 3, added: 0 })
    const { versions, changes } = await lifeOf(world, '1')
    expect(versions).toEqual([
      {
        start: '2026-03-01T10:00:00.000000Z',
        end: '2026-03-01T11:00:00.000000Z',
        mergedInto: null,
        dirty: false,
        values: { value: '1', title: 'A' },
      },
      {
        start: '2026-03-01T11:00:00.000000Z',
        end: '2026-03-01T12:00:00.000000Z',
        mergedInto: null,
        dirty: false,
        values: { value: '2', title: 'A' },
      },
    ])
    expect(changes.map(({ op, origin, values }) => ({ op, origin, values }))).toEqual([
      { op: 'create', origin: 'replay', values: { value: '1', title: 'A' } },
      { op: 'update', origin: 'replay', values: { value: '2' } },
      { op: 'delete', origin: 'replay', values: {} },
    ])
  })

  it('takes one id of two records, or of two times, for as many changes, together as apart', async () => {
    const [together, apart] = [await openPullWorld(name), await openPullWorld(name)]
    const alike = [
      { ...lines[0], id: 'bulk' },
      { ...lines[0], id: 'bulk', key: 2 },
      { ...lines[1], id: 'bulk' },
    ]
    expect((await together.replay([...alike, ...alike])).objects[0]).toMatchObject({
      read: 6,
      added: 3,
    })
    for (const line of alike) {
      expect((await apart.replay([line])).objects[0]).toMatchObject({ read: 1, added: 1 })
    }
    for (const world of [together, apart]) {
      expect(
        await world.query(
          'select cast(id as text), cast(value as text) from crm.deal_history order by 1, 2',
        ),
      ).toEqual([
        ['1', '1'],
        ['1', '2'],
        ['2', '1'],
      ])
    }
  })

  it('explains nothing of a record that nobody told of', async () => {
    const world = await openPullWorld(name)
    expect(await lifeOf(world, '1')).toMatchObject({ versions: [], changes: [] })
    await world.replay(lines)
    expect(await lifeOf(world, '2')).toMatchObject({ versions: [], changes: [] })
  })

  it('puts a text into the column of dates that the CRM says it is', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = [{ name: 'closed', label: 'Closed', kind: 'date' }]
    await world.read(crm.reader)
    await world.replay([
      {
        object: 'deals',
        key: 1,
        op: 'create',
        event_at: at('10:00:00'),
        fields: { closed: '2026-03-05' },
      },
    ])
    expect((await lifeOf(world, '1')).versions[0]?.values).toEqual({ closed: '2026-03-05' })
  })

  it('fills in what happened before a read', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.put('1', '2026-03-01T11:30:00.000000Z', { title: text('A'), value: integer(3) })
    await world.read(crm.reader)
    await world.replay(lines.slice(0, 2))
    const { versions } = await lifeOf(world, '1')
    expect(versions.map(({ start, values }) => [start, values.value])).toEqual([
      ['2026-03-01T10:00:00.000000Z', '1'],
      ['2026-03-01T11:00:00.000000Z', '2'],
      ['2026-03-01T11:30:00.000000Z', '3'],
    ])
  })

  it.each([
    [{ ...lines[0], op: 'upsert' }, 'Line 2 of changes.ndjson needs an op'],
    [{ ...lines[0], object: 'pigs' }, 'Line 2 of changes.ndjson is about pigs'],
    // It would stand above every read of the record until then.
    [{ ...lines[0], event_at: '2062-03-01T10:00:00Z' }, 'Line 2 of changes.ndjson has an event_at'],
    // Views cast the key: one that is no number would end every query of the object.
    [{ ...lines[0], key: 'D-2' }, 'Line 2 of changes.ndjson has the key "D-2"'],
    [{ ...lines[0], key: '01' }, 'Line 2 of changes.ndjson has the key "01"'],
  ])('is refused whole because of one line: %j', async (bad, message) => {
    const world = await openPullWorld(name)
    await expect(world.replay([lines[0] ?? {}, bad])).rejects.toMatchObject({
      code: 'pull.change_file',
      message: expect.stringContaining(message) as string,
      place: { line: 2 },
    })
    expect((await lifeOf(world, '1')).changes).toEqual([])
  })
})
