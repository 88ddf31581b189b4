/** The text of every statement of the pull side's log and fold, for each dialect, against a reviewed file. */
import { describe, expect, it } from 'vitest'
import { changesOfKey } from '../../src/core/history/views/changes-of-key.ts'
import {
  countAbsent,
  countDifferences,
  listAbsent,
  stageDifferences,
  stillInDoubt,
} from '../../src/core/history/load/comparison.ts'
import {
  createObjects,
  insertObject,
  keeperOf,
  listObjects,
  objectRow,
  oweWhole,
  setKeeping,
  setPosition,
  upgradeObjects,
} from '../../src/core/history/remembered/pulled-objects.ts'
import {
  eraseKeys,
  eraseListed,
  keysHolding,
  keysMentioning,
} from '../../src/core/history/erase/erase.ts'
import { createPins, insertPins, listPins } from '../../src/core/history/columns/pins-table.ts'
import { sharedTables } from '../../src/core/sql/names.ts'
import {
  createTombstones,
  countForeign,
  keepErasedAs,
  listTombstones,
  namesErasedUnder,
  putTombstones,
  upgradeTombstones,
} from '../../src/core/history/erase/tombstones.ts'
import {
  createUnread,
  eraseUnread,
  listUnread,
  putUnread,
} from '../../src/core/sql/unread-events.ts'
import { addRead, createReads } from '../../src/core/sql/run-rows.ts'
import { insertFirst } from '../../src/core/history/fold/first-version.ts'
import { baseBounds, createBase } from '../../src/core/history/fold/base.ts'
import {
  changeColumns,
  latestColumns,
  pastColumns,
} from '../../src/core/history/columns/own-columns.ts'
import {
  addFields,
  addReadFields,
  createHistory,
  createRead,
  createStaging,
  dropScratch,
} from '../../src/core/history/tables/create.ts'
import { countGone, listGone, withholdGone } from '../../src/core/history/load/gone.ts'
import { countTakenOver, createOwn, oldRows } from '../../src/core/takeover/old-table.ts'
import { foldQuery } from '../../src/core/history/fold/fold.ts'
import {
  appendFresh,
  countCopies,
  countRows,
  countTaken,
  findKnown,
  findTouched,
  listInDoubt,
  stagedInDoubt,
  touchedCounts,
  withFresh,
} from '../../src/core/history/load/load.ts'
import { createListViews, dropListViews } from '../../src/core/history/views/list-views.ts'
import { countTelling, moreFields } from '../../src/core/history/columns/more-fields.ts'
import { mergeLatest, mergeTouched, rebuild } from '../../src/core/history/fold/merge.ts'
import { presets } from '../../src/core/history/columns/presets.ts'
import { presetNames } from '../../src/model/sync.ts'
import { historyTables, scratchFence } from '../../src/core/history/tables/tables.ts'
import { createViews, dropViews, versionsOfKey } from '../../src/core/history/views/views.ts'
import type { Dialect } from '../../src/core/sql/dialect.ts'
import type { Statement } from '../../src/core/sql/statement.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import type { Column } from '../../src/model/value.ts'
import { column, dialects } from './sample.ts'

type Group = readonly [name: string, statements: readonly Statement[]]

const at = '2026-03-01T10:00:00.000000Z'

const counts = {
  run_id: 'run1',
  sync: 'pipedrive',
  object: 'deals',
  ended_at: at,
  read: 3,
  added: 2,
  created: 1,
  changed: 1,
  deleted: 0,
  withheld: 0,
  erased: 0,
  fields: '{"title":1}',
}

const unread = {
  connection: 'pipedrive',
  position: 7,
  receivedAt: at,
  reason: 'no JSON',
  encoding: 'utf-8',
  body: '{',
} as const

const tombstones = {
  digests: ['0a1b', '2c3d'],
  former: [['d3']],
  stateId: 'state',
  erasedAt: at,
}

/** A search that there is something for. */
function found(query: Statement | null): readonly Statement[] {
  if (query === null) throw new Error('there is nothing to search')
  return [query]
}

