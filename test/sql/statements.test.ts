/** The text of every statement that core/sql builds, for each dialect, against a reviewed file. */
import { describe, expect, it } from 'vitest'
import { boundInBaseline, boundInPlan } from '../../src/core/sql/bindings.ts'
import { callingRunsSince, callsSince } from '../../src/core/sql/call-history.ts'
import { movedRows } from '../../src/core/sql/compare-due.ts'
import type { Dialect } from '../../src/core/sql/dialect.ts'
import { listCatalogue } from '../../src/core/sql/catalogue.ts'
import { noClaims } from '../../src/core/plan/claims.ts'
import {
  countDue,
  diffCounts,
  diffStatements,
  dueStatements,
  duplicateKeys,
  heldBackCounts,
  heldForContent,
  keysNotInModel,
  materialiseModel,
  readDue,
} from '../../src/core/sql/diff.ts'
import { evolveBaseline } from '../../src/core/sql/evolve.ts'
import { keyLife } from '../../src/core/sql/explain.ts'
import { markErasure, markNextErasure } from '../../src/core/sql/erasure-mark.ts'
import { heldBefore, heldWaiting, planFailures, runFailures } from '../../src/core/sql/failures.ts'
import { mergeStatements, recordUnsent, resultsDecidedByPlan } from '../../src/core/sql/merge.ts'
import { dropBrokenRun, dropRun, dropScratch } from '../../src/core/sql/drop-run.ts'
import { knownCounts } from '../../src/core/sql/known-counts.ts'
import {
  checkTables,
  runOfTable,
  runTables,
  syncTables,
  tableReference,
  valueColumn,
} from '../../src/core/sql/names.ts'
import {
  claimEdges,
  doubtClaims,
  markClearFirst,
  planCounts,
  readCounted,
  phaseKinds,
  planLength,
  planPhases,
  readOperationKinds,
  readPlan,
  collisionColumns,
  rejectCollisions,
  setPhases,
  supersedingRows,
  unbindSuperseded,
  yieldOwed,
  yieldSuperseded,
} from '../../src/core/sql/plan.ts'
import {
  releaseHeld,
  reopenOverwritten,
  reopenRecords,
  reopenReleased,
  reopenWithheld,
} from '../../src/core/sql/reopen.ts'
import type { Statement } from '../../src/core/sql/statement.ts'
import { acceptValues, baselineAfter } from '../../src/core/sql/verify.ts'
import {
  countSettled,
  forgetSettled,
  rememberBeyondLimit,
  rememberUnsent,
} from '../../src/core/sql/waiting.ts'
import {
  baselineColumns,
  createBaseline,
  createHeld,
  createPlan,
  createShared,
  insertSyncRow,
  dropTable,
  planColumns,
  createResults,
  operationColumns,
  resultColumns,
  syncColumns,
  upgradeShared,
  upgradeStatements,
  workingColumns,
} from '../../src/core/sql/working-schema.ts'
import {
  allClaims,
  column,
  columnsOf,
  dialects,
  diffInput,
  mergeInput,
  run,
  runId,
  shared,
  sync,
  syncName,
} from './sample.ts'

type Group = readonly [name: string, statements: readonly Statement[]]

