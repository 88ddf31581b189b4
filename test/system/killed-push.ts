/**
 * A push in a process of its own, which may kill itself at an edge: `node killed-push.ts '<json>'`.
 * The last line of its output is what it passed and what it reports. Waits take no time.
 */
import { createBudgetBook } from '../../src/connector/http/budget-book.ts'
import { createUndiciTransport } from '../../src/connector/http/undici-transport.ts'
import { hubspot as connector } from '../../src/connector/hubspot/connector.ts'
import type { Collaborators } from '../../src/engine/context.ts'
import { everything } from '../../src/engine/push/plan/model.ts'
import { runPush } from '../../src/engine/push/push.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { localToken } from '../../src/simulator/hubspot/hubspot.ts'
import { DuckDbWarehouse } from '../../src/warehouse/duckdb/duckdb-warehouse.ts'
import { duckdbOptions } from '../../src/warehouse/duckdb/options.ts'
import { scenarioNamed, scenarioSync } from '../crash/scenarios.ts'
import { smallBatches } from '../crash/sites.ts'
import { CrashingProcess } from '../support/crashing.ts'
import { createFlowingClock } from '../support/flowing-clock.ts'
import { keepLease } from '../support/world.ts'

export interface KilledPush {
  readonly scenario: string
  readonly url: string
  readonly directory: string
  readonly database: string
  readonly runId: string
  /** The edge to die at; null to live. */
  readonly at: number | null
}

const push = JSON.parse(process.argv[2] ?? '') as KilledPush

const clock = createFlowingClock(Date.now())
const sync = scenarioSync(scenarioNamed(push.scenario), 'main')
const ledger = await openSqliteLedger(`${push.directory}/state.db`)
const warehouse = new DuckDbWarehouse(duckdbOptions.parse({ path: push.database, threads: 1 }), {
  clock,
  directory: push.directory,
})
const transport = createUndiciTransport()
const crm = connector.open(
  connector.options.parse({ base_url: push.url, access_token: localToken }),
  { clock, random: Math.random, transport, budgets: createBudgetBook(clock) },
)
const base: Collaborators = {
  sync,
  siblings: [],
  connector,
  crm,
  warehouse,
  ledger,
  workingSchema: 'syncline',
  clock,
  random: Math.random,
  progress: () => undefined,
  connectionCap: null,
  concurrency: 1,
  retentionDays: 30,
}
const dying = new CrashingProcess(push.at, {
  die: (edge) => {
    process.stdout.write(`${edge}\n`)
    process.kill(process.pid, 'SIGKILL')
    throw new Error(`survived ${edge}`)
  },
})
const collaborators = dying.wrap(smallBatches(base))
const lease = await keepLease(collaborators.ledger, clock, sync.name, push.runId)
const report = await runPush(collaborators, lease, {
  runId: push.runId,
  kind: 'run',
  first: true,
  force: false,
  selection: everything,
  signal: new AbortController().signal,
})
await ledger.releaseLease(lease.current())
await warehouse.close()
await ledger.close()
await transport.close()
process.stdout.write(`${JSON.stringify({ edges: dying.edges, report })}\n`)