function groupsOf(dialect: Dialect): readonly Group[] {
  const tables = historyTables(dialect, {
    schema: 'crm_sync',
    changes: 'deals_changes',
    history: 'deals_history',
    current: 'deals',
    workingSchema: 'work',
    scratch: 'pipedrive__deals',
  })
  const fields: readonly Column[] = [
    column(dialect, 'title', 'text'),
    column(dialect, 'value', 'decimal'),
    column(dialect, 'extra', 'json'),
  ]
  const partly = { lateFrom: null, versions: 'partly known' } as const
  const late = { lateFrom: at, versions: 'partly known' } as const
  const touched = { dialect, tables, fields, scope: partly } as const
  const view = { dialect, tables, fields, key: column(dialect, 'id', 'integer') }
  const extra = { ...column(dialect, 'extra', 'json'), field: 'key', label: 'Extra' }
  const list = {
    ...view,
    form: 'table',
    preset: presets.cdc,
    pin: extra,
    singular: 'deal',
  } as const
  const objects = {
    parts: { name: 'text', number: 'integer', price: 'decimal', main: 'boolean' },
  } as const
  const read = { dialect, tables, fields, id: 'run1', origin: 'read', loadedAt: at } as const
  const erased = { dialect, tables, fields }
  const shared = sharedTables('work')
  const owner = { sync: 'pipedrive', object: 'deals' }
  const typed = (name: string, kind: 'timestamp' | 'boolean'): Column => ({
    name,
    kind,
    nativeType: dialect.fieldTypes[kind],
  })
  const oldTable = {
    name: { schema: 'old_crm', table: 'deal_history' },
    key: column(dialect, 'id', 'integer'),
    keyKind: 'integer',
    start: typed('_cdc_start', 'timestamp'),
    end: typed('_cdc_end', 'timestamp'),
    active: typed('_cdc_active', 'boolean'),
    mergedInto: column(dialect, '_merged_into', 'text'),
    columns: fields.map((one) => ({
      column: one,
      field: { name: one.name, label: one.name, kind: 'text' as const },
      kind: 'text' as const,
    })),
  } as const
  const told = ['form', 'since', 'whole_at', 'preset', 'table_schema'].map((name) =>
    column(dialect, name, 'text'),
  )
  const position = { since: at, wholeAt: null, triedAt: null, withheld: 0, trailedAt: at }
  const place = { schema: 'crm', changes: 'c', history: 'h', current: 'd' }
  const keeping = { form: 'table', preset: 'cdc', place } as const
  const pins = fields.slice(0, 2).map((field) => ({ ...field, field: 'key', label: "It's" }))
  const crowded = [
    { ...column(dialect, 'title', 'text'), field: 'title' },
    { ...column(dialect, 'more_fields', 'json'), field: moreFields },
    { ...column(dialect, 'later', 'integer'), field: `It's "later"` },
  ]
  return [
    ['createHistory', createHistory(dialect, tables, fields)],
    ['createStaging', createStaging(dialect, tables, fields)],
    ['addFields', addFields(dialect, tables, fields.slice(0, 1))],
    ['findKnown', findKnown(dialect, tables)],
    ['countCopies', [countCopies(dialect, tables)]],
    ['findTouched', findTouched(dialect, tables, fields)],
    ['findTouched, where nothing is a copy', findTouched(dialect, withFresh(tables, 0), fields)],
    ['touchedCounts', [touchedCounts(dialect, tables)]],
    ['createBase', createBase(dialect, tables, fields, false)],
    ['createBase, with late keys', createBase(dialect, tables, fields, true)],
    ['baseBounds', [baseBounds(dialect, tables, fields)]],
    ['appendFresh', [appendFresh(dialect, tables, fields)]],
    ['insertFirst', [insertFirst(dialect, tables, fields)]],
    ['mergeTouched, fold', mergeTouched(touched, 1).fold],
    ['mergeTouched, place', mergeTouched(touched, 1).place],
    ...(['whole', 'none'] as const).map(
      (versions): Group => [
        `foldQuery, where the versions are known: ${versions}`,
        [statement(foldQuery({ ...touched, scope: { ...partly, versions }, slice: null }))],
      ],
    ),
    ['mergeTouched, with late keys, fold', mergeTouched({ ...touched, scope: late }, 1).fold],
    [
      'mergeTouched, with late keys, place',
      mergeTouched({ ...touched, scope: late }, 1).place.slice(0, 1),
    ],
    ['rebuild, fold', rebuild(touched, 2).fold],
    ['rebuild, place', rebuild(touched, 2).place],
    [
      'foldQuery, no fields',
      [statement(foldQuery({ ...touched, fields: [], scope: 'all', slice: null }))],
    ],
    [
      'foldQuery, with fields without a column, one of which got one later',
      [statement(foldQuery({ ...touched, fields: crowded, slice: null }))],
    ],
    ['findTouched, with fields without a column', findTouched(dialect, tables, crowded).slice(-1)],
    ['dropViews', dropViews({ dialect, tables })],
    ['createViews, of tables', createViews({ ...view, form: 'table', preset: presets.cdc })],
    ['createViews, of the log', createViews({ ...view, form: 'view', preset: presets.cdc })],
    ...presetNames.map(
      (name): Group => [
        `createViews, ${name}`,
        createViews({ ...view, form: 'table', preset: presets[name] }).slice(1),
      ],
    ),
    ['createListViews, of objects', createListViews({ ...list, elements: objects, labels: null })],
    [
      'createListViews, of values',
      createListViews({ ...list, elements: { kind: 'integer' }, labels: 'extra_labels' }).slice(1),
    ],
    ['dropListViews', dropListViews({ ...list, elements: objects, labels: null })],
    ['versionsOfKey', [versionsOfKey({ ...view, form: 'table' })('7')]],
    ['changesOfKey', [changesOfKey(dialect, tables, fields)('7')]],
    ['createRead', createRead(dialect, tables, fields)],
    ['addReadFields', addReadFields(dialect, tables, fields.slice(0, 1))],
    ['stageDifferences', [stageDifferences(read, false)]],
    ['stageDifferences, of records that were met more than once', [stageDifferences(read, true)]],
    ['countDifferences', [countDifferences(read)]],
    ['countAbsent', [countAbsent(read, at)]],
    ['listAbsent', [listAbsent(read, at)]],
    ['listAbsent, the first', [listAbsent(read, at, 5)]],
    ['stagedInDoubt', [stagedInDoubt(dialect, tables)]],
    ['listInDoubt', [listInDoubt(dialect, tables, 500)]],
    ['stillInDoubt', [stillInDoubt(read, ['7', '8'])]],
    ['mergeLatest, place', mergeLatest(touched, 1).place],
    ['createUnread', [createUnread(dialect, shared)]],
    ['putUnread', putUnread(dialect, shared, 'pipedrive', unread)],
    ['countRows', [countRows(dialect, tables.changes)]],
    ['countTaken', [countTaken(dialect, tables.read)]],
    ['countTelling', [countTelling(dialect, tables.changes, 'more_fields', ["it's", 'a "b"'])]],
    ['createObjects', [createObjects(dialect, shared.objects)]],
    ['objectRow', [objectRow(dialect, shared.objects, owner, told)]],
    [
      'objectRow, of an older version',
      [objectRow(dialect, shared.objects, owner, told.slice(0, 3))],
    ],
    [
      'upgradeObjects',
      upgradeObjects(dialect, shared.objects, new Map([[shared.objects.table, told.slice(0, 3)]])),
    ],
    ['listObjects', [listObjects(dialect, shared.objects, owner.sync)]],
    ['keeperOf', [keeperOf(dialect, shared.objects, owner.object, place)]],
    ['insertObject', [insertObject(dialect, shared.objects, owner, keeping)]],
    ['setKeeping', [setKeeping(dialect, shared.objects, owner, { ...keeping, place: null })]],
    ['setPosition', [setPosition(dialect, shared.objects, owner, position, 'changes')]],
    [
      'setPosition, after a whole read',
      [setPosition(dialect, shared.objects, owner, { ...position, wholeAt: at }, 'whole')],
    ],
    ['oweWhole', [oweWhole(dialect, shared.objects, owner, 'new columns')]],
    [
      'oweWhole, of all objects',
      [oweWhole(dialect, shared.objects, { sync: owner.sync }, 'another state')],
    ],
    ['createPins', [createPins(dialect, shared.pins)]],
    ['listPins', [listPins(dialect, shared.pins, owner)]],
    ['insertPins', insertPins(dialect, shared.pins, owner, pins, 1)],
    ['createReads', [createReads(dialect, shared)]],
    ['addRead', [addRead(dialect, shared, counts)]],
    ['createTombstones', [createTombstones(dialect, shared.erased)]],
    ['listTombstones', [listTombstones(dialect, shared.erased, owner)]],
    [
      'listTombstones, of an older version',
      [listTombstones(dialect, shared.erased, owner, [{ name: 'digest' }, { name: 'state_id' }])],
    ],
    [
      'upgradeTombstones',
      upgradeTombstones(
        dialect,
        shared.erased,
        new Map([[shared.erased.table, [{ name: 'sync' }, { name: 'digest' }]]]),
      ),
    ],
    ['keepErasedAs', [keepErasedAs(dialect, shared.erased, owner.sync)]],
    ['countForeign', [countForeign(dialect, shared.erased, 'pipedrive', 'a state')]],
    ['putTombstones', putTombstones(dialect, shared.erased, owner, tombstones)],
    ['namesErasedUnder', [namesErasedUnder(dialect, shared.erased, owner)]],
    ['keysHolding', found(keysHolding(erased, ['Ann "A" Lee', 'ann']))],
    [
      'keysHolding, no JSON',
      found(keysHolding({ ...erased, fields: fields.slice(0, 1) }, ['ann'])),
    ],
    ['keysHolding, only JSON', found(keysHolding({ ...erased, fields: fields.slice(2) }, ['ann']))],
    ['keysMentioning', found(keysMentioning(erased, 'Ann "A" Lee', 21))],
    ['eraseKeys', eraseKeys(erased, ['7', '8'])],
    ['eraseListed', [eraseListed(dialect, shared.operations, 'pipedrive', ['7', '8'])]],
    ['countGone', [countGone(dialect, tables)]],
    ['listGone', [listGone(dialect, tables, 5)]],
    ['withholdGone', [withholdGone(dialect, tables)]],
    ['createOwn', createOwn(dialect, tables)],
    ['countTakenOver', [countTakenOver(dialect, tables)]],
    ['oldRows', [oldRows(dialect, oldTable, tables.own)]],
    [
      'oldRows, of a tool that tells little',
      [oldRows(dialect, { ...oldTable, active: null, mergedInto: null, columns: [] }, null)],
    ],
    ['listUnread', [listUnread(dialect, shared, 'pipedrive')]],
    [
      'eraseUnread',
      [
        eraseUnread(dialect, shared, 'pipedrive', [
          { position: 7, digest: '0a1b' },
          { position: 9, digest: '2c3d' },
        ]),
      ],
    ],
    ['dropScratch', dropScratch(dialect, tables)],
  ]
}