function workingSchema(dialect: Dialect): readonly Group[] {
  const tables = sync(dialect)
  const id = column(dialect, 'id', 'integer')
  const operations = workingColumns(dialect, operationColumns)
  const namesLater = ['opening', 'key_column', 'object_name', 'object_key', 'key_name', 'erased_at']
  const older = new Map([
    ['erased', []],
    ['operations', operations.filter(({ name }) => name !== 'job')],
    [
      'syncs',
      workingColumns(dialect, syncColumns).filter(({ name }) => !namesLater.includes(name)),
    ],
  ])
  return [
    ['listCatalogue', [listCatalogue(dialect, 'work')]],
    ['createShared', createShared(dialect, shared)],
    [
      'createShared, beside what an older version made',
      createShared(dialect, shared, { catalogue: older, version: 1 }),
    ],
    [
      'insertSyncRow',
      insertSyncRow(dialect, shared, { sync: 'people', state_id: 's1', generation: 0 }),
    ],
    ['createHeld', [createHeld(dialect, tables)]],
    ['createBaseline', [createBaseline(dialect, tables, id, columnsOf(dialect))]],
    [
      'upgradeStatements',
      upgradeStatements(dialect, tables, { baseline: ['reopened'], held: ['since', 'metadata'] }),
    ],
    ['upgradeShared', upgradeShared(dialect, shared, older)],
    ['createPlan', createPlan(dialect, run)],
    ['dropScratch', dropScratch(dialect, run)],
    ['dropRun', dropRun(dialect, run)],
    ['dropBrokenRun', dropBrokenRun(dialect, 'syncline', 'r1')],
    ['dropTable', [dropTable(dialect, run.plan)]],
  ]
}

function diff(dialect: Dialect): readonly Group[] {
  const input = diffInput(dialect)
  const text = { name: 'key', kind: 'text', nativeType: dialect.types.text } as const
  const retyped = diffInput(dialect, {
    baselineKey: text,
    staleVersions: [1, 4],
    withReopened: true,
  })
  const chosen = diffInput(dialect, {
    onlyKey: "o'hara",
    limit: 10,
    withRemoved: false,
    withHeld: false,
  })
  return [
    ['materialiseModel', materialiseModel(dialect, run, 'select 1 as id -- the model')],
    ['diffStatements', diffStatements(input)],
    ['diffStatements, a key of another kind and stale versions', diffStatements(retyped)],
    ['diffStatements, one key, nothing removed', diffStatements(chosen)],
    ['diffStatements, one key', diffStatements(diffInput(dialect, { onlyKey: '7' }))],
    [
      'diffStatements, a column of another type',
      diffStatements({ ...input, retyped: new Set(['name']) }),
    ],
    ['diffStatements, no columns', diffStatements(diffInput(dialect, { columns: [] }))],
    ['diffCounts', [diffCounts(dialect, run)]],
    ['knownCounts', [knownCounts(dialect, input.sync)]],
    ['duplicateKeys', [duplicateKeys(dialect, run, input.key)]],
    ['dueStatements', dueStatements(input, 5)],
    ['dueStatements, limited', dueStatements(chosen, 5)],
    ['keysNotInModel', [keysNotInModel(input, ['1', '2']), keysNotInModel(retyped, ['1'])]],
    ['countDue', [countDue(input)]],
    ['readDue', [readDue(input, 0, 5000)]],
    ['heldBackCounts', [heldBackCounts(input, 5)]],
    ['heldForContent, after a look', [heldForContent({ ...input, metadata: 'm1' }, 5)]],
    ['countSettled', [countSettled(input)]],
    ['forgetSettled', [forgetSettled(input)]],
    ['movedRows', [movedRows(dialect, run.due, { ...run.due, table: 'other' }, input.columns)]],
  ]
}

