import { describe, expect, it } from 'vitest'
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { FieldMapping, PushSync } from '../../model/sync.ts'
import { columnMapping } from '../mapping/column-mapping.ts'
import type { CompiledField } from '../mapping/mapping.ts'
import { type DecideContext, decide } from './decide.ts'
import type { CrmRecord } from './crm-record.ts'
import { decideRemoved } from './decide-removed.ts'
import { matchValue } from './match-value.ts'
import type { BaselineRow, DueRow, PlanRow } from './plan-row.ts'

/** Fields by position: email (the match field), name, score. */
function compiled(
  name: string,
  column: number | null,
  type: Field['type'],
  rest: Partial<FieldMapping> = {},
): CompiledField {
  const plain = columnMapping(name, name)
  const constant = { ...plain, source: { from: 'constant', value: 'warehouse' } } as const
  return {
    column,
    target: null,
    association: null,
    field: { name, label: name, type, writable: true, unique: false, lookup: false },
    mapping: { ...(column === null ? constant : plain), ...rest },
  }
}

function context(
  given: {
    readonly sync?: Partial<DecideContext['sync']>
    readonly name?: Partial<FieldMapping>
    readonly touched?: DecideContext['touched']
    readonly unmapped?: DecideContext['unmapped']
    readonly matches?: boolean
  } = {},
): DecideContext {
  const email = compiled('email', 0, 'text')
  return {
    sync: {
      mode: 'upsert',
      ifDeleted: 'skip',
      removedRows: 'ignore',
      deleteAdopted: false,
      readBefore: true,
      transform: null,
      ...given.sync,
    },
    mapping: {
      columns: [],
      fields: [email, compiled('name', 1, 'text', given.name), compiled('score', 2, 'number')],
      match: given.matches === false ? null : email,
      object: 'contacts',
      identity: null,
      normalise: ({ name }, value) => (name === 'email' ? value.trim().toLowerCase() : value),
      references: new Map(),
    },
    touched: given.touched ?? new Map(),
    unmapped: given.unmapped ?? new Map(),
  }
}

const confirmed = { email: 'a@x.com', name: 'Ann', score: '1' }

function baseline(rest: Partial<BaselineRow> = {}): BaselineRow {
  return {
    remoteId: '100',
    origin: 'created',
    presence: 'present',
    matchValue: 'a@x.com',
    released: null,
    crmValues: confirmed,
    withheld: {},
    mappingVersion: 1,
    reopened: false,
    ...rest,
  }
}

/** A due row of which the named columns changed; new where there is no baseline. */
function due(known: BaselineRow | null, ...changed: readonly string[]): DueRow {
  return {
    sequence: 7,
    key: 'k1',
    side: known === null ? 'new' : 'both',
    changed: ['email', 'name', 'score'].map((name) => changed.includes(name)),
    values: [],
    baseline: known,
  }
}

function removed(known: BaselineRow): DueRow {
  return { ...due(known, 'email', 'name', 'score'), side: 'removed' }
}

function record(values: Record<string, CrmValue> = {}, id = '100'): CrmRecord {
  return { id, values: { ...confirmed, ...values } }
}

const wanted = { email: ' A@X.com ', name: 'Anna', score: '2' }

function short({ kind, status, reason, presence, hold }: PlanRow): Partial<PlanRow> {
  return { kind, status, reason, presence, hold }
}

describe('a new row', () => {
  it('that no record matches becomes a create with all values that are not null', () => {
    const planned = decide(due(null), { ...wanted, score: null }, [], context())
    expect(planned).toEqual({
      sequence: 7,
      phase: 0,
      kind: 'create',
      key: 'k1',
      remoteId: null,
      status: null,
      reason: null,
      message: null,
      hold: null,
      presence: 'present',
      matchValue: 'a@x.com',
      releases: null,
      changes: { email: { crm: null, after: ' A@X.com ' }, name: { crm: null, after: 'Anna' } },
      crmValues: {},
      withheld: { score: 'skipped' },
      supersedes: null,
      seen: null,
    })
  })

  it('keeps an empty text, which is no null', () => {
    const { changes } = decide(due(null), { ...wanted, name: '' }, [], context())
    expect(changes['name']).toEqual({ crm: null, after: '' })
  })

  it('that one record matches becomes an update of the fields that differ', () => {
    const planned = decide(due(null), wanted, [record({ score: '2.0' })], context())
    expect(short(planned)).toMatchObject({ kind: 'update', status: null, presence: 'present' })
    expect(planned.remoteId).toBe('100')
    expect(planned.changes).toEqual({ name: { crm: 'Ann', after: 'Anna' } })
    expect(planned.crmValues).toEqual({ email: 'a@x.com', score: '2.0' })
  })

  it('whose values are all there is unchanged, and bound', () => {
    const planned = decide(due(null), { ...confirmed, email: 'A@X.COM' }, [record()], context())
    expect(short(planned)).toMatchObject({ kind: 'none', status: 'unchanged', presence: 'present' })
    expect(planned).toMatchObject({ remoteId: '100', matchValue: 'a@x.com', crmValues: confirmed })
  })

  it('that several records match is rejected, naming them, and tried again later', () => {
    const planned = decide(due(null), wanted, [record(), record({}, '101')], context())
    expect(short(planned)).toEqual({
      kind: 'none',
      status: 'rejected',
      reason: 'match.ambiguous',
      presence: null,
      hold: 'retry',
    })
    expect(planned.message).toBe('several records match: 100, 101')
  })

  it('overwrites no value of the record with a null', () => {
    const values = { email: 'a@x.com', name: null, score: null }
    const planned = decide(due(null), values, [record()], context())
    expect(planned).toMatchObject({
      kind: 'none',
      status: 'skipped',
      withheld: { name: 'skipped', score: 'skipped' },
      crmValues: { email: 'a@x.com' },
    })
  })
})