function written(groups: readonly Group[]): string {
  return groups
    .map(([name, statements]) => {
      const texts = statements.map(({ text, parameters }) =>
        parameters.length === 0 ? `${text};` : `${text};\n-- with ${JSON.stringify(parameters)}`,
      )
      return `-- ${name}\n${texts.join('\n')}\n`
    })
    .join('\n')
}

describe.each(dialects)('for $name, every statement of log and fold', (dialect) => {
  const groups = groupsOf(dialect)
  const texts = groups.flatMap(([, statements]) => statements.map(({ text }) => text))

  it('has the reviewed text', async () => {
    await expect(written(groups)).toMatchFileSnapshot(`./__golden__/history-${dialect.name}.sql`)
  })

  it('holds no name of ours without quotes, which some dialects fold to upper case', () => {
    const ours = Object.keys({ ...changeColumns, ...pastColumns, ...latestColumns })
    for (const text of texts) {
      const bare = text.replaceAll(/"[^"]*"|`[^`]*`|'(?:[^'\\]|\\.|'')*'/g, '')
      const words = bare.match(/\b_[a-z_]+\b/g) ?? []
      expect({ text, bare: words.filter((word) => ours.includes(word)) }).toEqual({
        text,
        bare: [],
      })
    }
  })

  it('deletes under a condition only, as not every dialect does without', () => {
    const deleting = texts.filter((text) => text.startsWith('delete'))
    expect(deleting.length).toBeGreaterThan(0)
    expect(deleting.filter((text) => !text.includes(' where '))).toEqual([])
  })
})

