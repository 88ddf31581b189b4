/** Each rule of the fold by itself, on every warehouse that can be had in a test. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addMicroseconds } from '../../src/core/change/instant.ts'
import { timeOfRead, timeOfUnexplained } from '../../src/core/change/event-time.ts'
import type { OracleChange, OracleVersion } from './oracle.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { type FieldColumn, openPulledObject, type PulledObject } from './pulled-object.ts'

const columns: readonly FieldColumn[] = [
  { name: 'title', kind: 'text' },
  { name: 'stage', kind: 'integer' },
]

/** The n-th second of the day, and microseconds behind it. */
function at(second: number, micros = 0): string {
  return addMicroseconds(
    `2026-03-01T10:00:${String(second).padStart(2, '0')}.000000Z`,
    BigInt(micros),
  )
}

/** Long after. */
const readOf = (updatedAt: string): Partial<OracleChange> => ({
  op: 'read',
  partial: false,
  ...timeOfRead(updatedAt, 'second', at(59)),
})

describe.each(warehouseNames)('on %s', (name) => {
  let object: PulledObject
  let count = 0

  /** Each test has a record of its own. */
  let key = ''

  beforeAll(async () => {
    object = await openPulledObject(name, columns)
  })

  beforeEach(() => {
    count += 1
    key = `record ${count}`
  })

  afterAll(() => object.close())

  function change(
    op: OracleChange['op'],
    eventAt: string,
    fields: OracleChange['fields'] = {},
    rest: Partial<OracleChange> = {},
  ): OracleChange {
    count += 1
    return {
      id: `c${String(count).padStart(4, '0')}`,
      key,
      op,
      partial: op === 'update',
      eventAt,
      shownAt: eventAt,
      rank: 0,
      sequence: 0,
      observedAt: eventAt,
      mergedInto: null,
      fields,
      ...rest,
    }
  }

  const created = (second = 0): OracleChange =>
    change('create', at(second), { title: 'A', stage: '1' })

  async function history(): Promise<readonly OracleVersion[]> {
    return (await object.history()).filter((version) => version.key === key)
  }

  /** `[dirty, title, stage]` */
  async function current(): Promise<readonly unknown[]> {
    return (await object.current()).filter(([id]) => id === key).map(([, ...rest]) => rest)
  }

  /** `[start, end, title, stage]` after the changes, which arrive one by one. */
  async function versionsOf(...changes: readonly OracleChange[]): Promise<readonly unknown[]> {
    for (const one of changes) await object.load([one])
    return (await history()).map(({ start, end, values }) => [start, end, ...values])
  }

  async function isDirty(): Promise<boolean | undefined> {
    return (await history()).at(-1)?.dirty
  }

  it('a field that a partial change does not mention stays as it was', async () => {
    expect(await versionsOf(created(), change('update', at(5), { stage: '2' }))).toEqual([
      [at(0), at(5), 'A', '1'],
      [at(5), null, 'A', '2'],
    ])
  })

  it('an explicit null is a value', async () => {
    const nulled = change('update', at(5), { title: null })
    const later = change('update', at(6), { stage: '2' })
    expect(await versionsOf(created(), nulled, later)).toEqual([
      [at(0), at(5), 'A', '1'],
      [at(5), at(6), null, '1'],
      [at(6), null, null, '2'],
    ])
  })

  it('an empty text is none', async () => {
    expect(await versionsOf(change('create', at(0), { title: '', stage: null }))).toEqual([
      [at(0), null, '', null],
    ])
  })

  it('a masked value is unknown, and what was known of it stays', async () => {
    // A full change that lists no title, as it was masked.
    const masked = change('update', at(5), { stage: '2' }, { partial: false })
    expect(await versionsOf(created(), masked)).toEqual([
      [at(0), at(5), 'A', '1'],
      [at(5), null, 'A', '2'],
    ])
    expect(await isDirty()).toBe(false)
  })

  const readWith = (second: number, fields: OracleChange['fields']): OracleChange =>
    change('read', at(second), fields, { ...readOf(at(second)), partial: true })

  it('what a read is the first to tell completes the version that stands', async () => {
    const completed = readWith(5, { title: 'A', stage: '1' })
    expect(await versionsOf(readWith(0, { title: 'A' }), completed)).toEqual([
      [at(0), null, 'A', '1'],
    ])
    // Once it is known, another value is another version.
    expect(await versionsOf(change('update', at(9), { stage: '2' }))).toEqual([
      [at(0), at(9), 'A', '1'],
      [at(9), null, 'A', '2'],
    ])
  })

  it('what a read is the first to tell begins with what else it finds changed', async () => {
    const changed = readWith(5, { title: 'B', stage: '1' })
    expect(await versionsOf(readWith(0, { title: 'A' }), changed)).toEqual([
      [at(0), at(5), 'A', null],
      [at(5), null, 'B', '1'],
    ])
  })

  it('a field that is known to be empty is not completed', async () => {
    const known = readWith(0, { title: 'A', stage: null })
    expect(await versionsOf(known, readWith(5, { title: 'A', stage: '1' }))).toEqual([
      [at(0), at(5), 'A', null],
      [at(5), null, 'A', '1'],
    ])
  })

  it('an event that is the first to tell a field says that it was set then', async () => {
    const set = change('update', at(5), { stage: '1' })
    expect(await versionsOf(readWith(0, { title: 'A' }), set)).toEqual([
      [at(0), at(5), 'A', null],
      [at(5), null, 'A', '1'],
    ])
  })

  it('a late event takes back what a later read had completed', async () => {
    const late = change('update', at(3), { stage: '2' })
    const completed = readWith(5, { title: 'A', stage: '1' })
    expect(await versionsOf(readWith(0, { title: 'A' }), completed, late)).toEqual([
      [at(0), at(3), 'A', null],
      [at(3), at(5), 'A', '2'],
      [at(5), null, 'A', '1'],
    ])
  })

  it('a version stays completed when the record has ended, and when it has come back', async () => {
    const completed = readWith(5, { title: 'A', stage: '1' })
    const ended = change('delete', at(7))
    const back = change('restore', at(9))
    const whole = [at(0), at(7), 'A', '1']
    expect(await versionsOf(readWith(0, { title: 'A' }), completed, ended)).toEqual([whole])
    expect(await versionsOf(back)).toEqual([whole, [at(9), null, 'A', '1']])
  })

  it('a change that arrives twice counts once', async () => {
    const once = change('update', at(5), { stage: '2' })
    expect(await versionsOf(created(), once, once, once)).toHaveLength(2)
    expect(await object.load([once, once])).toMatchObject({ received: 2, added: 0 })
  })

  it('a late change takes its place, and what follows is carried on from it', async () => {
    const late = change('update', at(3), { title: 'B' })
    expect(await versionsOf(created(), change('update', at(5), { stage: '2' }), late)).toEqual([
      [at(0), at(3), 'A', '1'],
      [at(3), at(5), 'B', '1'],
      [at(5), null, 'B', '2'],
    ])
  })

  it('a late change before everything else begins the history', async () => {
    const first = change('update', at(1), { title: 'Z' })
    expect(await versionsOf(change('update', at(5), { stage: '2' }), first)).toEqual([
      [at(1), at(5), 'Z', null],
      [at(5), null, 'Z', '2'],
    ])
  })

  it('neighbours that are equal are one version, and the later of them ends it', async () => {
    const same = change('update', at(5), { title: 'A' })
    expect(await versionsOf(created(), same, change('update', at(6), { title: 'B' }))).toEqual([
      [at(0), at(6), 'A', '1'],
      [at(6), null, 'B', '1'],
    ])
  })

  it('a value that goes from A to B and back within one instant has not changed', async () => {
    const there = change('update', at(5), { title: 'B' }, { sequence: 1 })
    const back = change('update', at(5), { title: 'A' }, { sequence: 2 })
    expect(await versionsOf(created(), back, there)).toEqual([[at(0), null, 'A', '1']])
  })

  it('of one instant the last change counts, with what the others of it knew', async () => {
    const titled = change('update', at(5), { title: 'B', stage: '7' }, { sequence: 1 })
    const staged = change('update', at(5), { stage: '8' }, { sequence: 2 })
    expect(await versionsOf(created(), staged, titled)).toEqual([
      [at(0), at(5), 'A', '1'],
      [at(5), null, 'B', '8'],
    ])
  })

  it('changes of one instant are sorted by rank, sequence, observation and id', async () => {
    const stage = (text: string, rest: Partial<OracleChange>): OracleChange =>
      change('update', at(5), { stage: text }, rest)
    const inOrder = [
      stage('2', { observedAt: at(5), id: `${key} x1` }),
      stage('3', { observedAt: at(5), id: `${key} x2` }),
      stage('4', { observedAt: at(6), id: `${key} w1` }),
      stage('5', { sequence: 1, observedAt: at(1), id: `${key} a1` }),
      stage('6', { rank: 1, sequence: 0, observedAt: at(1), id: `${key} a0` }),
    ]
    await object.load([created()])
    for (const [index, one] of inOrder.entries()) {
      await object.load([one])
      expect((await history()).at(-1)?.values).toEqual(['A', String(index + 2)])
    }
  })

  it('two edits in one second: the webhook of the last is lost, and a read shows it', async () => {
    const first = change('update', at(5, 100_000), { title: 'B' })
    // The record's own timestamp has seconds only, and is the same for both edits.
    const read = change('read', at(5), { title: 'C', stage: '1' }, readOf(at(5)))
    expect(await versionsOf(created(), read, first)).toEqual([
      [at(0), at(5, 100_000), 'A', '1'],
      [at(5, 100_000), at(5, 999_999), 'B', '1'],
      [at(5, 999_999), null, 'C', '1'],
    ])
  })

  it('a read shows the timestamp of the CRM as the beginning of its version', async () => {
    const read = change('read', at(5), { title: 'C', stage: '1' }, readOf(at(5)))
    expect(await versionsOf(created(), read)).toEqual([
      [at(0), at(5), 'A', '1'],
      [at(5), null, 'C', '1'],
    ])
  })

  it('a difference that the timestamp does not explain begins when it was read', async () => {
    const read = change('read', at(5), { title: 'A', stage: '1' }, readOf(at(5)))
    const calculated = change(
      'read',
      at(5),
      { title: 'A', stage: '2' },
      {
        op: 'read',
        ...timeOfUnexplained(at(5), 'second', at(30)),
      },
    )
    expect(await versionsOf(created(), calculated, read)).toEqual([
      [at(0), at(30), 'A', '1'],
      [at(30), null, 'A', '2'],
    ])
  })

  it('a delete closes the active version, and nothing is current', async () => {
    expect(await versionsOf(created(), change('delete', at(5)))).toEqual([[at(0), at(5), 'A', '1']])
    expect(await current()).toEqual([])
    expect(await isDirty()).toBe(false)
  })

  it.each([
    ['in their order', false],
    ['the other way round', true],
  ])('what is created and deleted in one batch, %s, leaves no active row', async (_, isTurned) => {
    const both = [created(), change('delete', at(5))]
    expect(await object.load(isTurned ? both.toReversed() : both)).toMatchObject({ added: 2 })
    expect((await history()).map(({ start, end }) => [start, end])).toEqual([[at(0), at(5)]])
    expect(await current()).toEqual([])
    expect(await isDirty()).toBe(false)
  })

  it('a partial change just after a delete opens nothing, and the key is to be fetched', async () => {
    const after = change('update', at(5, 1), { title: 'B' })
    expect(await versionsOf(created(), change('delete', at(5)), after)).toEqual([
      [at(0), at(5), 'A', '1'],
    ])
    expect(await isDirty()).toBe(true)
  })

  it.each(['create', 'restore', 'read'] as const)(
    'a %s opens a version after a delete',
    async (op) => {
      const opening = change(op, at(9), { title: 'B', stage: '2' })
      expect(await versionsOf(created(), change('delete', at(5)), opening)).toEqual([
        [at(0), at(5), 'A', '1'],
        [at(9), null, 'B', '2'],
      ])
      expect(await isDirty()).toBe(false)
    },
  )

  it('a restore without fields carries the values from before, and is dirty', async () => {
    const restored = change('restore', at(9), {}, { partial: true })
    expect(await versionsOf(created(), change('delete', at(5)), restored)).toEqual([
      [at(0), at(5), 'A', '1'],
      [at(9), null, 'A', '1'],
    ])
    expect(await current()).toEqual([['true', 'A', '1']])
  })

  it('a merge closes the loser and names the survivor', async () => {
    await versionsOf(created(), change('merge', at(5), {}, { mergedInto: '2' }))
    expect(await history()).toMatchObject([{ end: at(5), mergedInto: '2' }])
  })

  it('a merge that is told as a delete first names the survivor all the same', async () => {
    const merged = change('merge', at(6), {}, { mergedInto: '2' })
    await versionsOf(created(), change('delete', at(5)), merged)
    expect(await history()).toMatchObject([{ end: at(5), mergedInto: '2' }])
  })

  it('a gap makes the record dirty and changes nothing else', async () => {
    expect(await versionsOf(created(), change('gap', at(5)))).toEqual([[at(0), null, 'A', '1']])
    expect(await current()).toEqual([['true', 'A', '1']])
  })

  it.each([
    ['a read of the same instant', 5, false],
    ['a read of a later one', 7, false],
    ['a read from before it', 4, true],
  ])('after a gap %s decides whether it is covered', async (_what, second, dirty) => {
    const read = change('read', at(second), { title: 'A', stage: '1' }, readOf(at(second)))
    await versionsOf(created(), change('gap', at(5)), read)
    expect(await isDirty()).toBe(dirty)
  })

  it('what is first met by a partial change is dirty, since the rest is unknown', async () => {
    await versionsOf(change('update', at(0), { title: 'A' }))
    expect(await isDirty()).toBe(true)
  })

  it('a key of which only its end is known has no version', async () => {
    expect(await versionsOf(change('delete', at(5)))).toEqual([])
    expect(await versionsOf(change('update', at(3), { title: 'A' }))).toEqual([
      [at(3), at(5), 'A', null],
    ])
  })

  it('a view shows all of this as a table does', async () => {
    const shown = await object.history('table')
    expect(shown.length).toBeGreaterThan(40)
    expect(await object.history('view')).toEqual(shown)
  })
})
