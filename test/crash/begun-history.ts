/**
 * A history up to what the killed run finds, or up to what a process finds that comes after dead ones. To play it
 * takes longer than the run that is looked at, so that happens once on each host, and every further history of the
 * scenario begins with a copy: of both databases as they were, and of the CRM by the same requests at the same
 * times, since nothing else ever reaches it.
 */
import type { PushSync } from '../../src/model/sync.ts'
import type { SimRequest } from '../../src/simulator/exchange.ts'
import type { JudgedReport } from '../support/evidence.ts'
import type { FileHost } from '../support/host.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { keepDatabases, type KeptDatabases } from './kept-databases.ts'
import { markErased, modelTable } from './model.ts'
import type { Scenario } from './scenario.ts'
import { scenarioSync } from './scenarios.ts'
import { openSite, type Site, smallBatches } from './sites.ts'
import { worldLeft } from './world-left.ts'

/** Of the processes so far. */
interface Past {
  /** Of the history, in the databases. */
  readonly name: string
  readonly kept: KeptDatabases
  readonly reports: readonly JudgedReport[]
  readonly deaths: readonly Death[]
  readonly requests: readonly Heard[]
  /** When it ended, on the world's monotonic clock. */
  readonly until: number
}

/** Names of the edges that a process passed; the last is where it died. */
type Death = readonly string[]

interface Heard {
  readonly at: number
  readonly request: SimRequest
}

type Witness = (edge: string) => Promise<void>

let histories = 0
const pasts = new WeakMap<FileHost, Map<string, Past>>()

/**
 * `kills`: the numbers of the edges at which processes died one after the other. Close it before the host begins
 * another: a copy takes the place of all that is in the ledger.
 */
export async function begunHistory(
  host: FileHost,
  scenario: Scenario,
  kills: readonly number[] = [],
): Promise<BegunHistory> {
  const known = pasts.get(host) ?? new Map<string, Past>()
  pasts.set(host, known)
  const name = `${scenario.name} ${kills.join(' ')}`
  const past = known.get(name)
  if (past !== undefined) return copy(host, scenario, past)
  const begun = await (kills.length === 0 ? begin(host, scenario) : goOn(host, scenario, kills))
  known.set(name, await begun.keep(known.size))
  return begun
}

async function begin(host: FileHost, scenario: Scenario): Promise<BegunHistory> {
  histories += 1
  const history = await BegunHistory.open(host, scenario, { name: `h${histories}` })
  await history.begin()
  return history
}

async function goOn(
  host: FileHost,
  scenario: Scenario,
  kills: readonly number[],
): Promise<BegunHistory> {
  const history = await begunHistory(host, scenario, kills.slice(0, -1))
  await history.work(kills.at(-1) ?? null)
  return history
}

export class BegunHistory {
  readonly site: Site
  readonly sync: PushSync
  readonly reports: JudgedReport[]
  readonly deaths: Death[]
  readonly #host: FileHost
  readonly #scenario: Scenario
  readonly #heard: Heard[]

  static async open(
    host: FileHost,
    scenario: Scenario,
    before: Pick<Past, 'name'> & Partial<Past>,
  ): Promise<BegunHistory> {
    const { name, reports = [], deaths = [], requests = [] } = before
    const heard = [...requests]
    const site: Site = await openSite(scenario, host, name, {
      runsBefore: reports.length + deaths.length,
      listen: (request) => heard.push({ at: site.world.clock.monotonic(), request }),
    })
    return new BegunHistory(host, scenario, site, { name, reports, deaths, heard })
  }

  private constructor(
    host: FileHost,
    scenario: Scenario,
    site: Site,
    past: Pick<Past, 'name' | 'reports' | 'deaths'> & { readonly heard: Heard[] },
  ) {
    this.site = site
    this.sync = scenarioSync(scenario, past.name)
    this.reports = [...past.reports]
    this.deaths = [...past.deaths]
    this.#host = host
    this.#scenario = scenario
    this.#heard = past.heard
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

  /**
   * A run of what the killed process finds new, which dies at the edge with the number `at`, if there is one. It
   * may also end by its own error, as it should without a kill. `witness` as in `CrashingProcess`.
   */
  async work(at: number | null, witness?: Witness): Promise<readonly string[]> {
    const { during, options, repair } = this.#scenario
    const process = new CrashingProcess(at, witness === undefined ? {} : { witness })
    try {
      await this.site.world.run({ ...this.sync, ...during }, options, (base) =>
        process.wrap(smallBatches(base)),
      )
    } catch (error) {
      const isExpected = process.dead || repair !== undefined
      if (!isExpected) throw error
      if (error instanceof Crash && !process.dead) throw error
    }
    if (process.dead) this.deaths.push(process.edges)
    return process.edges
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

  /** `number` is no other's on this host. */
  async keep(number: number): Promise<Past> {
    const { clock, warehouse } = this.site.world
    const { name } = this.sync
    const files = [this.#host.stateFile]
    return {
      name,
      kept: await keepDatabases({ warehouse, files }, `${name}_${number}`),
      reports: [...this.reports],
      deaths: [...this.deaths],
      requests: [...this.#heard],
      until: clock.monotonic(),
    }
  }

  async close(): Promise<void> {
    const { world } = this.site
    await world.sql(`drop schema ${this.sync.name} cascade`)
    await world.close()
  }
}

async function copy(host: FileHost, scenario: Scenario, past: Past): Promise<BegunHistory> {
  const history = await BegunHistory.open(host, scenario, past)
  const { clock } = history.site.world
  await past.kept.restore()
  const passTo = (time: number): void => clock.pass(time - clock.monotonic())
  for (const { at, request } of past.requests) {
    passTo(at)
    history.site.handle(request)
  }
  passTo(past.until)
  return history
}
