import { describe, expect, it } from 'vitest'
import type { Field, ObjectSchema } from '../../model/field.ts'
import type { FieldMapping, PushSync } from '../../model/sync.ts'
import type { Column } from '../../model/value.ts'
import { columnMapping } from './column-mapping.ts'
import { columnProblems, compileMapping } from './compile.ts'
import { type Reference, referenceNames } from './lookup.ts'
import {
  type CompiledMapping,
  fieldKnowledge,
  fieldMappings,
  mapRow,
  mappedColumns,
} from './mapping.ts'

function field(name: string, rest: Partial<Field> = {}): Field {
  return { name, label: name, type: 'text', writable: true, unique: false, lookup: false, ...rest }
}

function from(name: string, source: string, rest: Partial<FieldMapping> = {}): FieldMapping {
  return { ...columnMapping(name, source), ...rest }
}

function column(name: string, kind: Column['kind'] = 'text'): Column {
  return { name, kind, nativeType: kind }
}

function sync(fields: readonly FieldMapping[], match: PushSync['match'] = null): PushSync {
  return {
    type: 'push',
    name: 'scores',
    place: { file: 'syncs/scores.yaml' },
    places: new Map(),
    tags: [],
    warehouse: 'warehouse',
    model: { kind: 'table', schema: null, table: 'scores' },
    key: 'id',
    crm: 'crm',
    object: 'contacts',
    match,
    mode: 'upsert',
    removedRows: 'ignore',
    deleteAdopted: false,
    ifDeleted: 'skip',
    readBefore: true,
    fields,
    associations: [],
    transform: null,
    guards: {
      maxChanges: { percent: 50 },
      maxClears: { percent: 50 },
      maxDeletes: { percent: 1 },
      failOnRejected: 0,
      allowEmptyModel: false,
    },
    after: [],
    schedules: [],
    shared: false,
    renamedFrom: null,
    bulkFrom: null,
    maxCallsPerDay: null,
  }
}

const schema: ObjectSchema = {
  object: 'contacts',
  label: 'Contacts',
  fields: new Map(
    [
      field('email', { unique: true, lookup: true }),
      field('score', { type: 'number' }),
      field('owner', { type: 'reference', references: 'owners' }),
      field('pipeline', { type: 'reference', references: 'pipelines' }),
      field('stage', { type: 'reference', references: 'stages' }),
      field('born', { type: 'date' }),
      field('created', { writable: false }),
    ].map((each) => [each.name, each]),
  ),
  required: [],
}

function compile(
  pushed: PushSync,
  columns: readonly Column[],
  references: CompiledMapping['references'] = new Map(),
): ReturnType<typeof compileMapping> {
  const normalise = ({ name }: Field, value: string): string =>
    name === 'email' ? value.trim().toLowerCase() : value
  const lists = ['owners', 'pipelines', 'stages']
  const ownKey = 'syncline_key'
  return compileMapping({ sync: pushed, schema, columns, normalise, references, lists, ownKey })
}

function mapping(...args: Parameters<typeof compile>): CompiledMapping {
  const compiled = compile(...args)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems))
  return compiled.mapping
}

describe('the mappings of a sync', () => {
  const match = { field: 'email', column: 'mail' }

  it('begin with the match field, which every create carries', () => {
    expect(fieldMappings(sync([from('score', 'points')], match))).toEqual([
      from('email', 'mail'),
      from('score', 'points'),
    ])
  })

  it('hold the match field once where it is mapped already', () => {
    const fields = [from('score', 'points'), from('email', 'mail', { sensitive: true })]
    expect(fieldMappings(sync(fields, match))).toEqual(fields)
  })

  it('read each column once, and none for a constant', () => {
    const constant = from('born', '', { source: { from: 'constant', value: '2026-01-01' } })
    const fields = [from('score', 'points'), constant, from('owner', 'points')]
    expect(mappedColumns(sync(fields, match))).toEqual(['mail', 'points'])
  })
})