describe('a new row in mode insert', () => {
  const insert = context({ sync: { mode: 'insert' } })

  it('is created where no record matches', () => {
    expect(decide(due(null), wanted, [], insert).kind).toBe('create')
  })

  it('is skipped where one does, and not bound to it', () => {
    const planned = decide(due(null), wanted, [record()], insert)
    expect(short(planned)).toEqual({
      kind: 'none',
      status: 'skipped',
      reason: 'mode.exists',
      presence: null,
      hold: 'retry',
    })
    expect(planned.remoteId).toBe('100')
  })
})

describe('a new row in mode update', () => {
  const onlyUpdate = context({ sync: { mode: 'update' } })

  it('is skipped where no record matches, and tried again later', () => {
    expect(short(decide(due(null), wanted, [], onlyUpdate))).toEqual({
      kind: 'none',
      status: 'skipped',
      reason: 'mode.no_record',
      presence: null,
      hold: 'retry',
    })
  })

  it('updates the record that matches', () => {
    expect(decide(due(null), wanted, [record()], onlyUpdate).kind).toBe('update')
  })

  it.each([
    ['without a look', due(null), null],
    [
      'in place of one that was archived',
      due(baseline({ presence: 'archived', origin: 'adopted' })),
      [],
    ],
    [
      'in place of one that was archived, without a look',
      due(baseline({ presence: 'archived' })),
      null,
    ],
  ] as const)('is never created, %s', (_, row, found) => {
    expect(short(decide(row, wanted, found, onlyUpdate))).toMatchObject({
      kind: 'none',
      reason: 'mode.no_record',
    })
  })

  it('is never created in place of a deleted one, whatever if_deleted says', () => {
    const both = context({ sync: { mode: 'update', ifDeleted: 'recreate' } })
    expect(decide(due(baseline(), 'name'), wanted, [], both).kind).toBe('none')
  })
})

describe('a changed row', () => {
  it('sends the changed field only, with what was sent and what is there', () => {
    const planned = decide(due(baseline(), 'name'), wanted, [record({ name: 'Annie' })], context())
    expect(planned).toMatchObject({ kind: 'update', remoteId: '100', presence: 'present' })
    expect(planned.changes).toEqual({ name: { sent: 'Ann', crm: 'Annie', after: 'Anna' } })
  })

  it('is unchanged where the CRM holds the value already', () => {
    const planned = decide(due(baseline(), 'name'), wanted, [record({ name: 'Anna' })], context())
    expect(planned).toMatchObject({
      status: 'unchanged',
      presence: 'present',
      crmValues: { ...confirmed, name: 'Anna' },
    })
  })

  it('is unchanged where the difference is one of form only', () => {
    const values = { email: ' A@X.COM', name: 'Ann', score: '1.00' }
    const planned = decide(due(baseline(), 'email', 'score'), values, [record()], context())
    expect(planned.status).toBe('unchanged')
  })

  it('does not take a value that it merely read for one it confirmed', () => {
    const edited = record({ name: 'edited by a person' })
    const planned = decide(due(baseline(), 'score'), wanted, [edited], context())
    expect(planned.changes).toEqual({ score: { sent: '1', crm: '1', after: '2' } })
    expect(planned.crmValues['name']).toBe('Ann')
  })

  it('follows a merged record to the survivor', () => {
    const planned = decide(due(baseline(), 'name'), wanted, [record({}, '200')], context())
    expect(planned).toMatchObject({ kind: 'update', remoteId: '200' })
  })

  it('gives the survivor of a merge what it lacks, and leaves it its main match value', () => {
    const { mapping, ...rest } = context()
    const identity = { field: compiled('email', 0, 'text').field, valueOf: null }
    const byMatch = { ...rest, mapping: { ...mapping, identity } }
    const survivor = record({ email: 'other@x.com', score: '9' }, '200')
    const planned = decide(due(baseline(), 'name'), wanted, [survivor], byMatch)
    expect(planned.changes).toEqual({
      name: { sent: 'Ann', crm: 'Ann', after: 'Anna' },
      score: { sent: '1', crm: '9', after: '2' },
    })
    expect(planned.crmValues['email']).toBe('other@x.com')
  })

  it.each([
    ['theirs', 'skipped'],
    ['ask', 'conflict'],
  ] as const)('leaves the survivor of a merge its own value, under %s', (conflict, withheld) => {
    const survivor = record({ email: 'A@x.com', name: 'Other', score: '2' }, '200')
    const planned = decide(
      due(baseline(), 'name'),
      wanted,
      [survivor],
      context({ name: { conflict } }),
    )
    expect(planned).toMatchObject({ changes: {}, withheld: { name: withheld } })
  })

  it('in mode insert is left as it was created, and considered once', () => {
    const insert = context({ sync: { mode: 'insert' } })
    const expected = { kind: 'none', status: 'skipped', reason: 'mode.exists', presence: 'present' }
    expect(short(decide(due(baseline(), 'name'), wanted, [record()], insert))).toMatchObject(
      expected,
    )
    expect(short(decide(due(baseline(), 'name'), wanted, null, insert))).toMatchObject(expected)
  })

  it('with a new match value updates the same record and releases the old value', () => {
    const values = { ...confirmed, email: 'B@x.com' }
    const planned = decide(due(baseline(), 'email'), values, [record()], context())
    expect(planned).toMatchObject({
      kind: 'update',
      remoteId: '100',
      matchValue: 'b@x.com',
      releases: 'a@x.com',
    })
    expect(planned.changes['email']).toEqual({ sent: 'a@x.com', crm: 'a@x.com', after: 'B@x.com' })
  })

  it('releases no match value that the record does not hold', () => {
    const values = { ...confirmed, email: 'b@x.com' }
    const planned = decide(due(baseline(), 'email'), values, [record({ email: '' })], context())
    expect(planned.releases).toBeNull()
  })
})