function plan(dialect: Dialect): readonly Group[] {
  const input = diffInput(dialect)
  const tables = sync(dialect)
  const unique = { named: true, isUnique: true } as const
  const onlyCreates = { ...noClaims, creates: true }
  const onlyShares = { ...noClaims, shares: collisionColumns }
  const phases = new Map([
    [1, [4, 5]],
    [2, [3]],
  ])
  return [
    [
      'rejectCollisions, match',
      [
        ...rejectCollisions(input, 'match_value', { ...unique, claims: allClaims }),
        ...rejectCollisions(input, 'match_value', { ...unique, claims: onlyCreates }),
        ...rejectCollisions(input, 'match_value', { ...unique, claims: onlyShares }),
        ...rejectCollisions(input, 'match_value', { ...unique, claims: noClaims }),
      ],
    ],
    [
      'rejectCollisions, record',
      [
        ...rejectCollisions(input, 'remote_id', { ...unique, claims: allClaims }),
        ...rejectCollisions(input, 'remote_id', { ...unique, claims: onlyShares }),
        ...rejectCollisions(input, 'remote_id', { ...unique, claims: noClaims }),
      ],
    ],
    ['yieldOwed', [yieldOwed(dialect, run, tables)]],
    ['yieldSuperseded', [yieldSuperseded(dialect, run)]],
    ['supersedingRows', [supersedingRows(dialect, run)]],
    ['unbindSuperseded', [unbindSuperseded(dialect, run, tables)]],
    ['doubtClaims', [doubtClaims(input, allClaims), doubtClaims(input, onlyCreates)]],
    ['claimEdges', [claimEdges(dialect, run)]],
    ['setPhases', setPhases(dialect, run, phases)],
    ['markClearFirst', markClearFirst(dialect, run, [4, 5])],
    ['planPhases', [planPhases(dialect, run), phaseKinds(dialect, run)]],
    ['planLength', [planLength(dialect, run)]],
    [
      'readPlan',
      [
        readPlan(dialect, run, { after: 0, through: 10 }),
        readPlan(dialect, run, { after: 0, through: 10, operationsOf: 1 }),
      ],
    ],
    [
      'readOperationKinds',
      [
        readOperationKinds(dialect, run, { after: 0, through: 10, operationsOf: 1 }, false),
        readOperationKinds(dialect, run, { after: 0, through: 10, operationsOf: 1 }, true),
      ],
    ],
    ['planCounts', [planCounts(dialect, run)]],
    ...(['max_changes', 'max_clears', 'max_deletes'] as const).map(
      (guard) => [`readCounted, ${guard}`, [readCounted(dialect, run, guard, 5)]] as const,
    ),
    ['planFailures', [planFailures(dialect, run, 5)]],
    ['runFailures', [runFailures(dialect, shared, runId, 5)]],
    ['heldBefore', [heldBefore(dialect, tables, runId, 5)]],
    ['heldWaiting', [heldWaiting(dialect, { ...shared, ...tables }, runId, 5)]],
    ['boundInBaseline', [boundInBaseline(dialect, tables, { kind: 'integer' }, ['1', '2'])]],
    ['boundInPlan', [boundInPlan(dialect, run, ['1', '2'])]],
  ]
}

function confirmation(dialect: Dialect): readonly Group[] {
  const at = '2026-03-01T10:00:00.000000Z'
  return [
    ['resultsDecidedByPlan', [resultsDecidedByPlan(dialect, run, at)]],
    ['mergeStatements', mergeStatements(mergeInput(dialect))],
    [
      'mergeStatements, of rows that are not held',
      mergeStatements(mergeInput(dialect, { reopensOnly: false, holds: false })).slice(2),
    ],
    [
      'mergeStatements, with metadata',
      mergeStatements(mergeInput(dialect, { metadata: 'm1' })).slice(3, 4),
    ],
    ['rememberUnsent', [rememberUnsent(mergeInput(dialect))]],
    [
      'rememberBeyondLimit',
      [rememberBeyondLimit(mergeInput(dialect), column(dialect, 'id', 'integer'))],
    ],
    ['recordUnsent', [recordUnsent(mergeInput(dialect), { reason: 'adopt.differs', at })]],
    ['createResults', createResults(dialect, run)],
  ]
}

function evolution(dialect: Dialect): readonly Group[] {
  const tables = sync(dialect)
  const id = column(dialect, 'id', 'integer')
  const [name, score] = columnsOf(dialect)
  if (name === undefined || score === undefined) throw new Error('the sample has columns')
  const existing = [
    { ...id, name: 'key' },
    ...workingColumns(dialect, baselineColumns),
    ...[name, score].map((each) => ({ ...each, name: `m_${each.name}` })),
  ]
  const evolve = (...args: [typeof id, readonly (typeof id)[]]): readonly Statement[] =>
    evolveBaseline(dialect, tables, existing, ...args).statements
  return [
    ['evolveBaseline, nothing to do', evolve(id, [name, score])],
    [
      'evolveBaseline, a column less and one more',
      evolve(id, [score, column(dialect, 'seen', 'timestamp_tz')]),
    ],
    [
      'evolveBaseline, a column of another type',
      evolve(id, [name, column(dialect, 'score', 'decimal')]),
    ],
    ['evolveBaseline, a key of another kind', evolve(column(dialect, 'id', 'text'), [name, score])],
  ]
}