describe('the tables of an object', () => {
  it.each([
    ['crm__deals__7__read', 7],
    ['crm__deals__read', 0],
    ['crm__deals__baseline', null],
    ['crm__deals__lost__7__read', null],
    ['crm__deals__7__8__read', null],
    ['run_7_read', null],
  ])('are told from others by their names: %s', (name, fence) => {
    for (const dialect of dialects) expect(scratchFence(dialect, 'crm__deals', name)).toBe(fence)
  })

  it('leave room for the names of their indexes', () => {
    for (const dialect of dialects) {
      const long = 'x'.repeat(400)
      const tables = historyTables(dialect, {
        schema: 's',
        changes: `${long}_changes`,
        history: `${long}_history`,
        current: long,
        workingSchema: 'w',
        scratch: long,
        fence: 9_999_999_999,
      })
      const names = Object.values(tables).map((name) =>
        typeof name === 'string' ? name : name.table,
      )
      expect(new Set(names).size).toBe(names.length)
      const fences = names.map((name) => scratchFence(dialect, long, name))
      expect(fences.filter((fence) => fence === 9_999_999_999)).toHaveLength(8)
      expect(fences.filter((fence) => fence === null)).toHaveLength(5)
      for (const name of names) {
        expect(`${name}_by_key`.length).toBeLessThanOrEqual(dialect.maxIdentifierBytes)
      }
    }
  })
})