describe('a row whose record is gone', () => {
  it('is skipped, remembered as deleted, and looked at again: somebody may restore it', () => {
    const planned = decide(due(baseline(), 'name'), wanted, [], context())
    expect(short(planned)).toEqual({
      kind: 'none',
      status: 'skipped',
      reason: 'record.deleted',
      presence: 'deleted',
      hold: 'retry',
    })
    expect(planned.remoteId).toBe('100')
  })

  it('is created anew, whole, where the sync says so', () => {
    const recreate = context({ sync: { ifDeleted: 'recreate' } })
    const planned = decide(due(baseline(), 'name'), wanted, [], recreate)
    expect(planned).toMatchObject({ kind: 'create', remoteId: null, crmValues: {} })
    expect(Object.keys(planned.changes)).toEqual(['email', 'name', 'score'])
  })

  it('is written blindly without a look only where a person reopened it', () => {
    const gone = baseline({ presence: 'deleted' })
    expect(decide(due(gone), wanted, null, context())).toMatchObject({
      reason: 'record.deleted',
      hold: 'content',
    })
    const reopened = decide(due({ ...gone, reopened: true }), wanted, null, context())
    expect(reopened).toMatchObject({ kind: 'update', remoteId: '100', presence: 'present' })
  })

  it('is not written blindly where it is to be made again: the upsert finds a restored one', () => {
    const gone = baseline({ presence: 'deleted', reopened: true })
    const recreate = (mode: PushSync['mode']) => context({ sync: { mode, ifDeleted: 'recreate' } })
    expect(decide(due(gone), wanted, null, recreate('upsert')).kind).toBe('create')
    // An update makes no record, and may find one that was restored.
    expect(decide(due(gone), wanted, null, recreate('update')).kind).toBe('update')
  })

  it('and restored counts as present under insert, where nothing is written', () => {
    const insert = context({ sync: { mode: 'insert' } })
    const restored = decide(due(baseline({ presence: 'deleted' })), wanted, [record()], insert)
    expect(restored).toMatchObject({ reason: 'mode.exists', presence: 'present', hold: null })
  })

  it.each([
    ['skip', 'none'],
    ['recreate', 'create'],
  ] as const)(
    'and known to be, is handled by if_deleted: %s without a look too',
    (policy, kind) => {
      const gone = due(baseline({ presence: 'deleted' }), 'name')
      expect(decide(gone, wanted, null, context({ sync: { ifDeleted: policy } })).kind).toBe(kind)
    },
  )
})