const midnight = '2026-03-01T00:00:00.000000Z'

function questions(dialect: Dialect): readonly Group[] {
  const tables = sync(dialect)
  const key = column(dialect, 'key', 'integer')
  const life = keyLife(dialect, shared, tables, syncName, key, '7', true)
  const older = keyLife(dialect, shared, tables, syncName, key, '7', false)
  const records = [
    { remoteId: '1', crmValues: { name: "o'hara" } },
    { remoteId: '2', crmValues: {} },
  ]
  const released = [
    { remoteId: '1', matchValue: 'b@x.com' },
    { remoteId: '2', matchValue: 'a@x.com' },
  ]
  const erasure = { sync: 'people', fence: 7, at: '2026-11-21T09:00:00.000000Z' }
  return [
    ['markErasure', [markErasure(dialect, shared, erasure)]],
    [
      'markNextErasure',
      [
        markNextErasure(dialect, shared, erasure, null),
        markNextErasure(dialect, shared, erasure, '2026-11-20T09:00:00.000000Z'),
      ],
    ],
    ['releaseHeld', [releaseHeld(dialect, tables, null), releaseHeld(dialect, tables, "o'hara")]],
    [
      'reopenWithheld',
      [reopenWithheld(dialect, tables, key, null), reopenWithheld(dialect, tables, key, '7')],
    ],
    ['reopenRecords', [reopenRecords(dialect, tables, ['1', '2'])]],
    ['reopenOverwritten', [reopenOverwritten(dialect, tables, shared, { syncName, runId: 'r1' })]],
    ['reopenReleased', [reopenReleased(dialect, tables, released)]],
    ['callsSince', [callsSince(dialect, shared, syncName, midnight)]],
    ['callingRunsSince', [callingRunsSince(dialect, shared, syncName, midnight)]],
    ['keyLife', [life.baseline, life.held, life.operations, older.operations]],
    [
      'baselineAfter',
      [
        baselineAfter(dialect, tables, key, [], { after: '0', limit: 100 }),
        baselineAfter(dialect, tables, key, ['name'], { after: '0', limit: 100 }),
      ],
    ],
    ['acceptValues', [acceptValues(dialect, tables, records)]],
  ]
}

function groupsOf(dialect: Dialect): readonly Group[] {
  const parts = [workingSchema, diff, plan, confirmation, evolution, questions]
  return parts.flatMap((part) => part(dialect))
}

function written(groups: readonly Group[]): string {
  return groups
    .map(([name, statements]) => {
      const texts = statements.map(({ text, parameters, expectRows }) => {
        const notes = [
          ...(parameters.length > 0 ? [`-- with ${JSON.stringify(parameters)}`] : []),
          ...(expectRows === undefined ? [] : [`-- must affect ${expectRows} row`]),
        ]
        return [`${text};`, ...notes].join('\n')
      })
      return `-- ${name}\n${texts.length === 0 ? '-- no statement' : texts.join('\n')}\n`
    })
    .join('\n')
}

