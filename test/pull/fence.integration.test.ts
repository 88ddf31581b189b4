import { describe, expect, it } from 'vitest'
import { createRead, createStaging } from '../../src/core/history/tables/create.ts'
import { knownObject } from '../../src/engine/pull/history/pulled-object.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { deals, integer, scriptedCrm, text } from './scripted-crm.ts'

describe.each(warehouseNames)('a pull into %s whose lease was lost', (name) => {
  it('loads nothing any more, whatever it had read', async () => {
    const world = await openPullWorld(name)
    const crm = scriptedCrm()
    crm.put('1', '2026-03-01T10:00:00.000000Z', { title: text('A'), value: integer(1) })
    const { reader } = crm
    await world.read(reader)
    const slow = {
      ...reader,
      list: async (...asked: Parameters<typeof reader.list>) => {
        // It was silent for so long that another worker took over.
        await world.clock.sleep(120_000)
        await world.loading(() => Promise.resolve())
        crm.put('1', '2026-03-01T11:00:00.000000Z', { title: text('B'), value: integer(2) })
        return reader.list(...asked)
      },
    }
    await expect(world.read(slow)).rejects.toMatchObject({
      code: 'ledger.lease_lost',
    })
    expect(await world.query('select title from crm.deal_history')).toEqual([['A']])
  })

  it('can not empty what the worker that took over has read', async () => {
    const world = await openPullWorld(name)
    const crm = scriptedCrm()
    const changed = (value: number): void => {
      for (const key of ['1', '2', '3', '4']) {
        crm.put(key, '2026-03-01T10:00:00.000000Z', { title: text(key), value: integer(value) })
      }
    }
    changed(1)
    await world.read(crm.reader)
    const old = await world.loading((context) => Promise.resolve(context))
    changed(2)
    crm.records.delete('4')
    crm.now = '2026-03-03T00:00:00.000000Z'
    const scratch = async (): Promise<readonly unknown[]> =>
      (await world.query('select table_name from information_schema.tables'))
        .map(([table]) => table ?? '')
        .filter((table) => table.startsWith('crm__deals__'))
    const { fetch } = crm.reader
    const { objects } = await world.read({
      ...crm.reader,
      // All pages are in; the worker before, which stood still, goes on where it was.
      fetch: async (...asked: Parameters<typeof fetch>) => {
        await world.warehouse.session(async (session) => {
          const { pins, tables } = await knownObject(old, session, deals)
          await session.execute(createRead(old.dialect, tables, pins))
          await session.execute(createStaging(old.dialect, tables, pins))
        })
        expect(await scratch()).toHaveLength(3)
        return fetch(...asked)
      },
    })
    expect(objects[0]?.drift).toMatchObject({ changed: 3, deleted: 1 })
    // What it left goes when the next one opens.
    expect(await scratch()).toHaveLength(2)
    await world.loading(() => Promise.resolve())
    expect(await scratch()).toEqual([])
  })

  it('takes nothing from a table that does not hold what was read', async () => {
    const world = await openPullWorld(name)
    const crm = scriptedCrm()
    crm.put('1', '2026-03-01T10:00:00.000000Z', { title: text('A'), value: integer(1) })
    await world.read(crm.reader)
    crm.records.delete('1')
    const { fetch } = crm.reader
    const emptying = {
      ...crm.reader,
      fetch: async (...asked: Parameters<typeof fetch>) => {
        const found = await fetch(...asked)
        const [[table]] = (await world.query(
          "select table_name from information_schema.tables where table_name like 'crm__deals__%__read'",
        )) as [[string]]
        await world.execute(`insert into syncline."${table}" (_key) values ('9')`)
        return found
      },
    }
    crm.now = '2026-03-03T00:00:00.000000Z'
    const { error } = await world.read(emptying)
    expect(error).toMatchObject({
      code: 'pull.internal',
      message: expect.stringContaining('holds 2 rows of 1') as string,
    })
    expect(await world.query('select title from crm.deals')).toEqual([['A']])
  })
})
