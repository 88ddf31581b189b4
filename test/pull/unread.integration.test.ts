import { describe, expect, it } from 'vitest'
import { Doubts } from '../../src/engine/pull/events/doubts.ts'
import { loadEvents } from '../../src/engine/pull/events/load-events.ts'
import { MetadataBook } from '../../src/engine/pull/events/metadata-book.ts'
import type { FieldChoice } from '../../src/model/sync.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull } from './pull-world.ts'
import { scriptedCrm } from './scripted-crm.ts'

const body = '{"title":"planted"'
const bytes = [0xff, 0x00]

describe.each(warehouseNames)('a webhook that can not be read, in %s,', (name) => {
  /** `[reason, encoding, body]` of what is kept of a text that came twice, and of bytes that are none. */
  async function kept(fields: Partial<FieldChoice>): Promise<readonly unknown[]> {
    const world = await openPullWorld(
      name,
      dealsPull({ fields: { ...dealsPull().fields, ...fields } }),
    )
    const { reader } = scriptedCrm()
    const metadata = new MetadataBook((object) => reader.describe(object), world.clock)
    const unreadable = { state: 'unreadable' as const, reason: 'it is half', word: 'planted\0' }
    const events = { decode: () => [unreadable] }
    const bodies = [Buffer.from(body), Buffer.from(body), Buffer.from(bytes)]
    const entries = bodies.map((one, index) => ({
      position: index + 1,
      connection: 'crm',
      receivedAt: 0,
      headers: {},
      source: null,
      body: one,
    }))
    const told = {
      reader,
      journal: {
        read: (after: number) => Promise.resolve(entries.slice(after, after + 1)),
      },
      events,
      metadata,
      doubts: new Doubts(world.clock),
      objects: ['deals'],
      account: 'acme',
      canAsk: true,
    }
    const counts = await world.loading((context) => loadEvents({ ...context, ...told }, entries))
    expect(counts).toMatchObject({ unreadable: 3 })
    return world.query(
      'select reason, encoding, body from syncline.unread_events order by position',
    )
  }

  it('is kept as it came', async () => {
    const reason = String.raw`it is half: "planted\u0000"`
    const row = [reason, 'utf-8', body]
    expect(await kept({})).toEqual([row, row, [reason, 'base64', '/wA=']])
  })

  it.each([
    { exclude: ['deals.title'] },
    { hash: ['deals.title'], hashSecret: 'a secret of the test' },
    { only: ['deals.value'] },
  ])('is kept as a digest, and no word of it is told, where the sync has %j', async (fields) => {
    const row = ['it is half', 'digest', expect.stringMatching(/^[0-9a-f]{64}$/)]
    const rows = await kept(fields)
    expect(rows).toEqual([row, row, row])
    expect(rows[0]).toEqual(rows[1])
    expect(rows[2]).not.toEqual(rows[1])
  })
})