describe.each(dialects)('for $name, every statement', (dialect) => {
  const groups = groupsOf(dialect)
  const texts = groups.flatMap(([, statements]) => statements.map(({ text }) => text))

  it('has the reviewed text', async () => {
    await expect(written(groups)).toMatchFileSnapshot(`./__golden__/${dialect.name}.sql`)
  })

  it('holds no name of ours without quotes, which some dialects fold to upper case', () => {
    const ours = new Set([
      ...Object.keys(baselineColumns),
      ...Object.keys(planColumns),
      ...Object.keys(resultColumns),
      'state_id',
      'generation',
      'fence',
      'version',
      'fields',
      'next_attempt',
      'fingerprint',
    ])
    for (const text of texts) {
      const bare = text.replaceAll(/"[^"]*"|`[^`]*`|'(?:[^'\\]|\\.|'')*'/g, '')
      // Types and keywords apart: `key`, `at` and the like are no words of SQL's own here.
      const words = bare.match(/\b[a-z_]+\b/g) ?? []
      expect({ text, bare: words.filter((word) => ours.has(word)) }).toEqual({ text, bare: [] })
    }
  })

  it('deletes and updates under a condition only, as not every dialect does without', () => {
    const changing = texts.filter((text) => /^(update|delete)\b/.test(text))
    expect(changing.length).toBeGreaterThan(0)
    expect(changing.filter((text) => !text.includes(' where '))).toEqual([])
  })

  it('takes as many parameters as it names', () => {
    for (const { text, parameters } of groups.flatMap(([, statements]) => statements)) {
      parameters.forEach((_, at) => {
        expect(text).toContain(dialect.placeholder(at + 1))
      })
      expect(text).not.toContain(dialect.placeholder(parameters.length + 1))
    }
  })
})

it('no list of sequences is longer than a statement may be', () => {
  const sequences = Array.from({ length: 25_000 }, (_, index) => index + 1)
  for (const dialect of dialects) {
    const statements = [
      ...setPhases(dialect, run, new Map([[1, sequences]])),
      ...markClearFirst(dialect, run, sequences),
    ]
    expect(statements).toHaveLength(6)
    expect(Math.max(...statements.map(({ text }) => text.length))).toBeLessThan(100_000)
    expect(markClearFirst(dialect, run, [])).toEqual([])
  }
})

describe('the names of working tables', () => {
  it('tell the run that they are of', () => {
    for (const id of ['0001', '20261121t093015_7k2m9x']) {
      for (const tables of [runTables('work', id), checkTables('work', id)]) {
        const runs = Object.values(tables).map(({ table }) => runOfTable(table))
        expect(new Set(runs)).toEqual(new Set([id]))
      }
    }
    expect(runOfTable('people__baseline')).toBeNull()
    expect(runOfTable('runs')).toBeNull()
  })

  it('are told apart when they are too long', () => {
    const name = (of: string): string => syncTables('work', of, 63).baseline.table
    const [one, other] = [name(`${'a'.repeat(70)}1`), name(`${'a'.repeat(70)}2`)]
    expect(one).toHaveLength(63)
    expect(one).not.toBe(other)
    expect(name(`${'a'.repeat(70)}1`)).toBe(one)
  })

  it('are cut by bytes, never inside a character', () => {
    const cut = valueColumn({ maxIdentifierBytes: 63 }, 'é'.repeat(60))
    expect(new TextEncoder().encode(cut).length).toBeLessThanOrEqual(63)
    expect(cut).toMatch(/^m_é+_[0-9a-f]{8}$/)
    for (const maxBytes of [60, 61, 62, 63]) {
      expect(valueColumn({ maxIdentifierBytes: maxBytes }, '😀'.repeat(60)).isWellFormed()).toBe(
        true,
      )
    }
  })

  it('stay as they are when they fit', () => {
    expect(valueColumn({ maxIdentifierBytes: 63 }, 'score')).toBe('m_score')
    expect(syncTables('work', 'people', 63).held.table).toBe('people__held')
  })

  it('differ where a warehouse would spell two syncs alike', () => {
    const names = ['crm/people', 'crm__people', 'CRM__people', "crm'people"]
    const tables = names.map((name) => syncTables('work', name, 63).held.table.toLowerCase())
    expect(new Set(tables).size).toBe(names.length)
    expect(run.plan.table).toBe(`run_${runId}_plan`)
  })

  it('can not end their quotes', () => {
    const table = { schema: 'a"b', table: 'c`d' }
    expect(dialects.map((dialect) => tableReference(dialect, table))).toEqual([
      '"a""b"."c`d"',
      '"a""b"."c`d"',
      '`a"b`.`c\\`d`',
      '"a""b"."c`d"',
    ])
  })
})
