/** Texts that a warehouse can't hold as texts: nothing of them is changed, and no neighbour waits for them. */
import { describe, expect, it } from 'vitest'
import type { ReadableField } from '../../src/connector/source.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { type PullWorld } from './pull-world.ts'
import { integer, type ScriptedCrm, scriptedCrm, text } from './scripted-crm.ts'

let world: PullWorld

const at = '2026-03-01T10:00:00.000000Z'
const half = 'cut \ud83d'
const escaped = String.raw`"cut \ud83d"`
const list = String.raw`[{"label":"cut \ud83d","value":"x"},{"label":"home","value":"y"}]`
const emails: ReadableField = {
  name: 'emails',
  label: 'Emails',
  kind: 'json',
  elements: { parts: { value: 'text', label: 'text' } },
}

describe.each(warehouseNames)('in %s', (name) => {
  const inJson = name === 'DuckDB' ? 'json_text' : 'json'

  async function opened(): Promise<ScriptedCrm> {
    world = await openPullWorld(name)
    const crm = scriptedCrm()
    crm.fields = [...crm.fields, emails]
    return crm
  }

  it('half of an emoji stands as JSON in a column of its own, beside its neighbours', async () => {
    const crm = await opened()
    for (const key of ['1', '2', '3']) crm.put(key, at, { title: text(`t${key}`) })
    crm.put('2', at, { title: text(half), value: integer(2) })
    expect(await world.read(crm.reader)).toMatchObject({ state: 'succeeded', error: null })
    const rows = `select cast(id as varchar), title, cast(title__${inJson} as varchar), cast(_dirty as varchar) from crm.deals order by id`
    expect(await world.query(rows)).toEqual([
      ['1', 't1', null, 'false'],
      ['2', null, escaped, 'false'],
      ['3', 't3', null, 'false'],
    ])
    const again = await world.read(crm.reader, { kind: 'reconcile' })
    expect(again.objects[0]).toMatchObject({ added: 0, drift: { changed: 0 } })
    crm.now = '2026-03-05T00:00:00.000000Z'
    crm.put('2', '2026-03-04T00:00:00.000000Z', { title: text('whole'), value: integer(2) })
    await world.read(crm.reader, { kind: 'reconcile' })
    expect((await world.query(rows))[1]).toEqual(['2', 'whole', null, 'false'])
  })

  it('U+0000 is kept, and so is what is next to it', async () => {
    const crm = await opened()
    crm.put('1', at, { title: text('a\0b') })
    crm.put('2', at, { title: text('plain') })
    await world.read(crm.reader)
    const shown = name === 'DuckDB' ? 'title' : 'cast(title__json as varchar)'
    expect(await world.query(`select ${shown} from crm.deals where id = 1`)).toEqual([
      [name === 'DuckDB' ? 'a\0b' : String.raw`"a\u0000b"`],
    ])
    expect(await world.query('select title from crm.deals where id = 2')).toEqual([['plain']])
  })

  it('a list with such a text leaves the tables of lists to be read', async () => {
    const crm = await opened()
    crm.put('1', at, { emails: { kind: 'json', text: list } })
    crm.put('2', at, { emails: { kind: 'json', text: '[{"value":"z"}]' } })
    await world.read(crm.reader)
    const column = name === 'DuckDB' ? 'emails__json_text' : 'emails'
    expect(
      await world.query(`select cast(${column} as varchar) from crm.deals where id = 1`),
    ).toEqual([[list]])
    const elements = await world.query(
      'select cast(deal_id as varchar), cast(_position as varchar), value from crm.deals__emails order by 1, 2',
    )
    // DuckDB reads no JSON with half of a pair, and so has no list of that record.
    const odd = [
      ['1', '1', null],
      ['1', '2', 'y'],
    ]
    expect(elements).toEqual([...(name === 'DuckDB' ? [] : odd), ['2', '1', 'z']])
  })
})
