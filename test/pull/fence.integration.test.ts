import { afterEach, describe, expect, it } from 'vitest'
import { createPullWorld, type PullWorld, warehouseNames } from './pull-world.ts'
import { integer, scriptedCrm, text } from './scripted-crm.ts'

let world: PullWorld
afterEach(() => world.close())

describe.each(warehouseNames)('a pull into %s whose lease was lost', (name) => {
  it('loads nothing any more, whatever it had read', async () => {
    world = await createPullWorld(name)
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
})
