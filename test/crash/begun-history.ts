/**
 * A history up to what the killed run finds. To play it takes longer than the killed run, so that happens once
 * on each host, and every further history of the scenario begins with a copy: of both databases as they were,
 * and of the CRM by the same requests at the same times, since nothing else ever reaches it.
 */
import type { PushSync } from '../../src/model/sync.ts'
import type { SimRequest } from '../../src/simulator/exchange.ts'
import type { JudgedReport } from '../support/evidence.ts'
import type { FileHost } from '../support/host.ts'
import { keepDatabases, type KeptDatabases } from './kept-databases.ts'
import { markErased, modelTable } from './model.ts'
import type { Scenario } from './scenario.ts'
import { scenarioSync } from './scenarios.ts'
import { openSite, type Site } from './sites.ts'
import { worldLeft } from './world-left.ts'

/** Of the runs so far. */
interface Past {
  /** Of the history, in the databases. */
  readonly name: string
  readonly kept: KeptDatabases
  readonly reports: readonly JudgedReport[]
  readonly requests: readonly Heard[]
  /** When it ended, on the world's monotonic clock. */
  readonly until: number
}

interface Heard {
  readonly at: number
  readonly request: SimRequest
}

let histories = 0
const pasts = new WeakMap<FileHost, Map<Scenario, Past>>()

/** Close it before the host begins another: a copy takes the place of all that is in the ledger. */
export async function begunHistory(host: FileHost, scenario: Scenario): Promise<BegunHistory> {
  const known = pasts.get(host) ?? new Map<Scenario, Past>()
  pasts.set(host, known)
  const past = known.get(scenario)
  if (past !== undefined) return copy(host, scenario, past)
  histories += 1
  const name = `h${histories}`
  const heard: Heard[] = []
  const site = await openSite(scenario, host, name, {
    listen: (request) => heard.push({ at: site.world.clock.monotonic(), request }),
  })
  const history = new BegunHistory(host, scenario, name, site)
  await history.begin()
  known.set(scenario, await keep(host, history, [...heard]))
  return history
}

export class BegunHistory {
  readonly site: Site
  readonly sync: PushSync
  readonly reports: JudgedReport[]
  readonly #host: FileHost
  readonly #scenario: Scenario

  constructor(
    host: FileHost,
    scenario: Scenario,
    name: string,
    site: Site,
    reports: readonly JudgedReport[] = [],
  ) {
    this.site = site
    this.sync = scenarioSync(scenario, name)
    this.reports = [...reports]
    this.#host = host
    this.#scenario = scenario
  }

  async begin(): Promise<void> {
    const { world } = this.site
    const { before, change, hasErased = false } = this.#scenario
    await world.sql(`create schema ${this.sync.name}`)
    await this.sql([modelTable])
    world.clock.pass(60_000)
    for (const step of before) {
      await this.sql(step.sql)
      if (step.run) this.reports.push(await world.run(this.sync))
      // Search finds what was written before.
      world.clock.pass(60_000)
    }
    await this.sql(change)
    if (hasErased) await world.sql(markErased(world.workingSchema, this.sync.name))
  }

  /** Executes what calls the model `customers`. */
  sql(texts: readonly string[]): Promise<void> {
    const table = `${this.sync.name}.customers`
    return this.site.world.sql(...texts.map((text) => text.replace(/\bcustomers\b/, table)))
  }

  /** The whole world as one text. */
  left(): Promise<string> {
    const { world, dump } = this.site
    const { clock, warehouse, workingSchema } = world
    const { name } = this.sync
    return worldLeft({
      warehouse,
      name,
      schemas: [name, workingSchema],
      files: [this.#host.stateFile],
      others: [clock.monotonic(), dump()],
    })
  }

  async close(): Promise<void> {
    const { world } = this.site
    await world.sql(`drop schema ${this.sync.name} cascade`)
    await world.close()
  }
}

async function keep(
  { stateFile }: FileHost,
  { site, sync, reports }: BegunHistory,
  requests: readonly Heard[],
): Promise<Past> {
  const { clock, warehouse } = site.world
  const { name } = sync
  const kept = await keepDatabases({ warehouse, files: [stateFile] }, name)
  return { name, kept, reports: [...reports], requests, until: clock.monotonic() }
}

async function copy(host: FileHost, scenario: Scenario, past: Past): Promise<BegunHistory> {
  const { name, kept, reports, requests, until } = past
  const site = await openSite(scenario, host, name, { runsBefore: reports.length })
  const { clock } = site.world
  await kept.restore()
  const passTo = (time: number): void => clock.pass(time - clock.monotonic())
  for (const { at, request } of requests) {
    passTo(at)
    site.handle(request)
  }
  passTo(until)
  return new BegunHistory(host, scenario, name, site, reports)
}
