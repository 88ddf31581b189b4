import { describe, expect, it } from 'vitest'
import type { Pin } from '../history/columns/pin.ts'
import { missingPins } from '../history/columns/choose-pins.ts'
import { duckdbDialect as duckdb } from '../sql/dialects/duckdb.ts'
import { choicesFor, type ColumnChoices, matchColumns } from './match-columns.ts'

const hash = '9dc80c50d78a15643bfc4ca79d76156a73a1ca0e'
const field = (name: string, label: string) => ({ name, label, kind: 'text' as const })
const fields = [
  field('title', 'Title'),
  field('owner_id', 'Owner'),
  field('stage_id', 'Stage'),
  field(hash, 'Größe'),
  field(`${hash}.currency`, 'Größe currency'),
  field('a', 'Region'),
  field('b', 'Region'),
]
const nothing: ColumnChoices = { mapped: new Map(), kept: [], ignored: [] }

function matched(
  names: readonly string[],
  { choices = nothing, pins = [] }: { choices?: ColumnChoices; pins?: readonly Pin[] } = {},
): { readonly matched: object; readonly unmatched: object; readonly wrong: readonly string[] } {
  const columns = names.map((name) => ({ name, nativeType: 'VARCHAR', kind: 'text' as const }))
  const found = matchColumns({ columns, key: 'id', fields, pins, choices })
  return {
    matched: Object.fromEntries(found.matched.map((one) => [one.column.name, one.field.name])),
    unmatched: Object.fromEntries(
      found.unmatched.map(({ column, candidates }) => [column, candidates]),
    ),
    wrong: found.wrong,
  }
}

describe('a column of another tool', () => {
  it.each([
    ['title', 'title'],
    ['TITLE', 'title'],
    ['stage', 'stage_id'],
    ['große', hash],
    ['große_currency', `${hash}.currency`],
    [`${hash}_currency`, `${hash}.currency`],
    [hash, hash],
  ])('%s is of the field %s', (column, name) => {
    expect(matched([column])).toEqual({ matched: { [column]: name }, unmatched: {}, wrong: [] })
  })

  it('is of the field whose name it has before it is of one whose label it is', () => {
    expect(matched(['owner', 'owner_id'])).toMatchObject({
      matched: { owner_id: 'owner_id' },
      unmatched: { owner: [] },
    })
  })

  it('is of none where it may be of two, or of nothing', () => {
    expect(matched(['region', 'score'])).toMatchObject({
      matched: {},
      unmatched: { region: ['a', 'b'], score: [] },
    })
  })

  it('may hold what another one of its field could not', () => {
    expect(matched(['title', 'title__json', 'score__json'])).toMatchObject({
      matched: { title: 'title', title__json: 'title' },
      unmatched: { score__json: [] },
    })
  })

  it.each(['id', '_cdc_start', 'dbt_valid_from', '_fivetran_synced', '_dirty'])(
    '%s tells of the tool and not of the record',
    (column) => {
      expect(matched([column])).toEqual({ matched: {}, unmatched: {}, wrong: [] })
    },
  )

  it('is of the field that has such a column of ours', () => {
    const pins = missingPins(duckdb, [], [field('b', 'Region'), field('gone', 'Gone')])
    expect(matched(['b', 'gone'], { pins }).matched).toEqual({ b: 'b', gone: 'gone' })
  })

  it('is what a person says', () => {
    const said = {
      mapped: [
        { object: 'deals', column: 'region', field: 'b' },
        { object: 'persons', column: 'title', field: 'a' },
      ],
      kept: ['deals.old_*'],
      ignored: ['*.tmp', 'persons.*'],
    }
    const choices = choicesFor('deals', said)
    expect(matched(['region', 'title', 'old_score', 'tmp'], { choices })).toEqual({
      matched: { region: 'b', title: 'title', old_score: 'old_score' },
      unmatched: {},
      wrong: [],
    })
  })

  it('is not what a person says that is not there', () => {
    const mapped = new Map([
      ['regoin', 'a'],
      ['region', 'ownr_id'],
    ])
    expect(matched(['region'], { choices: { ...nothing, mapped } }).wrong).toEqual([
      'there is no column regoin; did you mean region?',
      'there is no field ownr_id; did you mean owner_id?',
    ])
  })
})