describe('compiling a mapping', () => {
  it('joins fields, metadata and columns', () => {
    const match = { field: 'email', column: 'mail' }
    const columns = [column('mail'), column('points', 'integer')]
    const compiled = mapping(sync([from('score', 'points')], match), columns)
    expect(compiled.fields.map((each) => [each.field.name, each.column])).toEqual([
      ['email', 0],
      ['score', 1],
    ])
    expect(compiled.match?.field.name).toBe('email')
    const knowledge = fieldKnowledge(compiled)
    expect([...knowledge.fields.keys()]).toEqual(['email', 'score'])
    expect(knowledge.identity?.name).toBe('email')
    const email = knowledge.fields.get('email')
    expect(email && knowledge.normalise(email, ' A@X.com ')).toBe('a@x.com')
  })

  it('matches nothing where the sync does not', () => {
    expect(mapping(sync([from('score', 'points')]), [column('points')]).match).toBeNull()
  })

  it('lists all problems, not only the first', () => {
    const fields = [from('scor', 'points'), from('created', 'points'), from('score', 'flag')]
    expect(compile(sync(fields), [column('points'), column('flag', 'boolean')])).toEqual({
      ok: false,
      problems: [
        {
          code: 'unknown_field',
          field: 'scor',
          name: 'scor',
          candidates: [...schema.fields.keys()],
        },
        { code: 'read_only', field: 'created', name: 'created', candidates: [] },
        { code: 'mistyped', field: 'score', name: 'boolean → number', candidates: [] },
      ],
    })
  })

  it('takes a column of any kind for a lookup, whose result is what the field holds', () => {
    const fields = [from('owner', 'mail', { lookup: 'owners.email' })]
    expect(compile(sync(fields), [column('mail', 'text_array')]).ok).toBe(true)
  })

  it('refuses a constant that its field can not hold, once and by what is wrong with it', () => {
    const constant = (name: string, value: string | null, more: Partial<FieldMapping> = {}) =>
      from(name, '', { source: { from: 'constant', value }, ...more })
    const problem = { code: 'constant', field: 'score', candidates: [] }
    expect(compile(sync([constant('score', 'many')]), [])).toEqual({
      ok: false,
      problems: [{ ...problem, name: 'score: "many" is not a number' }],
    })
    expect(compile(sync([constant('score', 'many', { sensitive: true })]), [])).toEqual({
      ok: false,
      problems: [{ ...problem, name: 'score: "•••" is not a number' }],
    })
    const fine = [constant('score', null), constant('owner', 'a', { lookup: 'owners.email' })]
    expect(compile(sync(fine), []).ok).toBe(true)
  })

  it('does not judge a constant by a column', () => {
    const constant = from('score', '', { source: { from: 'constant', value: '5' } })
    expect(mapping(sync([constant]), []).fields[0]?.column).toBeNull()
  })
})

describe('the columns that a mapping names', () => {
  const available = [
    column('id', 'integer'),
    { ...column('blob', 'unsupported'), nativeType: 'BLOB' },
  ]

  it('are fine where the model has them', () => {
    expect(columnProblems(['id'], available)).toEqual([])
  })

  it('are listed with those that exist where it lacks them', () => {
    expect(columnProblems(['ids'], available)).toEqual([
      { code: 'unknown_column', field: 'ids', name: 'ids', candidates: ['id', 'blob'] },
    ])
  })

  it('are refused with their type where it is not taken', () => {
    expect(columnProblems(['blob'], available)).toEqual([
      { code: 'unsupported_column', field: 'blob', name: 'BLOB', candidates: [] },
    ])
  })
})

describe('mapping a row', () => {
  it('gives each field its value from its column, or the constant', () => {
    const constant = from('email', '', { source: { from: 'constant', value: 'a@x.com' } })
    const compiled = mapping(sync([constant, from('score', 'points'), from('born', 'day')]), [
      column('day', 'date'),
      column('points', 'integer'),
    ])
    expect(mapRow([null, '9007199254740993'], compiled)).toEqual({
      ok: true,
      values: { email: 'a@x.com', score: '9007199254740993', born: null },
    })
  })

  it('rejects the row when one field can not hold its value', () => {
    const compiled = mapping(sync([from('email', 'mail'), from('score', 'mail')]), [column('mail')])
    expect(mapRow(['a@x.com'], compiled)).toMatchObject({ ok: false, reason: 'value.not_a_number' })
  })

  it('turns an instant into a date in the zone of the field', () => {
    const compiled = mapping(sync([from('born', 'at', { timeZone: 'America/Los_Angeles' })]), [
      column('at', 'timestamp_tz'),
    ])
    expect(mapRow(['2026-03-02T07:30:00.000000Z'], compiled)).toEqual({
      ok: true,
      values: { born: '2026-03-01' },
    })
  })
})