describe('a row that returned', () => {
  it('after it was cleared sends everything that differs, to the same record', () => {
    const cleared = baseline({
      presence: 'cleared',
      crmValues: { email: 'a@x.com', name: null, score: null },
    })
    const empty = record({ name: null, score: null })
    const planned = decide(due(cleared), { ...confirmed }, [empty], context())
    expect(planned).toMatchObject({ kind: 'update', remoteId: '100', presence: 'present' })
    expect(planned.changes).toEqual({
      name: { sent: null, crm: null, after: 'Ann' },
      score: { sent: null, crm: null, after: '1' },
    })
  })

  it('after it was archived is created anew, whatever if_deleted says', () => {
    const planned = decide(due(baseline({ presence: 'archived' })), wanted, [], context())
    expect(planned).toMatchObject({ kind: 'create', remoteId: null, presence: 'present' })
  })

  it('after it was archived knows nothing of another record that matches now', () => {
    const archived = due(baseline({ presence: 'archived' }))
    const other = record({ name: 'Somebody' }, '300')
    const planned = decide(archived, { ...confirmed, name: null }, [other], context())
    expect(planned).toMatchObject({
      status: 'skipped',
      remoteId: '300',
      withheld: { name: 'skipped' },
    })
    expect(planned.crmValues).toEqual({ email: 'a@x.com', score: '1' })
  })

  it('after it was archived is not inserted over a record that matches now', () => {
    const insert = context({ sync: { mode: 'insert' } })
    const archived = due(baseline({ presence: 'archived' }))
    expect(short(decide(archived, wanted, [record({}, '300')], insert))).toMatchObject({
      status: 'skipped',
      reason: 'mode.exists',
      presence: null,
    })
  })
})

describe('a null', () => {
  const values = { email: 'a@x.com', name: null, score: '1' }

  it('after a value that was confirmed clears the field', () => {
    const planned = decide(due(baseline(), 'name'), values, [record()], context())
    expect(planned.changes).toEqual({ name: { sent: 'Ann', crm: 'Ann', after: null } })
  })

  it.each<readonly [string, Partial<BaselineRow>]>([
    ['nothing', { crmValues: { email: 'a@x.com' } }],
    ['a null', { crmValues: { ...confirmed, name: null } }],
    ['a value that was withheld', { withheld: { name: 'skipped' } }],
    ['a value that stood in conflict', { withheld: { name: 'conflict' } }],
  ])('after %s is recorded, not sent', (_, rest) => {
    const planned = decide(due(baseline(rest), 'name'), values, [record()], context())
    expect(short(planned)).toMatchObject({
      kind: 'none',
      status: 'skipped',
      reason: 'field.withheld',
      presence: 'present',
    })
    expect(planned.withheld).toEqual({ name: 'skipped' })
  })

  it('of a new field wipes nothing', () => {
    const touched = new Map([[1, new Set(['name'])]])
    const known = baseline({ crmValues: { email: 'a@x.com', score: '1' } })
    const planned = decide(due(known), values, [record()], context({ touched }))
    expect(planned).toMatchObject({ kind: 'none', status: 'skipped', presence: 'present' })
    expect(planned.withheld).toEqual({ name: 'skipped' })
  })

  it('is sent over anything under nulls: always', () => {
    const always = context({ name: { nulls: 'always' } })
    const known = baseline({ crmValues: {} })
    const planned = decide(due(known, 'name'), values, [record()], always)
    expect(planned.changes).toEqual({ name: { crm: 'Ann', after: null } })
  })

  it('is not sent under nulls: always where the field is empty', () => {
    const always = context({ name: { nulls: 'always' } })
    const planned = decide(due(baseline(), 'name'), values, [record({ name: '' })], always)
    expect(planned.status).toBe('unchanged')
  })

  it('takes away what was confirmed before a write of unknown fate', () => {
    const known = baseline({ withheld: { name: 'unknown' } })
    const planned = decide(due(known, 'name'), { ...wanted, name: null }, [record()], context())
    expect(planned.changes['name']).toEqual({ sent: 'Ann', crm: 'Ann', after: null })
    expect(planned.withheld).toEqual({})
  })

  it('that becomes a value again is no longer withheld', () => {
    const known = baseline({ withheld: { name: 'skipped' } })
    const planned = decide(due(known, 'name'), wanted, [record()], context())
    expect(planned.withheld).toEqual({})
    expect(planned.changes['name']).toEqual({ sent: 'Ann', crm: 'Ann', after: 'Anna' })
  })
})

describe('a field written if_empty', () => {
  const ifEmpty = context({ name: { write: 'if_empty' } })

  it.each([null, ''])('is written where the CRM holds %j', (name) => {
    const planned = decide(due(null), wanted, [record({ name })], ifEmpty)
    expect(planned.changes['name']).toEqual({ crm: name, after: 'Anna' })
  })

  it('is withheld where the CRM holds something; the other fields go', () => {
    const planned = decide(due(null), wanted, [record()], ifEmpty)
    expect(planned.changes).toEqual({ score: { crm: '1', after: '2' } })
    expect(planned.withheld).toEqual({ name: 'skipped' })
    expect(planned.crmValues).toEqual({ email: 'a@x.com' })
  })

  it('that is all there is to send leaves the row skipped and considered', () => {
    const planned = decide(due(baseline(), 'name'), wanted, [record()], ifEmpty)
    expect(short(planned)).toEqual({
      kind: 'none',
      status: 'skipped',
      reason: 'field.withheld',
      presence: 'present',
      hold: null,
    })
    expect(planned.message).toBe('withheld: name')
  })

  it('is withheld where nobody looked', () => {
    expect(decide(due(baseline(), 'name'), wanted, null, ifEmpty).withheld).toEqual({
      name: 'skipped',
    })
  })

  it('is not due again while its column stays the same', () => {
    const known = baseline({ withheld: { name: 'skipped' } })
    const planned = decide(due(known, 'score'), wanted, [record({ name: null })], ifEmpty)
    expect(Object.keys(planned.changes)).toEqual(['score'])
    expect(planned.withheld).toEqual({ name: 'skipped' })
  })

  it('is part of a create', () => {
    expect(Object.keys(decide(due(null), wanted, [], ifEmpty).changes)).toContain('name')
  })
})

