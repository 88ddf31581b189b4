/** Lists in fields, as tables of their own. */
import { describe, expect, it } from 'vitest'
import type { ReadableField } from '../../src/connector/source.ts'
import type { KnownValue } from '../../src/model/change.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, pullWorldOn } from './pull-world.ts'
import { integer, march, scriptedCrm } from './scripted-crm.ts'

const labels: readonly ReadableField[] = [
  {
    name: 'label_ids',
    label: 'Labels',
    kind: 'json',
    elements: { kind: 'integer', labels: 'label_ids.labels' },
  },
  { name: 'label_ids.labels', label: 'Label names', kind: 'json' },
]
const people: ReadableField = {
  name: 'people',
  label: 'People',
  kind: 'json',
  elements: {
    parts: { person_id: 'integer', primary: 'boolean', share: 'decimal', note: 'text' },
  },
}

const json = (text: string): KnownValue => ({ kind: 'json', text })

describe.each(warehouseNames)('lists in fields, on %s', (name) => {
  it('have a row for each element of each active version, with its label', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = labels
    const both = { label_ids: json('[3,1]'), 'label_ids.labels': json('["Hot",null]') }
    crm.put('1', march('01T10:00:00'), both)
    crm.put('2', march('01T10:00:00'), { label_ids: json('[]'), 'label_ids.labels': json('[]') })
    crm.put('3', march('01T10:00:00'), { label_ids: null, 'label_ids.labels': null })
    await world.read(crm.reader)
    const shown = `select deal_id::varchar, _position::varchar, value::varchar, label from crm.deals__label_ids order by 1, 2`
    expect(await world.query(shown)).toEqual([
      ['1', '1', '3', 'Hot'],
      ['1', '2', '1', null],
    ])
  })

  it('keep those of earlier versions in the history', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = labels
    crm.put('1', march('01T10:00:00'), {
      label_ids: json('[3]'),
      'label_ids.labels': json('["Hot"]'),
    })
    await world.read(crm.reader)
    crm.put('1', march('02T10:00:00'), {
      label_ids: json('[4]'),
      'label_ids.labels': json('["Cold"]'),
    })
    crm.now = march('03T00:00:00')
    await world.read(crm.reader)
    const all = `select label, (_cdc_end is null)::varchar from crm.deal_history__label_ids order by _cdc_start`
    expect(await world.query(all)).toEqual([
      ['Hot', 'false'],
      ['Cold', 'true'],
    ])
    expect(await world.query('select label from crm.deals__label_ids')).toEqual([['Cold']])
  })

  it('take objects apart, and show what is not of its kind in the element alone', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = [people]
    const element = '{"note":"it\'s","person_id":7,"primary":true,"share":12.5}'
    const other = '{"note":null,"person_id":"seven","primary":"yes","share":12345678901234567890.5}'
    crm.put('1', march('01T10:00:00'), { people: json(`[${element},${other},5]`) })
    await world.read(crm.reader)
    const parts = ['person_id', '"primary"', 'share', 'note'].map(
      (part) => `cast(${part} as varchar)`,
    )
    const shown = `select ${parts.join(', ')} from crm.deals__people order by _position`
    expect(await world.query(shown)).toEqual([
      ['7', 'true', name === 'DuckDB' ? '12.500000000' : '12.5', "it's"],
      [null, null, null, null],
      [null, null, null, null],
    ])
    const [, second] = await world.query(
      `select cast(_element as varchar) from crm.deals__people order by _position`,
    )
    expect(second?.[0]).toContain('"seven"')
  })

  it('show elements as they are in the list, digit by digit', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = [people]
    const elements = [
      '12345678901234567890.5',
      '0.1234567890123456789',
      '1.10',
      '1E5',
      '{"a":[-2.50,"1.50"],"b\\"1.50":{"c":"x"}}',
      '["1.50",-0,true,null,""]',
      '"\\\\"',
      '{"share":2.5,"note":"2.50"}',
    ]
    // A mark of ours in a text of theirs.
    const odd = '{"share":3.5,"note":"\u{e000}1.50"}'
    crm.put('1', march('01T10:00:00'), { people: json(`[${elements.join(',')}]`) })
    crm.put('2', march('01T10:00:00'), { people: json(`[${odd}]`) })
    await world.read(crm.reader)
    const parts = 'cast(share as double precision)::varchar, note'
    const shown = `select cast(_element as varchar), ${parts} from crm.deals__people order by deal_id, _position`
    expect(await world.query(shown)).toEqual([
      ...elements.slice(0, -1).map((element) => [element, null, null]),
      ['{"share":2.5,"note":"2.50"}', '2.5', '2.50'],
      [odd, '3.5', '\u{e000}1.50'],
    ])
  })

  it('have no value for a part with more digits than every warehouse holds', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = [people]
    crm.put('1', march('01T10:00:00'), { people: json('[{"share":1.0000000000000000001}]') })
    await world.read(crm.reader)
    expect(await world.query('select share::varchar from crm.deals__people')).toEqual([[null]])
  })

  it('show an element whose text no column of the warehouse holds', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = [people]
    crm.put('1', march('01T10:00:00'), { people: json(String.raw`[{"note":"a\u0000b"}]`) })
    await world.read(crm.reader)
    const shown = `select cast(_element as varchar), cast(note is null as varchar) from crm.deals__people`
    const isNull = name === 'PostgreSQL' ? 'true' : 'false'
    expect(await world.query(shown)).toEqual([[String.raw`{"note":"a\u0000b"}`, isNull]])
  })

  it('make no rows of what is no list', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = [people]
    crm.put('1', march('01T10:00:00'), { people: json('{"person_id":7}') })
    crm.put('2', march('01T10:00:00'), { people: integer(7) })
    await world.read(crm.reader)
    expect(await world.query('select cast(deal_id as varchar) from crm.deals__people')).toEqual([])
  })

  it('are shown with a field that is met later, and by another preset', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    await world.read(crm.reader)
    crm.fields = [...crm.fields, people]
    crm.put('1', march('01T10:00:00'), { people: json('[{"person_id":7}]') })
    await world.read(crm.reader)
    const sync = dealsPull({ history: { form: 'view', preset: 'fivetran' } })
    await pullWorldOn(world, sync).read(crm.reader)
    const shown = `select cast(person_id as varchar), cast(_fivetran_active as varchar) from crm.deal_history__people`
    expect(await world.query(shown)).toEqual([['7', 'true']])
  })

  it('leave alone what somebody else made under the name', async () => {
    const [world, crm] = [await openPullWorld(name), scriptedCrm()]
    crm.fields = [people]
    crm.put('1', march('01T10:00:00'), { people: json('[]') })
    await world.execute('create schema crm', 'create table crm.deals__people (mine bigint)')
    const { error } = await world.read(crm.reader)
    expect(error).toMatchObject({ code: 'pull.foreign_table' })
    expect(error?.message).toContain('crm.deals__people')
  })
})
