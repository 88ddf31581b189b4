/** A pull whose state is lost goes on from what stands in the warehouse, once somebody said that it may. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { epoch } from '../support/world.ts'
import { seldom } from './erased-deals.ts'
import { crmWith, moveOn } from './moving-crm.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, pullWorldOn } from './pull-world.ts'
import { recover } from './recover-world.ts'

let directory: string
const ledgers: Ledger[] = []

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'syncline-recover-'))
})
afterEach(async () => {
  for (const ledger of ledgers.splice(0)) await ledger.close()
  rmSync(directory, { recursive: true, force: true })
})

async function newState(): Promise<Ledger> {
  const ledger = await openSqliteLedger(join(directory, `state-${ledgers.length}.db`))
  ledgers.push(ledger)
  return ledger
}

describe.each(warehouseNames)('a pull into %s whose state is lost', (name) => {
  it('reads everything after its recovery, and has each version once', async () => {
    const world = await openPullWorld(name, dealsPull(seldom))
    const crm = crmWith('1', '2', '3')
    await world.read(crm.reader)
    const after = pullWorldOn({ ledger: await newState(), warehouse: world.warehouse }, world.sync)
    moveOn(crm)
    await expect(after.read(crm.reader)).rejects.toMatchObject({
      code: 'state.diverged',
      message: 'Sync crm: the history in syncline was written under another state.',
    })
    expect(await recover(after)).toEqual({
      sync: 'crm',
      runs: 0,
      objects: 1,
      lostTombstones: [],
      lostErasures: null,
    })
    const report = await after.read(crm.reader)
    expect(report.objects[0]).toMatchObject({
      since: null,
      drift: { created: 0, changed: 1, deleted: 1 },
    })
    expect((await after.read(crm.reader)).objects[0]?.since).not.toBeNull()
    const history =
      'select cast(id as varchar), title from crm.deal_history order by id, _cdc_start'
    expect(await world.query(history)).toEqual([
      ['1', 't1'],
      ['1', 'renamed'],
      ['2', 't2'],
      ['3', 't3'],
    ])
  })

  it('is the same where it never ran, and gives up what the state left at work', async () => {
    const world = await openPullWorld(name)
    await world.loading(({ ledger, lease, runId }) =>
      ledger.createRun(lease.current(), {
        id: runId,
        kind: 'run',
        state: 'pulling',
        startedAt: epoch,
      }),
    )
    expect(await recover(world)).toMatchObject({
      runs: 1,
      objects: 0,
    })
  })
})
