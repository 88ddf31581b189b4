/** What core/sql's statements do, on the warehouses that can be had in a test. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { delivered, type OperationOutcome, undelivered } from '../../src/core/delivery/outcome.ts'
import type { DueRow, PlanRow } from '../../src/core/plan/plan-row.ts'
import { concluded, undecided } from '../../src/core/plan/plan-row.ts'
import { writeResultRow } from '../../src/core/delivery/result-row.ts'
import { readDueRow, readPlanRow, writePlanRow } from '../../src/core/plan/plan-text.ts'
import { boundInBaseline } from '../../src/core/sql/bindings.ts'
import type { Dialect } from '../../src/core/sql/dialect.ts'
import {
  type DiffInput,
  diffCounts,
  diffStatements,
  dueStatements,
  duplicateKeys,
  heldBackCounts,
  heldForContent,
  readDue,
} from '../../src/core/sql/diff.ts'
import { evolveBaseline } from '../../src/core/sql/evolve.ts'
import { type HoldKind, inDoubt } from '../../src/core/sql/hold.ts'
import { type MergeInput, mergeStatements, resultsDecidedByPlan } from '../../src/core/sql/merge.ts'
import { syncTables, tableReference, valueColumn } from '../../src/core/sql/names.ts'
import { claimEdges, planCounts, readPlan, rejectCollisions } from '../../src/core/sql/plan.ts'
import { releaseHeld } from '../../src/core/sql/reopen.ts'
import { countSettled, forgetSettled, rememberBeyondLimit } from '../../src/core/sql/waiting.ts'
import { listCatalogue, readCatalogue } from '../../src/core/sql/catalogue.ts'
import { renameRows, renameTables } from '../../src/core/sql/rename.ts'
import {
  baselineColumns,
  createBaseline,
  createHeld,
  createPlan,
  createResults,
  createShared,
  planColumns,
  resultColumns,
  statement,
  workingColumns,
} from '../../src/core/sql/working-schema.ts'
import type { Column, Row } from '../../src/model/value.ts'
import type { WarehousePlace } from '../../src/testing/warehouse-conformance.ts'
import type { Session } from '../../src/warehouse/warehouse.ts'
import { emptyWarehouse, warehouseNames } from '../support/empty-warehouse.ts'
import {
  allClaims,
  column,
  columnsOf,
  diffInput,
  mergeInput,
  run,
  shared,
  sync,
  syncName,
} from './sample.ts'

const at = '2026-03-01T10:00:00.000000Z'
const noon = '2026-03-01T12:00:00.000000Z'
const now = 1_700_000_000_000

/** `[id, name, score, seen]` */
type Person = Row

interface Known {
  readonly key: string
  readonly values?: Row
  readonly presence?: string
  readonly version?: string
  readonly reopened?: 'true'
  readonly released?: string
  readonly origin?: string
  readonly remoteId?: string
  readonly match?: string | null
}

