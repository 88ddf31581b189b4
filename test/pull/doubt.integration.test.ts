import { beforeEach, describe, expect, it } from 'vitest'
import { explainRecord } from '../../src/engine/pull/history/explain-record.ts'
import { fetchDirty } from '../../src/engine/pull/events/dirty.ts'
import { loadObject } from '../../src/engine/pull/history/load-object.ts'
import type { Change } from '../../src/model/change.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, type PullWorld } from './pull-world.ts'
import { deals, heard, integer, scriptedCrm, type ScriptedCrm, text } from './scripted-crm.ts'

let world: PullWorld

const at = '2026-03-01T10:00:00.000000Z'
const change = (key: string, rest: Partial<Change>): Change => ({
  ...heard(key, at, new Map()),
  id: `${key} ${rest.op ?? 'update'}`,
  ...rest,
})

describe.each(warehouseNames)('a record that is in doubt, in %s,', (name) => {
  beforeEach(async () => {
    world = await openPullWorld(name)
  })

  /** Loads the changes, and asks for what they leave in doubt. */
  async function load(
    crm: ScriptedCrm,
    changes: readonly Change[],
  ): Promise<{ readonly inDoubt: readonly string[]; readonly left: readonly string[] }> {
    return world.loading(async (context) => {
      const metadata = { ...deals, fields: crm.fields, resolution: 'second' } as const
      const { inDoubt } = await loadObject(context, deals, crm.fields, changes)
      const left = await fetchDirty({ ...context, reader: crm.reader }, metadata, inDoubt)
      return { inDoubt, left }
    })
  }
  const versionsOf = async (key: string): Promise<readonly unknown[]> => {
    const life = await explainRecord(world.warehouse, 'syncline', dealsPull(), deals, key)
    return life.versions.map(({ dirty, end, values }) => [values['title'], end, dirty])
  }

  it('is fetched, and is as the CRM shows it then', async () => {
    const crm = scriptedCrm()
    crm.put('1', at, { title: text('whole'), value: integer(2) })
    const partial = change('1', { fields: new Map([['value', integer(1)]]) })
    expect(await load(crm, [partial])).toEqual({ inDoubt: ['1'], left: [] })
    expect((await versionsOf('1')).at(-1)).toEqual(['whole', null, false])
  })

  it('ends when the CRM has it no more', async () => {
    const crm = scriptedCrm()
    expect(await load(crm, [change('1', { op: 'gap' })])).toEqual({ inDoubt: ['1'], left: [] })
    crm.put('2', at, { title: text('whole'), value: integer(2) })
    await load(crm, [change('2', {})])
    crm.records.delete('2')
    crm.now = '2026-03-05T00:00:00.000000Z'
    const gap = change('2', { op: 'gap', eventAt: '2026-03-04T00:00:00.000000Z' })
    expect(await load(crm, [gap])).toEqual({ inDoubt: ['2'], left: [] })
    expect((await versionsOf('2')).at(-1)).toEqual(['whole', crm.now, false])
  })

  it('stays so while the CRM tells what is older than the news', async () => {
    const crm = scriptedCrm()
    crm.put('1', at, { title: text('old'), value: integer(2) })
    crm.now = '2026-03-01T09:59:59.000000Z'
    expect(await load(crm, [change('1', {})])).toEqual({ inDoubt: ['1'], left: ['1'] })
  })
})