describe('a field written if_unchanged', () => {
  const ifUnchanged = context({ name: { write: 'if_unchanged' } })

  it.each<readonly [string, BaselineRow | null, CrmValue]>([
    ['what was confirmed', baseline(), 'Ann'],
    ['nothing, and nothing was confirmed', null, null],
    ['an empty text, and nothing was confirmed', baseline({ crmValues: {} }), ''],
    ['nothing, as was confirmed', baseline({ crmValues: { name: null } }), null],
  ])('is written where the CRM holds %s', (_, known, name) => {
    const planned = decide(due(known, 'name'), wanted, [record({ name })], ifUnchanged)
    expect(planned.changes['name']).toMatchObject({ after: 'Anna' })
  })

  it.each<readonly [string, BaselineRow | null, CrmValue]>([
    ['a person edited it', baseline(), 'Annie'],
    ['a person emptied it', baseline(), null],
    ['it holds something that was never confirmed', null, 'Ann'],
  ])('is a conflict where %s', (_, known, name) => {
    const planned = decide(due(known, 'name'), wanted, [record({ name })], ifUnchanged)
    expect(planned.changes['name']).toBeUndefined()
    expect(planned.withheld['name']).toBe('conflict')
  })

  it('in conflict lets the other fields go', () => {
    const edited = record({ name: 'Annie' })
    const planned = decide(due(baseline(), 'name', 'score'), wanted, [edited], ifUnchanged)
    expect(planned.kind).toBe('update')
    expect(Object.keys(planned.changes)).toEqual(['score'])
  })

  it('in conflict alone rejects the row, names the field and considers it', () => {
    const edited = record({ name: 'Annie' })
    const planned = decide(due(baseline(), 'name'), wanted, [edited], ifUnchanged)
    expect(short(planned)).toEqual({
      kind: 'none',
      status: 'rejected',
      reason: 'field.conflict',
      presence: 'present',
      hold: null,
    })
    expect(planned.message).toBe('changed in the CRM since the last push: name')
  })

  it('in conflict stays in conflict: the edit never becomes what was confirmed', () => {
    const edited = record({ name: 'Annie' })
    const first = decide(due(baseline(), 'name'), wanted, [edited], ifUnchanged)
    const known = baseline({ crmValues: first.crmValues, withheld: first.withheld })
    const again = decide(due(known, 'name'), { ...wanted, name: 'Anne' }, [edited], ifUnchanged)
    expect(again).toMatchObject({ status: 'rejected', withheld: { name: 'conflict' } })
  })

  it('is a conflict where an edit was read in passing by an earlier push', () => {
    const edited = record({ name: 'Annie' })
    const first = decide(due(baseline(), 'score'), wanted, [edited], ifUnchanged)
    const known = baseline({ crmValues: first.crmValues, withheld: first.withheld })
    const again = decide(due(known, 'name'), wanted, [edited], ifUnchanged)
    expect(again.withheld).toEqual({ name: 'conflict' })
  })

  it('is settled where the CRM holds the wanted value already', () => {
    const planned = decide(due(baseline(), 'name'), wanted, [record({ name: 'Anna' })], ifUnchanged)
    expect(planned).toMatchObject({ status: 'unchanged', withheld: {} })
  })

  it('is a conflict where nobody looked', () => {
    expect(decide(due(baseline(), 'name'), wanted, null, ifUnchanged).withheld).toEqual({
      name: 'conflict',
    })
  })
})