describe.each(warehouseNames)('on %s', (warehouseName) => {
  let opened: WarehousePlace
  let dialect: Dialect

  beforeEach(async () => {
    opened = await emptyWarehouse(warehouseName)
    dialect = opened.warehouse.dialect
  })

  afterEach(() => opened.clean())

  function work<T>(job: (session: Session) => Promise<T>): Promise<T> {
    return opened.warehouse.session(job)
  }

  /** The working schema, a model and a baseline. */
  async function prepare(
    people: readonly Person[],
    known: readonly Known[] = [],
    id: Column = column(dialect, 'id', 'integer'),
    columns: readonly Column[] = columnsOf(dialect),
  ): Promise<void> {
    const baselineKey = column(dialect, 'key', 'integer')
    await work(async (session) => {
      await session.execute([
        ...createShared(dialect, shared),
        createHeld(dialect, sync(dialect)),
        createBaseline(dialect, sync(dialect), baselineKey, columnsOf(dialect)),
        ...createPlan(dialect, run),
      ])
      await session.load({ ...sync(dialect).baseline, columns: baselineTarget() }, [
        known.map(baselineRow),
      ])
    })
    await setModel(people, [id, ...columns])
  }

  function baselineTarget(): Column[] {
    const values = columnsOf(dialect).map((each) => ({ ...each, name: `m_${each.name}` }))
    return [
      column(dialect, 'key', 'integer'),
      ...workingColumns(dialect, baselineColumns),
      ...values,
    ]
  }

  function baselineRow(known: Known): Row {
    const cells: Record<keyof typeof baselineColumns, string | null> = {
      remote_id: known.remoteId ?? `r${known.key}`,
      origin: known.origin ?? 'created',
      presence: known.presence ?? 'present',
      match_value: known.match === undefined ? `${known.key}@x.com` : known.match,
      released: known.released ?? null,
      crm_values: '{}',
      withheld: '{}',
      mapping_version: known.version ?? '2',
      reopened: known.reopened ?? null,
      run_id: '0000',
      confirmed_at: at,
    }
    const names = Object.keys(baselineColumns) as (keyof typeof baselineColumns)[]
    return [known.key, ...names.map((name) => cells[name]), ...(known.values ?? ['a', '1', noon])]
  }

  async function setModel(people: readonly Person[], columns: readonly Column[]): Promise<void> {
    const table = { schema: shared.syncs.schema, table: 'people' }
    const definitions = columns.map((each) => `${dialect.quote(each.name)} ${each.nativeType}`)
    const name = tableReference(dialect, table)
    await work(async (session) => {
      await session.execute([
        statement(`drop table if exists ${name}`),
        statement(`create table ${name} (${definitions.join(', ')})`),
      ])
      await session.load({ ...table, columns }, [people])
    })
  }

  /** Executes the diff; the due rows in short, and the counts. */
  async function diff(
    input: DiffInput = diffInput(dialect),
    moment: number = now,
  ): Promise<{ due: DueRow[]; short: string[]; counts: Row; whole: Row }> {
    return work(async (session) => {
      await session.execute(diffStatements(input))
      const [counts] = await session.query(diffCounts(dialect, run))
      await session.execute(dueStatements(input, moment))
      const due = (await session.query(readDue(input, 0, 1000))).map(readDueRow)
      const short = due.map(({ key, side, changed, baseline }) =>
        [key, side, ...(baseline === null ? [] : [changed.map(Number).join('')])].join(' '),
      )
      return { due, short, counts: counts?.slice(0, 5) ?? [], whole: counts?.slice(5) ?? [] }
    })
  }

  async function storePlan(rows: readonly PlanRow[]): Promise<void> {
    const target = { ...run.plan, columns: workingColumns(dialect, planColumns) }
    await work((session) => session.load(target, [rows.map(writePlanRow)]))
  }

  async function storeResults(outcomes: readonly OperationOutcome[]): Promise<void> {
    const target = { ...run.results, columns: workingColumns(dialect, resultColumns) }
    await work(async (session) => {
      await session.execute(createResults(dialect, run))
      await session.load(target, [outcomes.map((each) => writeResultRow(each, at, '750'))])
    })
  }

  /** The sync as the working schema knows it before the first merge. */
  async function putUpFence(fence: number): Promise<void> {
    const names = ['sync', 'state_id', 'generation', 'fence'].map((name) => dialect.quote(name))
    const table = tableReference(dialect, shared.syncs)
    const values = [dialect.literal(syncName), `'state'`, '0', `${fence}`]
    await work((session) =>
      session.execute([
        statement(`insert into ${table} (${names.join(', ')}) values (${values.join(', ')})`),
      ]),
    )
  }

  function merge(rest: Partial<MergeInput> = {}): Promise<readonly number[]> {
    return work((session) => session.execute(mergeStatements(mergeInput(dialect, rest))))
  }

  function ask(text: string): Promise<readonly Row[]> {
    return work((session) => session.query(statement(text)))
  }

  function select(
    table: { schema: string; table: string },
    ...names: string[]
  ): Promise<readonly Row[]> {
    const columns = names.map((name) => dialect.toText(dialect.quote(name)))
    return ask(
      `select ${columns.join(', ')} from ${tableReference(dialect, table)} order by ${columns.join(', ')}`,
    )
  }

  const update = (due: DueRow, rest: Partial<PlanRow> = {}): PlanRow => ({
    ...undecided(due),
    kind: 'update',
    presence: 'present',
    ...rest,
  })

  const create = (due: DueRow, match: string, rest: Partial<PlanRow> = {}): PlanRow => ({
    ...undecided(due),
    kind: 'create',
    presence: 'present',
    matchValue: match,
    changes: { name: { crm: null, after: 'a' } },
    ...rest,
  })

  describe('the diff', () => {
    it('finds nothing where nothing changed', async () => {
      await prepare([['1', 'a', '1', noon]], [{ key: '1' }])
      expect(await diff()).toMatchObject({ short: [], counts: ['1', '1', '0', '0', '0'] })
    })

    it('compares each column for itself, and null-safe', async () => {
      const people: Person[] = [
        ['1', null, null, null],
        ['2', 'a', null, null],
        ['3', null, '1', noon],
        ['4', '', '1', noon],
        ['5', 'A', '1', noon],
        ['6', 'a ', '1', noon],
        ['7', 'a', '1', '2026-03-01T12:00:00.000001Z'],
        ['8', 'a', '0', noon],
      ]
      const known: Known[] = [
        { key: '1', values: [null, null, null] },
        { key: '2', values: [null, null, null] },
        { key: '3' },
        { key: '4', values: [null, '1', noon] },
        { key: '5' },
        { key: '6' },
        { key: '7' },
        { key: '8', values: ['a', '-0', noon] },
      ]
      await prepare(people, known)
      const { short } = await diff()
      expect(short).toEqual([
        '2 both 100',
        '3 both 100',
        '4 both 100',
        '5 both 100',
        '6 both 100',
        '7 both 001',
      ])
    })

    it('takes doubles that differ after 15 digits for the same', async () => {
      const people: Person[] = [
        ['1', 'a', '0.30000000000000004', noon],
        ['2', 'a', '0.300000000000001', noon],
        ['3', 'a', 'NaN', noon],
        ['4', 'a', 'Infinity', noon],
      ]
      const known = ['0.3', '0.3', 'NaN', '-Infinity'].map((score, index) => ({
        key: `${index + 1}`,
        values: ['a', score, noon],
      }))
      await prepare(people, known)
      expect((await diff()).short).toEqual(['2 both 010', '4 both 010'])
    })

    it('gives new rows with their values, in the order of their keys', async () => {
      await prepare([
        ['10', 'ten', '1e-7', noon],
        ['9', null, null, null],
      ])
      const { due } = await diff()
      expect(
        due.map(({ sequence, key, side, values, baseline }) => [
          sequence,
          key,
          side,
          values,
          baseline,
        ]),
      ).toEqual([
        [1, '9', 'new', [null, null, null], null],
        [2, '10', 'new', ['ten', expect.stringMatching(/^1e-0?7$/), noon], null],
      ])
    })

    it('leaves out rows with the same key, and counts them; their record is not removed', async () => {
      const people: Person[] = [
        ['1', 'b', '1', noon],
        ['1', 'c', '1', noon],
        ['2', 'b', '1', noon],
      ]
      await prepare(people, [{ key: '1' }, { key: '2' }])
      const { short, counts } = await diff()
      expect(short).toEqual(['2 both 100'])
      expect(counts).toEqual(['3', '3', '2', '1', '0'])
      const { key } = diffInput(dialect)
      const keys = await work((session) => session.query(duplicateKeys(dialect, run, key)))
      expect(keys).toEqual([['1', '2']])
    })

    it('leaves out rows without a key, and counts them', async () => {
      const people: Person[] = [
        [null, 'b', '1', noon],
        [null, 'c', '1', noon],
        ['1', 'a', '1', noon],
      ]
      await prepare(people, [{ key: '1' }])
      expect(await diff()).toMatchObject({ short: [], counts: ['3', '1', '0', '0', '0'] })
    })

    const gone: Known[] = ['present', 'cleared', 'archived', 'deleted'].map((presence, index) => ({
      key: `${index + 1}`,
      presence,
    }))

    it('finds a removed row once: as long as its record is present', async () => {
      await prepare([], gone)
      expect(await diff()).toMatchObject({
        short: ['1 removed 111'],
        counts: ['0', '0', '0', '1', '1'],
      })
      expect((await diff(diffInput(dialect, { withRemoved: false }))).short).toEqual([])
    })

    it('finds a row whose record this sync cleared or archived, or somebody else deleted', async () => {
      await prepare(
        gone.map(({ key }) => [key, 'a', '1', noon]),
        gone,
      )
      expect((await diff()).short).toEqual(['2 both 000', '3 both 000', '4 both 000'])
    })

    it('makes rows of stale mapping versions due, and no others', async () => {
      const known = ['1', '2', '3'].map((key) => ({ key, version: key }))
      await prepare(
        known.map(({ key }) => [key, 'a', '1', noon]),
        known,
      )
      const { due } = await diff(diffInput(dialect, { staleVersions: [1, 3] }))
      expect(due.map(({ key, baseline }) => [key, baseline?.mappingVersion])).toEqual([
        ['1', 1],
        ['3', 3],
      ])
    })

    it('of one key sees that key only', async () => {
      const people: Person[] = [
        ['1', 'b', '1', noon],
        ['2', 'b', '1', noon],
      ]
      await prepare(people, [{ key: '1' }, { key: '2' }, { key: '3' }])
      expect((await diff(diffInput(dialect, { onlyKey: '2' }))).short).toEqual(['2 both 100'])
      expect((await diff(diffInput(dialect, { onlyKey: '3' }))).short).toEqual(['3 removed 111'])
      expect((await diff(diffInput(dialect, { onlyKey: `2' or '1'='1` }))).short).toEqual([])
    })

    it('with a limit gives the first rows by key', async () => {
      await prepare(['3', '1', '2'].map((id) => [id, 'a', '1', noon]))
      expect((await diff(diffInput(dialect, { limit: 2 }))).short).toEqual(['1 new', '2 new'])
    })
  })

  describe('a baseline whose model changed', () => {
    async function evolve(id: Column, columns: readonly Column[]): Promise<Column> {
      return work(async (session) => {
        const tables = sync(dialect)
        const existing = await session.columns(tables.baseline.schema, tables.baseline.table)
        const evolution = evolveBaseline(dialect, tables, existing ?? [], id, columns)
        await session.execute(evolution.statements)
        return evolution.key
      })
    }

    const textId = (): Column => column(dialect, 'id', 'text')

    it('in nothing is left as it is', async () => {
      await prepare([])
      const tables = sync(dialect)
      await work(async (session) => {
        const existing = await session.columns(tables.baseline.schema, tables.baseline.table)
        const { statements } = evolveBaseline(
          dialect,
          tables,
          existing ?? [],
          column(dialect, 'id', 'integer'),
          columnsOf(dialect),
        )
        expect(statements).toEqual([])
      })
    })

    it('in its key, from integer to text, finds the same records', async () => {
      await prepare(
        [
          ['1', 'a', '1', noon],
          ['02', 'a', '1', noon],
        ],
        [{ key: '1' }, { key: '2' }],
        textId(),
      )
      const baselineKey = await evolve(textId(), columnsOf(dialect))
      const input = diffInput(dialect, { key: textId(), baselineKey })
      expect((await diff(input)).short).toEqual(['02 new', '2 removed 111'])
    })

    it('in its key, and back from text to integer, finds the same records', async () => {
      await prepare([], [{ key: '1' }, { key: '2' }, { key: '10' }], textId())
      await evolve(textId(), columnsOf(dialect))
      const id = column(dialect, 'id', 'integer')
      await setModel(
        [
          ['1', 'a', '1', noon],
          ['10', 'b', '1', noon],
          ['10', 'c', '1', noon],
          ['7', 'n', '1', noon],
        ],
        [id, ...columnsOf(dialect)],
      )
      const baselineKey = await evolve(id, columnsOf(dialect))
      expect(baselineKey.kind).toBe('text')
      const { short, counts } = await diff(diffInput(dialect, { key: id, baselineKey }))
      expect(short).toEqual(['2 removed 111', '7 new'])
      expect(counts).toEqual(['4', '4', '2', '2', '1'])
    })

    it('in its columns keeps the values that still mean the same', async () => {
      const [name] = columnsOf(dialect)
      if (name === undefined) throw new Error('the sample has columns')
      const columns = [
        name,
        column(dialect, 'score', 'decimal'),
        column(dialect, 'rank', 'integer'),
      ]
      const id = column(dialect, 'id', 'integer')
      await prepare(
        [
          ['1', 'a', '1.00', null],
          ['2', 'a', null, '5'],
          ['3', 'a', null, null],
        ],
        [{ key: '1' }, { key: '2' }, { key: '3' }],
        id,
        columns,
      )
      await evolve(id, columns)
      expect((await diff(diffInput(dialect, { columns }))).short).toEqual([
        '1 both 010',
        '2 both 001',
      ])
      const tables = sync(dialect)
      const after = await work((session) =>
        session.columns(tables.baseline.schema, tables.baseline.table),
      )
      expect(after?.map((each) => each.name)).toEqual([
        'key',
        ...Object.keys(baselineColumns),
        ...columns.map((each) => valueColumn(dialect, each.name)),
      ])
      expect(await select(tables.baseline, 'key', 'remote_id', 'm_name')).toEqual([
        ['1', 'r1', 'a'],
        ['2', 'r2', 'a'],
        ['3', 'r3', 'a'],
      ])
    })
  })

  it('a sync under another name keeps its baseline, its held rows and its operations', async () => {
    await prepare([['1', 'a', '1', noon]], [{ key: '1' }])
    await putUpFence(3)
    const renamed = syncTables(shared.syncs.schema, 'customers', dialect.maxIdentifierBytes)
    const tables = sync(dialect)
    await work(async (session) => {
      const rows = await session.query(listCatalogue(dialect, shared.syncs.schema))
      const renaming = { dialect, shared, catalogue: readCatalogue(rows), from: syncName }
      await session.execute([
        ...renameRows({ ...renaming, to: 'customers', fence: 3, before: [] }),
        ...renameTables(dialect, tables, renamed),
      ])
    })
    expect(await select(renamed.baseline, 'key', 'remote_id')).toEqual([['1', 'r1']])
    expect(await select(renamed.held, 'key')).toEqual([])
    expect(await select(shared.syncs, 'sync', 'fence')).toEqual([['customers', '3']])
    const { schema, table } = tables.baseline
    expect(await work((session) => session.columns(schema, table))).toBeNull()
    expect((await diff(diffInput(dialect, { sync: renamed }))).short).toEqual([])
  })

  describe('the plan', () => {
    it('says what collides, or keeps it to itself where it is sensitive', async () => {
      await prepare(['1', '2'].map((id) => [id, 'a', '1', noon]))
      const messages = async (named: boolean): Promise<readonly Row[]> => {
        await work((session) => session.execute(createPlan(dialect, run)))
        const { due } = await diff()
        await storePlan(due.map((row) => create(row, 'x@y.com')))
        await work((session) =>
          session.execute(
            rejectCollisions(diffInput(dialect), 'match_value', {
              named,
              isUnique: false,
              claims: allClaims,
            }),
          ),
        )
        return select(run.plan, 'message')
      }
      const text = 'another row has the same match value'
      expect(await messages(true)).toEqual([[`${text}: x@y.com`], [`${text}: x@y.com`]])
      expect(await messages(false)).toEqual([[text], [text]])
    })

    async function reasons(): Promise<readonly (string | null)[]> {
      const rows = await work((session) =>
        session.query(readPlan(dialect, run, { after: 0, through: 1000 })),
      )
      return rows
        .map(readPlanRow)
        .map(
          ({ key, kind, reason, presence }) => `${key} ${kind} ${reason ?? '-'} ${presence ?? '-'}`,
        )
    }

    async function collide(what: 'match_value' | 'remote_id'): Promise<void> {
      await work((session) =>
        session.execute(
          rejectCollisions(diffInput(dialect), what, {
            named: true,
            isUnique: false,
            claims: allClaims,
          }),
        ),
      )
    }

    it('rejects all rows that claim one match value, and nobody else', async () => {
      await prepare(['1', '2', '3', '4'].map((id) => [id, 'a', '1', noon]))
      const { due } = await diff()
      const matches = ['x', 'x', 'y', 'z']
      await storePlan(due.map((row, index) => create(row, matches[index] ?? '')))
      await collide('match_value')
      expect(await reasons()).toEqual([
        '1 none match.collision -',
        '2 none match.collision -',
        '3 create - present',
        '4 create - present',
      ])
    })

    it('rejects a row that claims what an unplanned record keeps', async () => {
      await prepare(
        [
          ['1', 'a', '1', noon],
          ['2', 'a', '1', noon],
        ],
        [{ key: '1' }],
      )
      const { due } = await diff()
      await storePlan(due.map((row) => create(row, '1@x.com')))
      await collide('match_value')
      expect(await reasons()).toEqual(['2 none match.collision -'])
    })

    it('lets two records swap their match values', async () => {
      await prepare(
        [
          ['1', 'b', '1', noon],
          ['2', 'b', '1', noon],
        ],
        [{ key: '1' }, { key: '2' }],
      )
      const { due } = await diff()
      const [one, two] = due
      if (one === undefined || two === undefined) throw new Error('both rows are due')
      await storePlan([
        update(one, { matchValue: '2@x.com', releases: '1@x.com' }),
        update(two, { matchValue: '1@x.com', releases: '2@x.com' }),
      ])
      await collide('match_value')
      expect(await reasons()).toEqual(['1 update - present', '2 update - present'])
      const edges = await work((session) => session.query(claimEdges(dialect, run)))
      expect(edges).toEqual([
        ['1', '2'],
        ['2', '1'],
      ])
    })

    it.each(['match_value', 'remote_id'] as const)(
      'rejects a row that claims the %s of one that the plan rejects',
      async (what) => {
        await prepare(
          [
            ['1', 'b', '1', noon],
            ['2', 'a', '1', noon],
          ],
          [{ key: '1' }],
        )
        const { due } = await diff()
        const [one, two] = due
        if (one === undefined || two === undefined) throw new Error('both rows are due')
        await storePlan([
          concluded(one, { status: 'rejected', reason: 'value.type' }),
          update(two, { matchValue: '1@x.com', remoteId: 'r1' }),
        ])
        await collide(what)
        const reason = what === 'match_value' ? 'match.collision' : 'record.bound'
        expect(await reasons()).toEqual(['1 none value.type -', `2 none ${reason} -`])
      },
    )

    it('rejects two rows that would bind one record, though neither sends anything', async () => {
      await prepare([
        ['1', 'a', '1', noon],
        ['2', 'a', '1', noon],
      ])
      const { due } = await diff()
      const rest = { remoteId: 'r9', presence: 'present' } as const
      await storePlan(
        due.map((row) => concluded(row, { status: 'skipped', reason: 'field.withheld' }, rest)),
      )
      await collide('remote_id')
      expect(await reasons()).toEqual(['1 none record.bound -', '2 none record.bound -'])
    })

    it('lets a row claim what a removed row gives up, or a record that is gone held', async () => {
      await prepare(
        [
          ['3', 'a', '1', noon],
          ['4', 'a', '1', noon],
        ],
        [{ key: '1' }, { key: '2' }],
      )
      const { due } = await diff()
      const [one, two, three, four] = due
      if (one === undefined || two === undefined) throw new Error('the removed rows are due')
      if (three === undefined || four === undefined) throw new Error('the new rows are due')
      await storePlan([
        {
          ...undecided(one),
          kind: 'delete',
          presence: 'archived',
          matchValue: null,
          releases: '1@x.com',
        },
        concluded(two, { status: 'unchanged' }, { presence: 'deleted', matchValue: null }),
        create(three, '1@x.com'),
        create(four, '2@x.com'),
      ])
      await collide('match_value')
      expect(await reasons()).toEqual([
        '1 delete - archived',
        '2 none - deleted',
        '3 create - present',
        '4 create - present',
      ])
      expect(await work((session) => session.query(claimEdges(dialect, run)))).toEqual([['3', '1']])
    })

    it('is counted by kind, status and reason', async () => {
      await prepare(['1', '2', '3'].map((id) => [id, 'a', '1', noon]))
      const { due } = await diff()
      const [one, two, three] = due
      if (one === undefined || two === undefined || three === undefined)
        throw new Error('all are due')
      await storePlan([
        create(one, 'x'),
        update(two, { remoteId: 'r2', changes: { name: { crm: 'a', after: null } } }),
        concluded(three, { status: 'skipped', reason: 'mode.exists' }),
      ])
      const counts = await work((session) => session.query(planCounts(dialect, run)))
      expect(counts).toEqual([
        ['create', null, null, '1', '0'],
        ['none', 'skipped', 'mode.exists', '1', '0'],
        ['update', null, null, '1', '1'],
      ])
    })
  })

  describe('a merge', () => {
    const people: Person[] = [
      ['1', 'b', '1', noon],
      ['2', 'b', '2', noon],
      ['3', 'b', '3', noon],
    ]

    /** Row 1 is updated, row 2 created, row 3 rejected. */
    async function ready(): Promise<void> {
      await prepare(people, [{ key: '1' }])
      await putUpFence(3)
      const { due } = await diff()
      const [one, two, three] = due
      if (one === undefined || two === undefined || three === undefined)
        throw new Error('all are due')
      const rows = [
        update(one, { matchValue: 'b@x.com' }),
        create(two, 'c@x.com'),
        create(three, 'd@x.com'),
      ]
      await storePlan(rows)
      const [first, second, third] = rows
      if (first === undefined || second === undefined || third === undefined)
        throw new Error('three rows')
      await storeResults([
        delivered(first, { id: 'r1', created: false, returned: {} }),
        delivered(second, { id: 'r2', created: true, returned: { name: 'A' } }),
        undelivered(third, {
          status: 'rejected',
          reason: 'crm.invalid',
          message: 'no',
          hold: 'content',
        }),
      ])
    }

    const merged = [
      ['1', 'r1', 'created', 'present', 'b@x.com', '0001', 'b'],
      ['2', 'r2', 'created', 'present', 'c@x.com', '0001', 'b'],
    ]

    function baseline(): Promise<readonly Row[]> {
      return select(
        sync(dialect).baseline,
        'key',
        'remote_id',
        'origin',
        'presence',
        'match_value',
        'run_id',
        'm_name',
      )
    }

    it('advances the baseline by what was confirmed, and by nothing else', async () => {
      await ready()
      await merge()
      expect(await baseline()).toEqual(merged)
      expect(
        await select(shared.operations, 'sequence', 'key', 'kind', 'status', 'reason'),
      ).toEqual([
        ['1', '1', 'update', 'delivered', null],
        ['2', '2', 'create', 'delivered', null],
        ['3', '3', 'create', 'rejected', 'crm.invalid'],
      ])
      expect(await select(shared.failures, 'key', 'status')).toEqual([['3', 'rejected']])
      expect(await select(sync(dialect).held, 'key', 'reason', 'attempts', 'next_attempt')).toEqual(
        [['3', 'crm.invalid', '1', null]],
      )
      expect((await diff()).short).toEqual([])
    })

    it.each<readonly [string, Partial<MergeInput>]>([
      ['an older fence', { fence: 2 }],
      ['another state', { stateId: 'other' }],
      ['a generation too many', { generation: 2 }],
    ])('under %s changes nothing', async (_, rest) => {
      await ready()
      const before = await baseline()
      await expect(merge(rest)).rejects.toMatchObject({ code: 'warehouse.fenced' })
      expect(await baseline()).toEqual(before)
      expect(await select(shared.operations, 'sequence')).toEqual([])
      expect(await select(sync(dialect).held, 'key')).toEqual([])
      expect(await select(run.results, 'sequence')).toHaveLength(3)
      expect(await select(shared.syncs, 'generation', 'fence')).toEqual([['0', '3']])
    })

    it('counts once, however often it is tried', async () => {
      await ready()
      await merge()
      await expect(merge()).rejects.toMatchObject({ code: 'warehouse.fenced' })
      expect(await baseline()).toEqual(merged)
      expect(await select(shared.operations, 'sequence')).toHaveLength(3)
      expect(await select(shared.syncs, 'generation', 'merged_run', 'merged_through')).toEqual([
        ['1', '0001', '9'],
      ])
    })

    it('of the same outcomes again leaves the same baseline', async () => {
      await ready()
      await merge()
      await merge({ generation: 2 })
      expect(await baseline()).toEqual(merged)
    })

    it('asks nothing of the held rows, where it is told that there are none', async () => {
      await ready()
      await merge({ holds: false })
      expect(await baseline()).toEqual(merged)
      expect(await select(sync(dialect).held, 'key')).toEqual([])
    })

    it('does not take a record for its own that took the place of the one it created', async () => {
      await prepare([['1', 'b', '1', noon]], [{ key: '1' }])
      await putUpFence(3)
      const { due } = await diff()
      const [row] = due
      if (row === undefined) throw new Error('the row is due')
      const planned = update(row, { remoteId: 'other' })
      await storePlan([planned])
      await storeResults([delivered(planned, { id: 'other', created: false, returned: {} })])
      await merge()
      expect(await select(sync(dialect).baseline, 'remote_id', 'origin')).toEqual([
        ['other', 'adopted'],
      ])
      const bound = await work((session) =>
        session.query(
          boundInBaseline(dialect, sync(dialect), { kind: 'integer' }, ['other', 'r1']),
        ),
      )
      expect(bound).toEqual([['other', '1', expect.anything()]])
    })

    it('takes over what the plan decided without a request', async () => {
      await prepare(
        [
          ['1', 'b', '1', noon],
          ['2', 'b', '1', noon],
        ],
        [{ key: '1' }],
      )
      await putUpFence(3)
      const { due } = await diff()
      const [one, two] = due
      if (one === undefined || two === undefined) throw new Error('both rows are due')
      await storePlan([
        concluded(one, { status: 'unchanged' }, { presence: 'present' }),
        concluded(
          two,
          { status: 'skipped', reason: 'mode.exists', hold: 'retry' },
          { remoteId: 'r9' },
        ),
      ])
      await work((session) =>
        session.execute([...createResults(dialect, run), resultsDecidedByPlan(dialect, run, at)]),
      )
      await merge()
      expect(await baseline()).toEqual([['1', 'r1', 'created', 'present', '1@x.com', '0001', 'b']])
      expect(await select(sync(dialect).held, 'key', 'status', 'attempts', 'next_attempt')).toEqual(
        [['2', 'skipped', '1', `${now + 60_000}`]],
      )
    })
  })

  describe('a row that was held', () => {
    /** Row 1 is rejected with this hold, in a merge at `now`. */
    async function hold(kind: HoldKind, reason = 'why'): Promise<void> {
      await prepare([['1', 'a', null, noon]])
      await putUpFence(3)
      const { due } = await diff()
      const rows = due.map((row) => create(row, 'x'))
      await storePlan(rows)
      await storeResults(
        rows.map((row) =>
          undelivered(row, { status: 'deferred', reason, message: 'm', hold: kind }),
        ),
      )
      await merge()
    }

    const change = (): Promise<void> =>
      setModel([['1', 'a', '0', noon]], [column(dialect, 'id', 'integer'), ...columnsOf(dialect)])

    it('for its content stays out until its values change', async () => {
      await hold('content')
      expect((await diff(undefined, now * 2)).short).toEqual([])
      const counts = await work((session) =>
        session.query(heldBackCounts(diffInput(dialect), now * 2)),
      )
      expect(counts).toEqual([['deferred', 'why', '1']])
      await change()
      expect((await diff(undefined, now * 2)).short).toEqual(['1 new'])
    })

    it('for its content is due once the metadata is other than it was', async () => {
      await hold('content')
      const asked = (metadata: string | null): Promise<string[]> =>
        diff(diffInput(dialect, { metadata })).then(({ short }) => short)
      expect(await asked(null)).toEqual([])
      expect(await asked('m2')).toEqual(['1 new'])
    })

    it('in doubt stays out whatever changes, until a person releases it', async () => {
      await hold('doubt', inDoubt)
      await change()
      expect((await diff(undefined, now * 2)).short).toEqual([])
      const [held] = await work((session) =>
        session.query(heldForContent(diffInput(dialect), now * 2)),
      )
      expect(held).toEqual(['0'])
      await work((session) => session.execute([releaseHeld(dialect, sync(dialect), '1')]))
      expect((await diff(undefined, now * 2)).short).toEqual(['1 new'])
    })

    it('only to wait is due in each run, and its attempts are not counted', async () => {
      await hold('wait')
      expect((await diff()).short).toEqual(['1 new'])
      expect(await select(sync(dialect).held, 'attempts', 'since')).toEqual([['0', `${now}`]])
    })

    it('is forgotten once it is not due any more, unless it is in doubt', async () => {
      const kinds = ['content', 'doubt', 'retry', 'wait'] as const
      const kept: string[] = []
      for (const kind of kinds) {
        await hold(kind, kind === 'doubt' ? inDoubt : 'why')
        const input = diffInput(dialect)
        const settled = async (): Promise<string> => {
          const [row] = await work((session) => session.query(countSettled(input)))
          await work((session) => session.execute([forgetSettled(input)]))
          return `${row?.[0]} ${(await select(sync(dialect).held, 'key')).length}`
        }
        kept.push(await settled())
        await setModel([], [column(dialect, 'id', 'integer'), ...columnsOf(dialect)])
        await diff()
        kept.push(await settled())
        await opened.clean()
        opened = await emptyWarehouse(warehouseName)
      }
      expect(kept).toEqual(['0 1', '1 0', '0 1', '0 1', '0 1', '1 0', '0 1', '1 0'])
    })

    it('is not among those that are beyond a limit, which wait as it does', async () => {
      await hold('content')
      await setModel(
        [
          ['1', 'a', null, noon],
          ['2', 'b', null, noon],
          ['3', 'c', null, noon],
        ],
        [column(dialect, 'id', 'integer'), ...columnsOf(dialect)],
      )
      expect((await diff(diffInput(dialect, { limit: 1 }))).short).toEqual(['2 new'])
      const beyond = rememberBeyondLimit(mergeInput(dialect), column(dialect, 'id', 'integer'))
      await work((session) => session.execute([beyond, beyond]))
      expect(await select(sync(dialect).held, 'key', 'reason')).toEqual([
        ['1', 'why'],
        ['3', 'run.limit'],
      ])
    })

    it('for its content is due under another mapping', async () => {
      await hold('content')
      expect((await diff(diffInput(dialect, { mappingVersion: 3 }))).short).toEqual(['1 new'])
    })

    it('for another attempt stays out until its time', async () => {
      await hold('retry')
      expect((await diff(undefined, now + 59_999)).short).toEqual([])
      expect((await diff(undefined, now + 60_000)).short).toEqual(['1 new'])
    })

    it('is tried after ever longer waits, at most a day', async () => {
      await hold('retry')
      const waits: number[] = []
      for (let generation = 2; generation <= 14; generation++) {
        await storeResults([
          {
            sequence: 1,
            status: 'deferred',
            reason: 'why',
            message: 'm',
            hold: 'retry',
            remoteId: null,
            origin: null,
            presence: null,
            crmValues: {},
            withheld: {},
            reopen: false,
            keepsMatch: false,
          },
        ])
        await merge({ generation })
        const [row] = await select(sync(dialect).held, 'next_attempt')
        waits.push((Number(row?.[0]) - now) / 60_000)
      }
      expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440])
    })

    it('is forgotten once it succeeds', async () => {
      await hold('retry')
      const { due } = await diff(undefined, now + 60_000)
      const [row] = due
      if (row === undefined) throw new Error('the row is due')
      await storeResults([delivered(create(row, 'x'), { id: 'r1', created: true, returned: {} })])
      await merge({ generation: 2 })
      expect(await select(sync(dialect).held, 'key')).toEqual([])
      expect((await diff()).short).toEqual([])
    })
  })
})
