/** A pull whose state is lost goes on from what stands in the warehouse, once somebody said that it may. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LoadCollaborators } from '../../src/engine/pull/pull.ts'
import { recoverPull, type RecoveredPull } from '../../src/engine/pull/recover-pull.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import type { PullSync } from '../../src/model/sync.ts'
import type { Warehouse } from '../../src/warehouse/warehouse.ts'
import { deathsAt } from '../crash/edges.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { createFlowingClock } from '../support/flowing-clock.ts'
import { createPlainHost } from '../support/plain-host.ts'
import { warehouseNames } from '../support/empty-warehouse.ts'
import { epoch, keepLease } from '../support/world.ts'
import { openPullWorld } from './open-pull-world.ts'
import { dealsPull, pullWorldOn, type Wrap } from './pull-world.ts'
import { scriptedCrm, type ScriptedCrm, text } from './scripted-crm.ts'

let directory: string
const ledgers: Ledger[] = []
/** By itself no read but the first is of everything. */
const seldom = { wholeReadEveryMs: null }

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

/** In a process of its own. */
async function recover(
  ledger: Ledger,
  warehouse: Warehouse,
  sync: PullSync,
  wrap: Wrap = (same) => same,
): Promise<RecoveredPull> {
  const clock = createFlowingClock(epoch)
  const base: LoadCollaborators = {
    sync,
    warehouse,
    ledger,
    workingSchema: 'syncline',
    clock,
    random: Math.random,
    progress: () => undefined,
  }
  const lease = await keepLease(ledger, clock, sync.name, 'recoverer')
  const options = { runId: 'recovery', kind: 'run', signal: new AbortController().signal } as const
  try {
    return await recoverPull(wrap(base), lease, options)
  } finally {
    await ledger.releaseLease(lease.current())
  }
}

function crmWith(...keys: readonly string[]): ScriptedCrm {
  const crm = scriptedCrm()
  for (const key of keys) crm.put(key, '2026-03-01T10:00:00.000000Z', { title: text(`t${key}`) })
  return crm
}

/** As time goes by in the CRM: one record is edited, one is gone. */
function moveOn(crm: ScriptedCrm): void {
  crm.put('1', '2026-03-02T10:00:00.000000Z', { title: text('renamed') })
  crm.records.delete('2')
  crm.now = '2026-03-03T00:00:00.000000Z'
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
    expect(await recover(after.ledger, world.warehouse, world.sync)).toEqual({
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
    expect(await recover(world.ledger, world.warehouse, world.sync)).toMatchObject({
      runs: 1,
      objects: 0,
    })
  })
})

describe.each(warehouseNames)('a pull that erased records, and whose %s is lost', (name) => {
  it('loads nothing until somebody knows that nobody can tell who they were', async () => {
    const world = await openPullWorld(name, dealsPull(seldom))
    const crm = crmWith('1', '2', '3')
    await world.read(crm.reader)
    expect(await recover(world.ledger, world.warehouse, world.sync)).toMatchObject({
      lostErasures: null,
    })
    await world.erase({ object: 'deals', id: '2' })
    // As long as it tells them, there is nothing to decide.
    expect(await recover(world.ledger, world.warehouse, world.sync)).toMatchObject({
      lostErasures: null,
    })
    await world.execute('drop schema syncline cascade', 'drop schema crm cascade')
    await expect(world.read(crm.reader)).rejects.toMatchObject({
      code: 'state.lost_erasures',
      message: expect.stringMatching(/^Sync crm: records were erased, last at 20\S+Z, and the/),
    })
    expect(await recover(world.ledger, world.warehouse, world.sync)).toMatchObject({
      lostErasures: expect.any(Number) as number,
    })
    await world.erase({ object: 'deals', id: '2' })
    await world.read(crm.reader)
    expect(await world.query('select cast(id as varchar) from crm.deals order by id')).toEqual([
      ['1'],
      ['3'],
    ])
  })
})

describe('a recovery that is killed', () => {
  it('before it could tell that nobody knows who was erased, lets nothing be loaded', async () => {
    const host = await createPlainHost()
    const lost = async (at: number) => {
      const name = `e${at}`
      const sync = dealsPull({ ...seldom, name, schema: name })
      const world = pullWorldOn(host, sync)
      const crm = crmWith('1', '2', '3')
      await world.read(crm.reader)
      await world.erase({ object: 'deals', id: '2' })
      await world.execute('drop schema syncline cascade', `drop schema ${name} cascade`)
      return { crm, sync, world }
    }
    const recorded = new CrashingProcess(null)
    await recover(host.ledger, host.warehouse, (await lost(0)).sync, recorded.wrapStores)
    const told = recorded.edges.indexOf('ledger.keepErasure after')
    for (const at of deathsAt(recorded.edges.slice(0, told), false)) {
      const { crm, sync, world } = await lost(at)
      const { wrapStores } = new CrashingProcess(at)
      await expect(recover(host.ledger, host.warehouse, sync, wrapStores)).rejects.toThrow(Crash)
      await expect(world.read(crm.reader)).rejects.toMatchObject({ code: 'state.lost_erasures' })
      expect((await recover(host.ledger, host.warehouse, sync)).lostErasures).not.toBeNull()
      await world.read(crm.reader)
    }
    await host.close()
  })

  it('at any edge, is ended by the next one', async () => {
    const host = await createPlainHost()
    const lived = async (at: number) => {
      const name = `r${at}`
      const crm = crmWith('1', '2', '3')
      const sync = dealsPull({ ...seldom, name, schema: name })
      await pullWorldOn(host, sync).read(crm.reader)
      return { crm, sync, ledger: await newState() }
    }
    const recorded = new CrashingProcess(null)
    const undisturbed = await lived(0)
    await recover(undisturbed.ledger, host.warehouse, undisturbed.sync, recorded.wrapStores)
    for (const at of deathsAt(recorded.edges, false)) {
      const { crm, sync, ledger } = await lived(at)
      const { wrapStores } = new CrashingProcess(at)
      await expect(recover(ledger, host.warehouse, sync, wrapStores)).rejects.toThrow(Crash)
      await recover(ledger, host.warehouse, sync)
      moveOn(crm)
      const report = await pullWorldOn({ ledger, warehouse: host.warehouse }, sync).read(crm.reader)
      expect([at, report.objects[0]]).toMatchObject([
        at,
        { since: null, drift: { created: 0, changed: 1, deleted: 1 } },
      ])
    }
    await host.close()
  })
})