describe('a mapping that changed', () => {
  it('makes exactly the touched fields due again', () => {
    const touched = new Map([[1, new Set(['score'])]])
    const planned = decide(due(baseline()), wanted, [record()], context({ touched }))
    expect(Object.keys(planned.changes)).toEqual(['score'])
  })

  it('touches no row of another version', () => {
    const touched = new Map([[2, new Set(['score'])]])
    const planned = decide(due(baseline(), 'name'), wanted, [record()], context({ touched }))
    expect(Object.keys(planned.changes)).toEqual(['name'])
  })

  it('clears nothing that was typed while its field was left out', () => {
    const touched = new Map([[1, new Set(['score'])]])
    const emptied = { ...wanted, score: null }
    const again = (unmapped: DecideContext['unmapped'], score: string) =>
      decide(due(baseline(), 'score'), emptied, [record({ score })], context({ touched, unmapped }))
    expect(again(touched, '77').changes['score']).toBeUndefined()
    expect(again(touched, '77').withheld).toMatchObject({ score: 'skipped' })
    expect(again(touched, '1').changes['score']).toMatchObject({ after: null })
    expect(again(new Map(), '77').changes['score']).toMatchObject({ after: null })
  })

  it('makes a constant due, which no column does', () => {
    const base = context({ touched: new Map([[1, new Set(['source'])]]) })
    const fields = [...base.mapping.fields, compiled('source', null, 'text')]
    const withConstant = { ...base, mapping: { ...base.mapping, fields } }
    const values = { ...wanted, source: 'warehouse' }
    const planned = decide(due(baseline()), values, [record({ source: null })], withConstant)
    expect(planned.changes).toEqual({ source: { crm: null, after: 'warehouse' } })
    const untouched = { ...withConstant, touched: new Map() }
    const later = decide(due(baseline(), 'name'), values, [record({ source: null })], untouched)
    expect(Object.keys(later.changes)).toEqual(['name'])
  })
})

describe('a reopened row', () => {
  const reopened = baseline({ reopened: true })
  const edited = record({ name: 'edited by a person' })

  it('sends again what was edited in the CRM where the policy is ours', () => {
    const planned = decide(due(reopened), confirmed, [edited], context())
    expect(planned.changes).toEqual({
      name: { sent: 'Ann', crm: 'edited by a person', after: 'Ann' },
    })
  })

  it.each(['theirs', 'ask'] as const)('leaves an edit alone where the policy is %s', (conflict) => {
    const planned = decide(due(reopened), confirmed, [edited], context({ name: { conflict } }))
    expect(planned.status).toBe('unchanged')
  })

  it('sends a field whose mapping was edited meanwhile, whatever the policy', () => {
    const touched = new Map([[1, new Set(['name'])]])
    const rules = { ...context({ name: { conflict: 'theirs' } }), touched }
    const planned = decide(due(reopened), { ...confirmed, name: 'ANN' }, [record()], rules)
    expect(planned.changes).toEqual({ name: { sent: 'Ann', crm: 'Ann', after: 'ANN' } })
  })

  it.each([
    ['theirs', 'skipped'],
    ['ask', 'conflict'],
  ] as const)('leaves what a person made of it, under %s, as %s', (conflict, disposition) => {
    const rules = context({ name: { conflict } })
    const wants = { ...confirmed, name: 'Anna' }
    const found = [record({ name: 'Person' })]
    const planned = decide(due(baseline(), 'name'), wants, found, rules)
    expect(planned.changes).toEqual({})
    expect(planned.withheld).toEqual({ name: disposition })
    const withheld = baseline({ withheld: { name: disposition } })
    expect(decide(due(withheld, 'name'), wants, found, rules).changes).toEqual({})
  })

  it('empties no field that a person changed, under theirs', () => {
    const rules = context({ name: { conflict: 'theirs' }, sync: { removedRows: 'clear' } })
    const planned = decideRemoved(removed(baseline()), [record({ name: 'Person' })], rules)
    expect(Object.keys(planned.changes)).toEqual(['score'])
  })

  it('looks at a withheld field again, whatever the policy', () => {
    const rules = context({ name: { write: 'if_empty', conflict: 'theirs' } })
    const known = { ...reopened, withheld: { name: 'skipped' } as const }
    const planned = decide(due(known), confirmed, [record({ name: null })], rules)
    expect(planned.changes).toEqual({ name: { sent: 'Ann', crm: null, after: 'Ann' } })
    expect(planned.withheld).toEqual({})
  })

  it('sends what changed in the model, whatever the policy', () => {
    const rules = context({ name: { conflict: 'theirs' } })
    const planned = decide(due(reopened, 'name'), { ...confirmed, name: 'Anna' }, [record()], rules)
    expect(Object.keys(planned.changes)).toEqual(['name'])
  })
})

describe('without a look', () => {
  it('a new row becomes a create', () => {
    expect(decide(due(null), wanted, null, context()).kind).toBe('create')
  })

  it('a create that carries a key of our own is never to be an upsert: the CRM judges the key', () => {
    const base = context()
    const field = compiled('syncline_key', null, 'text').field
    const identified = (valueOf: ((key: string) => string) | null): DecideContext => ({
      ...base,
      mapping: { ...base.mapping, identity: { field, valueOf } },
    })
    const planned = decide(
      due(null),
      wanted,
      null,
      identified((key) => `people:${key}`),
    )
    expect(planned).toMatchObject({ kind: 'create', phase: 1 })
    expect(decide(due(null), wanted, null, identified(null)).phase).toBe(0)
    expect(
      decide(
        due(null),
        wanted,
        [],
        identified((key) => `people:${key}`),
      ).phase,
    ).toBe(0)
  })

  it('a changed row is sent blindly, and what the CRM holds stays unknown', () => {
    const planned = decide(due(baseline(), 'name'), wanted, null, context())
    expect(planned).toMatchObject({ kind: 'update', remoteId: '100' })
    expect(planned.changes).toEqual({ name: { sent: 'Ann', after: 'Anna' } })
    expect(planned.crmValues).toEqual(confirmed)
  })

  it('an edited match value releases the one that was confirmed', () => {
    const values = { ...confirmed, email: 'b@x.com' }
    expect(decide(due(baseline(), 'email'), values, null, context()).releases).toBe('a@x.com')
  })

  it('a row that returned after it was archived becomes a create', () => {
    const planned = decide(due(baseline({ presence: 'archived' })), wanted, null, context())
    expect(planned.kind).toBe('create')
  })
})

