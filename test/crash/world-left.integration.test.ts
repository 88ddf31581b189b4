import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlainHost } from '../support/plain-host.ts'
import type { FileHost } from '../support/host.ts'
import { begunHistory } from './begun-history.ts'
import { lastNamed } from './edges.ts'
import { type Judged, killedHistory } from './killed-history.ts'
import type { Scenario } from './scenario.ts'
import { scenarioNamed, scenarios } from './scenarios.ts'

const scenario = scenarioNamed('create')

describe('the world that a dead process leaves', () => {
  let host: FileHost
  let edges: readonly string[]
  beforeAll(async () => {
    host = await createPlainHost()
    edges = (await killedHistory(host, scenario, [])).passed[0] ?? []
  })
  afterAll(() => host.close())

  /** How many worlds there are to judge after these deaths, one each. */
  async function worldsLeftAt(...deaths: readonly number[]): Promise<number> {
    const judged: Judged = new Map()
    for (const at of deaths) await killedHistory(host, scenario, [at], judged)
    return judged.size
  }

  it('is the same where the process only read', async () => {
    const before = lastNamed(edges, 'warehouse.query before')
    expect(edges[before]).toBe('warehouse.query after')
    expect(await worldsLeftAt(before, before + 1)).toBe(1)
  })

  it.each([
    ['the warehouse', 'warehouse.execute merge'],
    ['the ledger', 'ledger.transition planned/delivery_started'],
    ['the CRM', 'crm.create'],
    ['the time', 'crm.account'],
  ])('is another where the process changed %s', async (_, call) => {
    const after = lastNamed(edges, `${call} after`)
    const before = edges.slice(0, after).lastIndexOf(`${call} before`) + 1
    expect(await worldsLeftAt(before, after)).toBe(2)
  })
})

describe('the copy of a begun history', () => {
  let host: FileHost
  beforeAll(async () => {
    host = await createPlainHost()
  })
  afterAll(() => host.close())

  async function worldBegun(of: Scenario): Promise<string> {
    const begun = await begunHistory(host, of)
    try {
      return await begun.left()
    } finally {
      await begun.close()
    }
  }

  it.each(scenarios.filter(({ before }) => before.length > 0))(
    'finds the world of the first in the scenario "$name"',
    async (of) => {
      const first = await worldBegun(of)
      expect(first).toContain('customers')
      // A whole history between them leaves nothing.
      await killedHistory(host, of, [])
      expect(await worldBegun(of)).toBe(first)
    },
  )
})
