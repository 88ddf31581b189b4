/** Sources tell the time to the second, and of one second several things: a record is not left as it was made. */
import { describe, expect, it } from 'vitest'
import { webhookEvents } from '../../src/connector/webhook/events.ts'
import { webhookOptions } from '../../src/connector/webhook/options.ts'
import { loadObject } from '../../src/engine/pull/history/load-object.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { deals } from './scripted-crm.ts'

const events = webhookEvents(
  webhookOptions.parse({
    signature: { secret: 'a-secret-of-a-sender', header: 'X-Signature' },
    event: { key: '/data/id', action: '/action', time: '/at', record: '/data', id: '/id' },
    actions: { made: 'create', changed: 'update', gone: 'delete' },
    objects: { deals: { fields: { title: 'text', due: 'timestamp' } } },
  }),
)
const described = { ...deals, fields: [], resolution: 'second' } as const
const fields = [
  { name: 'title', label: 'title', kind: 'text' },
  { name: 'due', label: 'due', kind: 'timestamp' },
] as const

describe.each(warehouseNames)('in %s, what a webhook tells of one second', (name) => {
  // Whatever the events' ids, by which changes that nothing else tells apart are sorted.
  it.each([
    ['a', 'b', 'c'],
    ['c', 'b', 'a'],
  ])('is in the order in which it can have happened: %s %s %s', async (...ids) => {
    const world = await openPullWorld(name)
    const told = (key: number, action: string, place: number): string =>
      JSON.stringify({
        id: ids[place],
        action,
        at: '2026-03-01T10:00:00Z',
        data: { id: key, title: action, due: '2026-03-02T08:30:00' },
      })
    const bodies = [
      told(1, 'made', 0),
      told(1, 'changed', 1),
      told(2, 'made', 0),
      told(2, 'changed', 1),
      told(2, 'gone', 2),
    ]
    const decoded = bodies.flatMap((body) => events.decode(body, new Map([['deals', described]])))
    const changes = decoded.flatMap((event) => (event.state === 'change' ? [event.change] : []))
    await world.loading((context) => loadObject(context, described, fields, changes))
    expect(
      await world.query('select cast(id as varchar), title, cast(due as varchar) from crm.deals'),
    ).toEqual([['1', 'changed', '2026-03-02 08:30:00']])
  })
})