describe('a removed row whose match value a run cleared and did not replace', () => {
  const owed = baseline({ matchValue: null, released: 'b@x.com', reopened: true })

  it.each([
    ['ignore', 'created'],
    ['archive', 'adopted'],
  ] as const)('gets the owed one under %s, where it is %s', (removedRows, origin) => {
    const rules = context({ sync: { removedRows } })
    const planned = decideRemoved(removed({ ...owed, origin }), [record({ email: null })], rules)
    expect(planned).toMatchObject({ kind: 'update', presence: 'present', matchValue: 'b@x.com' })
    expect(planned.changes).toEqual({ email: { crm: null, after: 'b@x.com' } })
  })

  it('keeps the one that a person gave it meanwhile', () => {
    const planned = decideRemoved(removed(owed), [record({ email: 'C@x.com' })], context())
    expect(planned).toMatchObject({
      status: 'unchanged',
      presence: 'present',
      matchValue: 'c@x.com',
    })
  })

  it('is forgotten with its record', () => {
    expect(decideRemoved(removed(owed), [], context())).toMatchObject({
      status: 'unchanged',
      presence: 'deleted',
    })
  })

  it('is cleared first, and owed it still', () => {
    const rules = context({ sync: { removedRows: 'clear' } })
    const planned = decideRemoved(removed(owed), [record({ email: null })], rules)
    expect(planned).toMatchObject({ presence: 'cleared', matchValue: null })
    expect(Object.keys(planned.changes).toSorted()).toEqual(['name', 'score'])
  })

  it('gets it once it is cleared', () => {
    const rules = context({ sync: { removedRows: 'clear' } })
    const cleared = removed({ ...owed, presence: 'cleared' })
    const planned = decideRemoved(cleared, [record({ email: null })], rules)
    expect(planned).toMatchObject({ presence: 'cleared', matchValue: 'b@x.com' })
    expect(planned.changes).toEqual({ email: { crm: null, after: 'b@x.com' } })
  })

  it('is cleared and keeps the one that a person gave it meanwhile', () => {
    const rules = context({ sync: { removedRows: 'clear' } })
    const planned = decideRemoved(removed(owed), [record({ email: 'C@x.com' })], rules)
    expect(planned).toMatchObject({ presence: 'cleared', matchValue: 'c@x.com' })
  })
})

describe('a field that is written once, when its record is created', () => {
  const base = context()
  const fields = base.mapping.fields.map((one) => ({
    ...one,
    field: { ...one.field, createOnly: one.field.name === 'name' },
  }))
  const rules = { ...base, mapping: { ...base.mapping, fields } }

  it('is part of a create', () => {
    expect(decide(due(null), wanted, [], rules).changes).toHaveProperty('name')
  })

  it.each([
    ['new', null, []],
    ['known', baseline(), ['name', 'score']],
  ] as const)('rejects a %s row that has another value than its record', (_, known, changed) => {
    const planned = decide(due(known, ...changed), wanted, [record()], rules)
    expect(short(planned)).toEqual({
      kind: 'none',
      status: 'rejected',
      reason: 'field.create_only',
      presence: null,
      hold: 'content',
    })
    expect(planned.message).toContain('name')
  })

  it('lets the other fields pass where it did not change', () => {
    const same = { ...wanted, name: 'Ann' }
    const planned = decide(due(baseline(), 'name', 'score'), same, [record()], rules)
    expect(planned.changes).toEqual({ score: { sent: '1', crm: '1', after: '2' } })
  })

  it('is not sent again where nobody looks, and stays confirmed', () => {
    const same = { ...wanted, name: 'Ann' }
    const planned = decide(due(baseline(), 'name', 'score'), same, null, rules)
    expect(planned.changes).toEqual({ score: { sent: '1', after: '2' } })
    expect(planned.crmValues).toEqual(confirmed)
    expect(decide(due(baseline(), 'name'), wanted, null, rules).reason).toBe('field.create_only')
  })

  it('stays as it is where the row left the model', () => {
    const clearing = { ...rules, sync: { ...rules.sync, removedRows: 'clear' as const } }
    const planned = decideRemoved(removed(baseline()), [record()], clearing)
    expect(Object.keys(planned.changes)).toEqual(['score'])
  })
})

