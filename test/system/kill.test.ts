/** Real processes, really killed: the CRM and the databases are outside of them, as in production. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { statement } from '../../src/core/sql/working-schema.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import type { Row } from '../../src/model/value.ts'
import { type HubSpotServer, serveHubSpot } from '../../src/simulator/hubspot/serve.ts'
import { DuckDbWarehouse } from '../../src/warehouse/duckdb/duckdb-warehouse.ts'
import { duckdbOptions } from '../../src/warehouse/duckdb/options.ts'
import { deathsAt } from '../crash/edges.ts'
import { modelTable } from '../crash/model.ts'
import { scenarioNamed, scenarioSync } from '../crash/scenarios.ts'
import { seedPortal } from '../crash/sites.ts'
import type { JudgedReport } from '../support/evidence.ts'
import { createFlowingClock } from '../support/flowing-clock.ts'
import { gatherEvidence } from '../support/gather-evidence.ts'
import { hubspotHistory } from '../support/hubspot-history.ts'
import { judge } from '../support/judge.ts'
import type { KilledPush } from './killed-push.ts'

const entry = join(import.meta.dirname, 'killed-push.ts')

/** Kills per scenario, spread evenly over the edges at which the outside differs. */
const sample = 10

interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

function spawnPush(push: KilledPush): Promise<Ended> {
  const child = spawn(process.execPath, [entry, JSON.stringify(push)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (_code, signal) => resolve({ signal, output }))
  })
}

/** A project of files, its CRM, and the processes that work on them. */
class KillSite {
  readonly hubspot: HubSpotServer
  readonly reports: JudgedReport[] = []
  readonly #scenario: string
  readonly #directory = mkdtempSync(join(tmpdir(), 'syncline-kill-'))
  readonly #database = join(this.#directory, 'warehouse.duckdb')
  #runs = 0

  private constructor(hubspot: HubSpotServer, scenario: string) {
    this.hubspot = hubspot
    this.#scenario = scenario
  }

  /** A site where all that precedes the scenario's change has happened, and the change, too. */
  static async open(scenario: string): Promise<KillSite> {
    const site = new KillSite(await serveHubSpot({ port: 0 }), scenario)
    const { before, change } = scenarioNamed(scenario)
    seedPortal(site.hubspot.simulator)
    await site.#sql([modelTable])
    for (const { sql, run } of before) {
      await site.#sql(sql)
      if (run) await site.push(null)
    }
    await site.#sql(change)
    return site
  }

  /** The edges of a push that lives, or the one where it was killed. */
  async push(at: number | null): Promise<readonly string[]> {
    this.#runs += 1
    const { signal, output } = await spawnPush({
      scenario: this.#scenario,
      url: this.hubspot.url,
      directory: this.#directory,
      database: this.#database,
      runId: `run${this.#runs}`,
      at,
    })
    const last = output.trim().split('\n').at(-1) ?? ''
    const expected = at === null ? null : 'SIGKILL'
    if (signal !== expected) throw new Error(`ended by ${signal}, not ${expected}: ${last}`)
    if (at !== null) return [last]
    const ended = JSON.parse(last) as { edges: string[]; report: JudgedReport }
    this.reports.push(ended.report)
    return ended.edges
  }

  async complaints(): Promise<readonly string[]> {
    const ledger = await openSqliteLedger(join(this.#directory, 'state.db'))
    const warehouse = this.#warehouse()
    const witness = {
      workingSchema: 'syncline',
      ledger,
      query: (text: string): Promise<readonly Row[]> =>
        warehouse.session((session) => session.query(statement(text))),
    }
    const sync = scenarioSync(scenarioNamed(this.#scenario), 'main')
    const history = hubspotHistory(this.hubspot.simulator.dump())
    const evidence = await gatherEvidence(witness, history, sync, this.reports, [])
    await warehouse.close()
    await ledger.close()
    return judge(evidence)
  }

  async close(): Promise<void> {
    await this.hubspot.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  async #sql(texts: readonly string[]): Promise<void> {
    const warehouse = this.#warehouse()
    await warehouse.session((session) => session.execute(texts.map((text) => statement(text))))
    await warehouse.close()
  }

  #warehouse(): DuckDbWarehouse {
    return new DuckDbWarehouse(
      duckdbOptions.parse({ path: this.#database, create: true, threads: 1 }),
      {
        clock: createFlowingClock(Date.now()),
        directory: this.#directory,
      },
    )
  }
}

async function killedAt(scenario: string, at: number): Promise<readonly string[]> {
  const site = await KillSite.open(scenario)
  try {
    const [edge] = await site.push(at)
    await site.push(null)
    return (await site.complaints()).map((each) => `${at} ${edge}: ${each}`)
  } finally {
    await site.close()
  }
}

describe.each(['create', 'update'])('a process killed with SIGKILL in the scenario %s', (name) => {
  it('leaves what the next process makes good', async () => {
    const undisturbed = await KillSite.open(name)
    const edges = await undisturbed.push(null)
    expect(await undisturbed.complaints()).toEqual([])
    await undisturbed.close()
    const deaths = deathsAt(edges)
    const chosen = Array.from(
      { length: sample },
      (_, index) => deaths[Math.floor(((index + 0.5) * deaths.length) / sample)] ?? 1,
    )
    const wrong: string[] = []
    for (const at of chosen) wrong.push(...(await killedAt(name, at)))
    expect(wrong).toEqual([])
  })
})
