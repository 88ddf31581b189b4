/** A column that came for an older change says of newer ones that knew the field what they would have said: nothing is in it. */
import { describe, expect, it } from 'vitest'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'

const change = (hour: number, fields: object, key = 1): object => ({
  object: 'deals',
  key,
  op: 'update',
  event_at: `2026-03-01T${hour}:00:00Z`,
  fields,
})
const older = change(10, { title: 'A', value: 'much' })
const newer = change(11, { title: 'A', value: 5 })
const newest = change(12, { title: 'B' })

describe.each(warehouseNames)('changes in %s whose values are of different kinds', (name) => {
  it('give the same history in each order', async () => {
    const orders = [
      [older, newer, newest],
      [newest, newer, older],
    ]
    const histories: unknown[] = []
    for (const order of orders) {
      const world = await openPullWorld(name)
      // Of integers, as the field is.
      await world.replay([change(13, { title: 'other', value: 1 }, 2)])
      for (const one of order) await world.replay([one])
      histories.push(
        await world.query(
          'select title, cast(value as varchar), value__text from crm.deal_history where id = 1 order by _cdc_start',
        ),
      )
    }
    expect(histories[0]).toEqual([
      ['A', null, 'much'],
      ['A', '5', null],
      ['B', '5', null],
    ])
    expect(histories[1]).toEqual(histories[0])
  })
})