describe('a removed row', () => {
  const archive = context({ sync: { removedRows: 'archive' } })

  it('is left alone under ignore', () => {
    expect(short(decideRemoved(removed(baseline()), [record()], context()))).toEqual({
      kind: 'none',
      status: 'skipped',
      reason: 'removed.ignored',
      presence: null,
      hold: null,
    })
  })

  it.each(['archive', 'delete'] as const)('under %s deletes the record it created', (policy) => {
    const rules = context({ sync: { removedRows: policy } })
    const planned = decideRemoved(removed(baseline()), [record({ email: 'A@X.com' })], rules)
    expect(planned).toMatchObject({
      kind: 'delete',
      status: null,
      remoteId: '100',
      presence: 'archived',
      matchValue: null,
      releases: 'a@x.com',
      changes: {},
    })
  })

  it.each(['clear', 'archive', 'delete'] as const)(
    'under %s spares an adopted record',
    (policy) => {
      const adopted = removed(baseline({ origin: 'adopted' }))
      const rules = context({ sync: { removedRows: policy } })
      expect(short(decideRemoved(adopted, null, rules))).toMatchObject({
        kind: 'none',
        status: 'skipped',
        reason: 'removed.adopted',
        presence: null,
      })
      const allowed = context({ sync: { removedRows: policy, deleteAdopted: true } })
      expect(decideRemoved(adopted, [record()], allowed).status).toBeNull()
    },
  )

  it('whose record is gone needs nothing, and what it held is free', () => {
    const planned = decideRemoved(removed(baseline()), [], archive)
    expect(planned).toMatchObject({
      kind: 'none',
      status: 'unchanged',
      presence: 'deleted',
      matchValue: null,
    })
  })

  it('is deleted by the id that the baseline knows where nobody looked', () => {
    const planned = decideRemoved(removed(baseline()), null, archive)
    expect(planned).toMatchObject({ kind: 'delete', remoteId: '100', releases: 'a@x.com' })
  })

  it('releases nothing where the sync matches nothing', () => {
    const rules = context({ sync: { removedRows: 'archive' }, matches: false })
    expect(decideRemoved(removed(baseline()), [record()], rules).releases).toBeNull()
  })

  it('under clear empties what this sync wrote, and leaves the match field', () => {
    const rules = context({ sync: { removedRows: 'clear' } })
    const planned = decideRemoved(removed(baseline()), [record({ score: '9' })], rules)
    expect(planned).toMatchObject({ kind: 'update', presence: 'cleared', matchValue: 'a@x.com' })
    expect(planned.changes).toEqual({
      name: { crm: 'Ann', after: null },
      score: { crm: '9', after: null },
    })
  })

  describe('under clear, where a field can not be empty', () => {
    const base = context({ sync: { removedRows: 'clear' } })
    const fields = base.mapping.fields.map((one) => ({
      ...one,
      field: { ...one.field, required: one.field.name === 'name' },
    }))
    const rules = { ...base, mapping: { ...base.mapping, fields } }

    it('empties the others', () => {
      const planned = decideRemoved(removed(baseline()), [record()], rules)
      expect(planned).toMatchObject({ kind: 'update', presence: 'cleared' })
      expect(planned.changes).toEqual({ score: { crm: '1', after: null } })
    })

    it('is skipped where there are no others, and not due again', () => {
      const planned = decideRemoved(removed(baseline()), [record({ score: null })], rules)
      expect(short(planned)).toEqual({
        kind: 'none',
        status: 'skipped',
        reason: 'removed.required',
        presence: 'cleared',
        hold: null,
      })
      expect(planned.message).toContain('name')
    })
  })

  it('under clear empties what was confirmed before a write of unknown fate', () => {
    const rules = context({ sync: { removedRows: 'clear' } })
    const known = removed(baseline({ withheld: { name: 'unknown' } }))
    const planned = decideRemoved(known, [record({ score: '' })], rules)
    expect(planned.changes).toEqual({ name: { crm: 'Ann', after: null } })
  })

  it('under clear spares what was withheld, or is empty', () => {
    const rules = context({ sync: { removedRows: 'clear' } })
    const known = removed(baseline({ withheld: { name: 'skipped' } }))
    const planned = decideRemoved(known, [record({ score: '' })], rules)
    expect(short(planned)).toMatchObject({ kind: 'none', status: 'unchanged', presence: 'cleared' })
  })
})

describe('a match value', () => {
  it.each([
    [' A@X.com ', 'a@x.com'],
    [null, null],
  ])('%j is compared as the CRM will hold it: %j', (email, expected) => {
    expect(matchValue({ email }, context())).toBe(expected)
  })

  it('is null where the sync matches nothing', () => {
    expect(matchValue({ email: 'a@x.com' }, context({ matches: false }))).toBeNull()
  })
})
