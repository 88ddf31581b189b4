import { describe, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import { loadObject } from '../../src/engine/pull/history/load-object.ts'
import type { ObjectReport, PullOptions, PullReport } from '../../src/engine/pull/pull.ts'
import { type WarehouseName, warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import {
  crmOfFourDeals,
  deals,
  heard,
  integer,
  march,
  type ScriptedCrm,
  text,
} from './scripted-crm.ts'

async function open(
  name: WarehouseName,
  wholeReadEveryMs: number,
): Promise<{ readonly world: PullWorld; readonly crm: ScriptedCrm }> {
  const world = await openPullWorld(name, dealsPull({ wholeReadEveryMs }))
  const crm = crmOfFourDeals()
  await world.read(crm.reader)
  crm.now = march('03T00:00:00')
  return { world, crm }
}

const read = async (
  { world, crm }: { readonly world: PullWorld; readonly crm: ScriptedCrm },
  options: Partial<PullOptions> = {},
): Promise<ObjectReport | undefined> => {
  const { objects }: PullReport = await world.read(crm.reader, options)
  return objects[0]
}

describe.each(warehouseNames)('a further run, into %s,', (name) => {
  const never = Number.POSITIVE_INFINITY

  it('reads what changed since the one before it, and a while before that', async () => {
    const opened = await open(name, never)
    opened.crm.put('2', march('02T08:00:00'), { title: text('deal 2'), value: integer(2) })
    expect(await read(opened)).toMatchObject({
      read: 1,
      since: march('01T23:50:00'),
      added: 1,
      drift: { changed: 1, fields: { value: 1 } },
    })
    opened.crm.now = march('04T00:00:00')
    expect(await read(opened)).toMatchObject({ read: 0, since: march('02T23:50:00'), added: 0 })
  })

  it('finds what the CRM showed late, once it goes as far back as that, and not again after', async () => {
    const world = await openPullWorld(
      name,
      dealsPull({ wholeReadEveryMs: never, trailingMs: 3_600_000 }),
    )
    const crm = crmOfFourDeals()
    await world.read(crm.reader)
    const opened = { world, crm }
    const readAt = async (time: string): Promise<ObjectReport | undefined> => {
      crm.now = march(time)
      world.clock.pass(Date.parse(crm.now) - world.clock.now())
      return read(opened)
    }
    expect(await readAt('02T00:30:00')).toMatchObject({ since: march('01T23:50:00'), added: 0 })
    // Done before the first read ended, and shown after the second one, as by a transaction that took so long.
    crm.put('2', march('01T23:20:00'), { title: text('deal 2'), value: integer(2) })
    expect(await readAt('02T00:50:00')).toMatchObject({ since: march('02T00:20:00'), added: 0 })
    expect(await readAt('02T01:00:00')).toMatchObject({ since: march('01T23:00:00'), added: 1 })
    expect(await readAt('02T01:30:00')).toMatchObject({ since: march('02T00:50:00'), added: 0 })
    expect(await readAt('02T02:00:00')).toMatchObject({ since: march('02T00:00:00'), added: 0 })
  })

  it('takes nothing for deleted that it did not read', async () => {
    const opened = await open(name, never)
    opened.crm.records.delete('1')
    expect(await read(opened)).toMatchObject({ read: 0, drift: { deleted: 0, withheld: 0 } })
    expect(await read(opened, { kind: 'reconcile' })).toMatchObject({
      read: 3,
      since: null,
      drift: { deleted: 1 },
    })
  })

  it('reads everything when the last time is too long ago', async () => {
    const opened = await open(name, 1)
    expect(await read(opened)).toMatchObject({ read: 4, since: null })
  })

  it('reads what changed where a due read of everything did not come to its end, and that again hours later', async () => {
    const opened = await open(name, 7 * 86_400_000)
    const { crm, world } = opened
    const readAt = (time: string): Promise<PullReport> => {
      crm.now = march(time)
      world.clock.pass(Date.parse(crm.now) - world.clock.now())
      return world.read(crm.reader)
    }
    crm.beforePage = (page) => {
      if (page > 0) throw new RequestFailure({ kind: 'exhausted', message: 'the day is used up' })
    }
    expect(await readAt('20T00:00:00')).toMatchObject({ error: { code: 'pull.exhausted' } })
    crm.put('2', march('02T08:00:00'), { title: text('deal 2'), value: integer(2) })
    const changes = { since: march('01T23:50:00'), added: 1 }
    expect(await readAt('20T05:00:00')).toMatchObject({ error: null, objects: [changes] })
    crm.beforePage = () => undefined
    expect(await readAt('20T07:00:00')).toMatchObject({ objects: [{ since: null, read: 4 }] })
    expect(await readAt('20T08:00:00')).toMatchObject({ objects: [{ read: 0 }] })
  })

  it('reads what changed after somebody stopped a due read of everything', async () => {
    const opened = await open(name, 7 * 86_400_000)
    const { crm, world } = opened
    crm.now = march('20T00:00:00')
    world.clock.pass(Date.parse(crm.now) - world.clock.now())
    const stop = new AbortController()
    crm.beforePage = () => {
      stop.abort()
      stop.signal.throwIfAborted()
    }
    await expect(read(opened, { signal: stop.signal })).rejects.toThrow(/abort/i)
    crm.beforePage = () => undefined
    crm.put('2', march('02T08:00:00'), { title: text('deal 2'), value: integer(2) })
    expect(await read(opened)).toMatchObject({ since: march('01T23:50:00'), added: 1 })
  })

  it('reads everything once more for a column that is new', async () => {
    const opened = await open(name, never)
    opened.crm.fields = [...opened.crm.fields, { name: 'stage', label: 'Stage', kind: 'text' }]
    for (const key of ['1', '2']) {
      const values = { title: text(`deal ${key}`), value: integer(1), stage: text('won') }
      opened.crm.put(key, march('01T10:00:00'), values)
    }
    expect(await read(opened)).toMatchObject({
      read: 4,
      since: null,
      added: 2,
      completed: 2,
      drift: { changed: 0 },
    })
    expect(await read(opened)).toMatchObject({ read: 0 })
  })

  const withStage = async (): Promise<Awaited<ReturnType<typeof open>>> => {
    const opened = await open(name, never)
    opened.crm.fields = [...opened.crm.fields, { name: 'stage', label: 'Stage', kind: 'text' }]
    for (const key of ['1', '2', '3', '4']) {
      const values = { title: text(`deal ${key}`), value: integer(1), stage: text('won') }
      opened.crm.put(key, march('01T10:00:00'), values)
    }
    return opened
  }
  const stages = 'select distinct stage from crm.deals'

  it('reads everything for a new column although the read that added it failed', async () => {
    const opened = await withStage()
    opened.crm.beforePage = (page) => {
      if (page === 1) throw new RequestFailure({ kind: 'exhausted', message: 'no tokens' })
    }
    expect(await read(opened)).toBeUndefined()
    opened.crm.beforePage = () => undefined
    expect(await read(opened)).toMatchObject({ read: 4, since: null })
    expect(await opened.world.query(stages)).toEqual([['won']])
    expect(await read(opened)).toMatchObject({ since: expect.any(String) as string })
  })

  it.each([
    ['by its metadata', true],
    ['without it', false],
  ])('reads everything for a new column that a webhook added %s', async (_, isForeseen) => {
    const opened = await withStage()
    const { crm, world } = opened
    const told = new Map([['stage', text('won')]])
    const change = heard('1', march('02T23:00:00'), told)
    const foreseen = isForeseen ? crm.fields : []
    await world.loading((context) => loadObject(context, deals, foreseen, [change]))
    expect(await read(opened)).toMatchObject({ read: 4, since: null })
    expect(await world.query(stages)).toEqual([['won']])
    expect(await read(opened)).toMatchObject({ since: expect.any(String) as string })
  })

  it('reads what changed after a value needed a column of another kind', async () => {
    const opened = await open(name, never)
    const { crm, world } = opened
    const change = heard('1', march('02T23:00:00'), new Map([['value', text('many')]]))
    await world.loading((context) => loadObject(context, deals, crm.fields, [change]))
    expect(await read(opened)).toMatchObject({ since: expect.any(String) as string })
  })

  it('begins where the last one that ended well did', async () => {
    const opened = await open(name, never)
    const { crm } = opened
    crm.put('2', march('02T08:00:00'), { title: text('deal 2'), value: integer(2) })
    crm.beforePage = () => {
      throw new RequestFailure({ kind: 'unavailable', message: 'no answer' })
    }
    expect(await read(opened)).toBeUndefined()
    crm.beforePage = () => undefined
    crm.now = march('05T00:00:00')
    expect(await read(opened)).toMatchObject({ read: 1, added: 1 })
  })

  it('does not count a read of everything whose deletions were withheld', async () => {
    const opened = await open(name, never)
    for (const key of ['1', '2', '3']) opened.crm.records.delete(key)
    expect(await read(opened, { kind: 'reconcile' })).toMatchObject({ drift: { withheld: 3 } })
    expect(await read(opened)).toMatchObject({ since: expect.any(String) as string })
    const [[wholeAt]] = (await opened.world.query(
      'select whole_at from syncline.pulled_objects',
    )) as [[string]]
    expect(wholeAt).toBe(march('02T00:00:00'))
  })

  it('tells of withheld deletions, and reads everything again when that is due or asked for', async () => {
    const day = 86_400_000
    const { crm, world } = await open(name, day)
    const runAfter = async (ms: number, options?: Partial<PullOptions>): Promise<PullReport> => {
      await world.clock.sleep(ms)
      crm.now = new Date(world.clock.now()).toISOString().replace('Z', '000Z')
      return world.read(crm.reader, options)
    }
    await runAfter(0, { kind: 'reconcile' })
    for (const key of ['1', '2', '3']) crm.records.delete(key)
    const told = { state: 'failed', error: { code: 'pull.guard' } }
    const changes = {
      since: expect.any(String) as string,
      drift: { withheld: 3, deleted: 0 },
      withheldKeys: [],
    }
    expect(await runAfter(day)).toMatchObject({ ...told, objects: [{ since: null, read: 1 }] })
    expect(await runAfter(60_000)).toMatchObject({ ...told, objects: [changes] })
    expect(await runAfter(day / 2)).toMatchObject({ ...told, objects: [changes] })
    expect(await runAfter(day / 2)).toMatchObject({ ...told, objects: [{ since: null }] })
    expect(await runAfter(60_000)).toMatchObject({ ...told, objects: [changes] })
    expect(await runAfter(60_000, { force: true })).toMatchObject({
      error: null,
      objects: [{ since: null, drift: { withheld: 0, deleted: 3 } }],
    })
    expect(await runAfter(60_000, { force: true })).toMatchObject({
      error: null,
      objects: [{ since: expect.any(String) as string, drift: { withheld: 0 } }],
    })
  })
})
