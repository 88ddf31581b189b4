import { describe, expect, it } from 'vitest'
import type { KnownValue } from '../../../model/change.ts'
import { duckdbDialect as duckdb } from '../../sql/dialects/duckdb.ts'
import { postgresDialect as postgres } from '../../sql/dialects/postgres.ts'
import type { Pin } from './pin.ts'
import { missingPins, pinsForHomeless } from './choose-pins.ts'

const hash = '9dc80c50d78a15643bfc4ca79d76156a73a1ca0e'
const field = (name: string, label = name, kind: KnownValue['kind'] = 'text') => ({
  name,
  label,
  kind,
})
const names = (pins: readonly Pin[]): readonly string[] => pins.map((pin) => pin.name)

describe('the column of a field', () => {
  it.each([
    ['stage_id', 'Stage', 'stage_id'],
    ['StageName', 'Stage', 'stage_name'],
    ['Region__c', 'Region', 'region_c'],
    ['ARRValue', 'ARR', 'arr_value'],
    [hash, 'Vertragsgröße (€)', 'vertragsgroße'],
    [`${hash}.currency`, 'Budget currency', 'budget_currency'],
    [hash, '3rd party?', 'field_3rd_party'],
    [hash, '取引先', '取引先'],
    [hash, '???', 'field'],
    ['id', 'ID', 'id_2'],
    ['dbt_valid_from', 'Valid from', 'dbt_valid_from_2'],
  ])('%s, called %s, is %s', (name, label, column) => {
    expect(names(missingPins(duckdb, [], [field(name, label)]))).toEqual([column])
  })

  it('is free of collisions, also where only the case differs', () => {
    const wanted = [field(hash, 'Region'), field(`${hash.slice(1)}f`, 'REGION'), field('region')]
    expect(names(missingPins(duckdb, [], wanted))).toEqual(['region', 'region_2', 'region_3'])
  })

  it('stays what it was when the label is renamed', () => {
    const before = missingPins(duckdb, [], [field(hash, 'Region')])
    expect(missingPins(duckdb, before, [field(hash, 'Territory')])).toEqual([])
  })

  it('is joined by another when the kind becomes one that does not fit', () => {
    const before = missingPins(duckdb, [], [field('score', 'Score', 'integer')])
    const after = missingPins(duckdb, before, [field('score', 'Score', 'text')])
    expect(names(after)).toEqual(['score__text'])
    expect(missingPins(duckdb, [...before, ...after], [field('score', 'Score', 'text')])).toEqual(
      [],
    )
  })

  it.each([
    ['decimal', 'integer'],
    ['json', 'text'],
  ] as const)('of kind %s holds %s as well', (held, kind) => {
    const before = missingPins(duckdb, [], [field('score', 'Score', held)])
    expect(missingPins(duckdb, before, [field('score', 'Score', kind)])).toEqual([])
  })

  it('is as long as the warehouse allows, and two long ones stay two', () => {
    const long = 'a'.repeat(80)
    const pins = names(missingPins(postgres, [], [field(`${long}1`), field(`${long}2`)]))
    expect(new Set(pins).size).toBe(2)
    expect(pins.every((name) => name.length === 63)).toBe(true)
  })
})

describe('a value that fits into no column', () => {
  const score = missingPins(duckdb, [], [field('score', 'Score', 'integer')])
  const pinsFor = (value: KnownValue): readonly Pin[] =>
    pinsForHomeless(duckdb, score, new Map([['score', value]]))

  it('gets one of its own kind', () => {
    const [pin] = pinsFor({ kind: 'text', text: 'high' })
    expect(pin).toMatchObject({ field: 'score', label: 'Score', name: 'score__text', kind: 'text' })
  })

  it('goes where everything fits when it is too large for its kind', () => {
    expect(names(pinsFor({ kind: 'integer', text: '9'.repeat(30) }))).toEqual(['score__json'])
  })

  it('stands as JSON in a text where the warehouse has no type for it', () => {
    const half = { kind: 'text', text: 'cut \ud83d' } as const
    const title = missingPins(duckdb, [], [field('title', 'Title', 'text')])
    const [pin] = pinsForHomeless(duckdb, title, new Map([['title', half]]))
    expect(pin).toMatchObject({ name: 'title__json_text', kind: 'text', isSource: true })
    const byField = new Map([['title', half]])
    expect(names(pinsForHomeless(postgres, title, byField))).toEqual(['title__json'])
    expect(names(pinsForHomeless(duckdb, [], byField))).toEqual(['title'])
  })
})
