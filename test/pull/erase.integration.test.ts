/** A planted person is in every place that a pull keeps people's data in; then in none, and stays out. */
import { describe, expect, it } from 'vitest'
import type { LoadCollaborators } from '../../src/engine/pull/pull.ts'
import { statement } from '../../src/core/sql/working-schema.ts'
import { hashOf } from '../../src/engine/pull/hashed.ts'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { ids, plantDeals, planted, tablesWith } from './planted-deals.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import { march, type ScriptedCrm, scriptedCrm, text } from './scripted-crm.ts'

async function lived(
  name: WarehouseName,
  sync = dealsPull(),
): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> {
  const world = await openPullWorld(name, sync)
  return { world, crm: await plantDeals(world) }
}

describe.each(warehouseNames)('erase from %s', (name) => {
  it('finds records by a value of any version or change, and leaves nothing of them', async () => {
    const { world } = await lived(name)
    await world.execute(
      `create table syncline.crm__deals__read as select '${planted}' as title`,
      `insert into syncline.unread_events (sync, position, encoding, body) values ('crm', 1, 'utf-8', '{"to":"planted.person\\u0040example.com'), ('crm', 2, 'base64', '${Buffer.from(`\u00ff${planted}`, 'latin1').toString('base64')}'), ('crm', 3, 'utf-8', 'other')`,
      // As a journal that was restored gives positions out once more.
      `insert into syncline.unread_events (sync, position, encoding, body) values ('crm', 1, 'utf-8', 'another')`,
    )
    expect(await tablesWith(world, 'planted')).toEqual([
      'crm.deal_history',
      'crm.deal_history__emails',
      'crm.deal_history__latest',
      'crm.deal_history__past',
      'crm.deals',
      'crm.deals__emails',
      'crm.deals_changes',
      'syncline.crm__deals__read',
      'syncline.unread_events',
    ])
    expect(await world.erase({ value: ` ${planted} ` })).toEqual({
      sync: 'crm',
      objects: [
        {
          object: 'deals',
          records: 3,
          keptOut: 3,
          changes: 4,
          versions: 4,
          mentions: [],
          hasMoreMentions: false,
        },
      ],
      unread: 2,
      waiting: { removed: 0, left: 0 },
    })
    expect(await tablesWith(world, 'planted')).toEqual([])
    expect(await ids(world)).toEqual([['3'], ['4']])
    expect(await world.query('select body from syncline.unread_events order by 1')).toEqual([
      ['another'],
      ['other'],
    ])
  })

  it('lets no read and no file bring a record back, and counts those left out', async () => {
    const { world, crm } = await lived(name)
    await world.erase({ value: planted })
    crm.now = march('05T00:00:00')
    const report = await world.read(crm.reader, { kind: 'reconcile' })
    expect(report.objects[0]).toMatchObject({
      read: 4,
      added: 0,
      erased: 2,
      drift: { created: 0, changed: 0, deleted: 0, withheld: 0 },
    })
    const lines = ['5', '6'].map((key) => {
      const fields = { title: `again ${key}` }
      return { object: 'deals', key, op: 'create', event_at: march('06T00:00:00'), fields }
    })
    const replayed = await world.replay(lines)
    expect(replayed.objects[0]).toMatchObject({ read: 2, added: 1, erased: 1 })
    expect(await ids(world)).toEqual([['3'], ['4'], ['6']])
    const told = ({ runId }: typeof report): Promise<unknown> =>
      world.query(
        `select cast(d.read as varchar), cast(d.erased as varchar), cast(r.skipped as varchar), cast(r.unchanged as varchar) from syncline.reads as d join syncline.runs as r on r.run_id = d.run_id where d.run_id = '${runId}'`,
      )
    expect(await told(report)).toEqual([['4', '2', '2', '2']])
    expect(await told(replayed)).toMatchObject([['2', '1', '1', expect.any(String)]])
  })

  it('leaves a record that has the value among other words, and names it', async () => {
    const { world, crm } = await lived(name)
    crm.put('3', march('05T10:00:00'), { title: text(`Call ${planted} back`) })
    crm.now = march('06T00:00:00')
    await world.read(crm.reader)
    const { objects } = await world.erase({ value: planted })
    expect(objects[0]).toMatchObject({ records: 3, mentions: ['3'], hasMoreMentions: false })
    expect(await world.erase({ object: 'deals', id: '3' })).toMatchObject({
      objects: [{ object: 'deals', records: 1, mentions: [] }],
    })
    expect(await tablesWith(world, 'planted')).toEqual([])
  })

  it('finds a person beside what the warehouse can not hold but as the source of JSON', async () => {
    const { world, crm } = await lived(name)
    const odd = [{ value: planted }, { value: 'cut \ud83d' }]
    crm.put('6', march('02T10:00:00'), { emails: { kind: 'json', text: JSON.stringify(odd) } })
    await world.read(crm.reader)
    expect((await world.erase({ value: planted })).objects[0]?.mentions).toEqual([])
    expect(await world.query('select cast(id as text) from crm.deals where id = 6')).toEqual([])
  })

  it('finds a person by the hash of the value, too', async () => {
    const fields = { ...dealsPull().fields, hash: ['deals.title'], hashSecret: 's3cret' }
    const { world } = await lived(name, dealsPull({ fields }))
    // The second has the value itself; of the first one's, the hash is of another spelling.
    expect(await world.erase({ value: planted })).toMatchObject({
      objects: [{ records: 2 }],
    })
    expect(await ids(world)).toEqual([['1'], ['3'], ['4']])
  })

  it('finds a person by hashes within lists, each of which is that of the same text elsewhere', async () => {
    const fields = {
      ...dealsPull().fields,
      hash: ['deals.title', 'deals.emails'],
      hashSecret: 's3cret',
    }
    const { world } = await lived(name, dealsPull({ fields }))
    const emails = `select cast(emails as varchar) from crm.deals where id = 2`
    const [[list]] = (await world.query(emails)) as [[string]]
    expect(JSON.parse(list)).toEqual([
      { value: hashOf('a@x.com', 's3cret'), primary: true },
      { value: hashOf(planted, 's3cret'), primary: true },
    ])
    const joined = `select cast(d.id as varchar) from crm.deals__emails as e join crm.deal_history as d on d.title = e."value"`
    expect(await world.query(joined)).toEqual([['5']])
    expect(await world.erase({ value: planted })).toMatchObject({ objects: [{ records: 2 }] })
    expect(await ids(world)).toEqual([['1'], ['3'], ['4']])
  })

  it('finds letters that the database does not lower, as they were typed', async () => {
    const world = await openPullWorld(name, dealsPull(), "template template0 locale 'C'")
    const crm = scriptedCrm()
    crm.fields = [...crm.fields, { name: 'emails', label: 'Emails', kind: 'json' }]
    const at = march('01T10:00:00')
    crm.put('1', at, { title: text('JÜRGEN MÜLLER') })
    crm.put('2', at, { emails: { kind: 'json', text: '[{"value":"JÜRGEN MÜLLER"}]' } })
    crm.put('3', at, { title: text('Call JÜRGEN MÜLLER') })
    crm.put('4', at, { title: text('jürgen müller') })
    await world.read(crm.reader)
    expect(await world.erase({ value: 'JÜRGEN MÜLLER' })).toMatchObject({
      objects: [{ records: 3, mentions: ['3'] }],
    })
  })

  it('keeps out by its id what was never met, and leaves no id in its tombstone', async () => {
    const { world } = await lived(name)
    expect(await world.erase({ object: 'deals', id: '990017' })).toMatchObject({
      objects: [{ records: 0, keptOut: 1, changes: 0 }],
    })
    const at = march('06T00:00:00')
    const line = { object: 'deals', key: 990017, op: 'create', event_at: at, fields: { value: 1 } }
    expect((await world.replay([line])).objects[0]).toMatchObject({ added: 0, erased: 1 })
    expect(await tablesWith(world, '990017')).toEqual([])
    await world.erase({ object: 'deals', id: '990017' })
    expect(await world.query('select object from syncline.erased')).toEqual([['deals']])
  })

  it('finds nothing the second time, and nothing of somebody unknown', async () => {
    const { world } = await lived(name)
    await world.erase({ value: planted })
    expect(await world.erase({ value: planted })).toMatchObject({ objects: [], unread: 0 })
    expect(await world.erase({ value: 'nobody@x.com' })).toMatchObject({ objects: [], unread: 0 })
    expect(await ids(world)).toEqual([['3'], ['4']])
  })

  it('loads nothing where the tombstones are of another state', async () => {
    const { world, crm } = await lived(name)
    await world.erase({ object: 'deals', id: '3' })
    await world.execute(`update syncline.erased set state_id = 'another'`)
    const { error } = await world.read(crm.reader)
    expect(error).toMatchObject({ code: 'pull.lost_tombstones', place: { file: 'syncs/crm.yaml' } })
    expect(await ids(world)).not.toContainEqual(['3'])
  })

  it('is refused to a worker whose lease another took, and nothing is lost', async () => {
    const { world } = await lived(name)
    const before = await tablesWith(world, planted)
    await expect(world.erase({ value: planted }, robbed)).rejects.toMatchObject({
      code: 'warehouse.fenced',
    })
    expect(await tablesWith(world, planted)).toEqual(before)
  })
})

/** Another worker takes over once the working schema is open. */
function robbed(base: LoadCollaborators): LoadCollaborators {
  const { warehouse } = base
  let sessions = 0
  return {
    ...base,
    warehouse: {
      dialect: warehouse.dialect,
      sortBytes: warehouse.sortBytes,
      close: () => warehouse.close(),
      session: async (work) => {
        sessions += 1
        const stolen = statement('update syncline.syncs set fence = fence + 1')
        if (sessions === 2) await warehouse.session((session) => session.execute([stolen]))
        return warehouse.session(work)
      },
    },
  }
}