describe('a lookup', () => {
  const ids = referenceNames([
    { name: 'Ann@x.com', id: '11', parent: null },
    { name: 'Kim', id: '12', parent: null },
    { name: 'kim', id: '13', parent: null },
  ])
  const fields = [from('owner', 'name', { lookup: 'owners.email' })]
  const compiled = mapping(sync(fields), [column('name')], new Map([['owner', ids]]))

  it.each([
    ['ann@x.com', '11'],
    [' Ann@X.com ', '11'],
    [null, null],
  ])('of %j gives %j', (name, owner) => {
    expect(mapRow([name], compiled)).toEqual({ ok: true, values: { owner } })
  })

  it.each([
    [
      'am@x.com',
      'lookup.unknown',
      'owner: no owners.email is "am@x.com"; there are Ann@x.com, Kim, kim',
    ],
    ['', 'lookup.unknown', 'owner: no owners.email is ""; there are Kim, kim, Ann@x.com'],
    ['Kim', 'lookup.ambiguous', 'owner: several owners.email are "Kim": 12, 13'],
  ])('of %j is refused: %s', (name, reason, message) => {
    expect(mapRow([name], compiled)).toEqual({ ok: false, reason, message })
  })

  it('finds nothing in a list that was not read', () => {
    const without = mapping(sync(fields), [column('name')])
    expect(mapRow(['ann@x.com'], without)).toEqual({
      ok: false,
      reason: 'lookup.unknown',
      message: 'owner: no owners.email is "ann@x.com"; there are none',
    })
  })

  it('tells the nearest of many, and how many there are', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      id: `${index}`,
      name: `person${index}@x.com`,
      parent: null,
    }))
    const list = new Map([['owner', referenceNames(many)]])
    const [name] = ['persn7@x.com']
    expect(mapRow([name], mapping(sync(fields), [column('name')], list))).toMatchObject({
      message: expect.stringMatching(
        /there are person7@x.com, person0@x.com, .*, … \(40 in all\)$/,
      ),
    })
  })

  it('looks for the nearest of so many wrong names only, and then tells how many there are', () => {
    const many = Array.from({ length: 25_000 }, (_, index) => ({
      id: `${index}`,
      name: `n${index}`,
      parent: null,
    }))
    const list = new Map([['owner', referenceNames(many)]])
    const bounded = mapping(sync(fields), [column('name')], list)
    const told = ['x0', 'x1', 'x2', 'X1'].map((name) => mapRow([name], bounded))
    expect(told.map((row) => (row.ok ? '' : row.message.replace(/.*there are /, '')))).toEqual([
      'n0, n1, n2, n3, n4, … (25000 in all)',
      'n1, n0, n2, n3, n4, … (25000 in all)',
      '25000',
      'n1, n0, n2, n3, n4, … (25000 in all)',
    ])
  })

  it('of a sensitive value tells none that are near', () => {
    const secret = [from('owner', 'name', { lookup: 'owners.email', sensitive: true })]
    const masked = mapping(sync(secret), [column('name')], new Map([['owner', ids]]))
    expect(mapRow(['am@x.com'], masked)).toMatchObject({
      message: 'owner: no owners.email is "•••"',
    })
  })
})

describe('a lookup in a list whose entries belong to another', () => {
  const stage = (name: string, id: string, pipeline: string): Reference => ({
    id,
    name,
    parent: { list: 'pipelines', id: pipeline },
  })
  const references = new Map([
    [
      'pipeline',
      referenceNames([
        { name: 'New business', id: '1', parent: null },
        { name: 'Renewals', id: '2', parent: null },
      ]),
    ],
    [
      'stage',
      referenceNames([stage('Won', '10', '1'), stage('Won', '20', '2'), stage('Lost', '11', '1')]),
    ],
  ])
  const columns = [column('stage'), column('pipeline')]
  const stageOnly = [from('stage', 'stage', { lookup: 'stages.label' })]
  const withPipeline = [...stageOnly, from('pipeline', 'pipeline', { lookup: 'pipelines.label' })]

  it.each([
    ['Won', 'New business', '10'],
    ['Won', 'Renewals', '20'],
    ['Lost', null, '11'],
  ])('finds %j of the pipeline %j, wherever that is mapped', (name, pipeline, id) => {
    for (const fields of [withPipeline, withPipeline.toReversed()]) {
      const compiled = mapping(sync(fields), columns, references)
      expect(mapRow([name, pipeline], compiled)).toMatchObject({ ok: true, values: { stage: id } })
    }
  })

  it('takes the pipeline by its id as well', () => {
    const constant = from('pipeline', '', { source: { from: 'constant', value: '2' } })
    const compiled = mapping(sync([...stageOnly, constant]), columns, references)
    expect(mapRow(['Won', null], compiled)).toMatchObject({ ok: true, values: { stage: '20' } })
  })

  it('finds nothing that belongs to another pipeline than the row', () => {
    expect(mapRow(['Lost', 'Renewals'], mapping(sync(withPipeline), columns, references))).toEqual({
      ok: false,
      reason: 'lookup.unknown',
      message: 'stage: no stages.label is "Lost", in the row\'s pipelines; there are Won',
    })
  })

  it('refuses what several pipelines have where the sync maps none, and says what to map', () => {
    expect(mapRow(['Won', null], mapping(sync(stageOnly), columns, references))).toEqual({
      ok: false,
      reason: 'lookup.ambiguous',
      message:
        'stage: several stages.label are "Won": 10, 20; map the field that names one of the pipelines, too',
    })
  })
})
