/**
 * One history by seed: a model that changes, a CRM with bad days, people who edit in it, processes
 * that die; then quiet, and the judge. The same seed plays the same history.
 */
import { SynclineError } from '../../src/model/error.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { Chance } from '../../src/simulator/chance.ts'
import { CrashingProcess } from '../support/crashing.ts'
import type { Evidence, JudgedReport } from '../support/evidence.ts'
import { gatherEvidence } from '../support/gather-evidence.ts'
import { judge } from '../support/judge.ts'
import type { Host } from '../support/host.ts'
import type { Wrap } from '../support/world.ts'
import { type Cell, countCells, type FaultCounts, kindsIn } from './cells.ts'
import { ModelTable, modelColumns } from './model-table.ts'
import type { Scene, Stage, Variant } from './stage.ts'

export interface Played {
  readonly seed: number
  readonly complaints: readonly string[]
  readonly faults: FaultCounts
  readonly crashes: number
  readonly runs: number
  readonly edits: number
}

/** What may end a run while the CRM has a bad day. */
const badDays = new Set([
  'push.exhausted',
  'push.unreachable',
  'push.refused',
  'push.request',
  'push.empty_model',
  'push.job_under_way',
  'push.job_refused',
])
/**
 * As many as it takes until one delivers nothing, and no more than this: where a row of a ring of claims can't get its value, as
 * people merged its record, each run gives the value of one more.
 */
const quietRuns = 5
/** Kinds of fault that a schedule meets at least. */
const leastKinds = 3
/** Runs that a schedule gets beyond its own, for what did not come about in those. */
const mostMoreRuns = 8
const dayMs = 86_400_000

/** What a schedule is to have and this one had not: it proves less than it is counted for. */
export function lacks({ faults, crashes, edits }: Omit<Played, 'complaints'>): readonly string[] {
  const kinds = kindsIn(faults).size
  return [
    ...(crashes === 0 ? ['no crash'] : []),
    ...(edits === 0 ? ['no edit by a person'] : []),
    ...(kinds < leastKinds ? [`${kinds} kinds of fault, fewer than ${leastKinds}`] : []),
  ]
}

/** `look` is shown the evidence before it is judged, for whoever replays a seed to find out why. */
export async function playSchedule(
  stage: Stage,
  host: Host,
  seed: number,
  look: (evidence: Evidence) => void = () => undefined,
): Promise<Played> {
  const schedule = new Schedule(stage, host, seed, look)
  return schedule.play()
}

class Schedule {
  readonly #stage: Stage
  readonly #seed: number
  readonly #host: Host
  readonly #look: (evidence: Evidence) => void
  readonly #chance: Chance
  readonly #variant: Variant
  readonly #model: ModelTable
  readonly #reports: JudgedReport[] = []
  readonly #runStarts: number[] = []
  #crashes = 0
  #runs = 0

  constructor(stage: Stage, host: Host, seed: number, look: (evidence: Evidence) => void) {
    this.#stage = stage
    this.#seed = seed
    this.#look = look
    this.#host = host
    this.#chance = new Chance(seed * 7919 + 17)
    this.#variant = stage.variant(this.#chance, `s${seed}`, stage.cellsOf(seed, 0)[0])
    this.#model = new ModelTable(this.#chance, this.#chance.between(200, 240))
  }

  get #sync(): PushSync {
    return this.#variant.sync
  }

  async play(): Promise<Played> {
    const { name } = this.#sync
    const scene = await this.#stage.open(this.#variant, {
      host: this.#host,
      seed: this.#seed,
      chance: this.#chance,
    })
    const { world } = scene
    try {
      const columns = [modelColumns, ...scene.computedColumns].join(', ')
      await world.sql(`create schema ${name}`, `create table ${name}.customers (${columns})`)
      scene.seed(this.#model.rows)
      await this.#badDays(scene)
      const complaints = await this.#quietDays(scene)
      return { ...this.#soFar(scene), complaints }
    } finally {
      await world.sql(`drop schema ${name} cascade`)
      await world.close()
    }
  }

  #soFar(scene: Scene): Omit<Played, 'complaints'> {
    return {
      seed: this.#seed,
      faults: countCells(scene.befallen()),
      crashes: this.#crashes,
      runs: this.#runs,
      edits: scene.person.edits,
    }
  }

  async #badDays(scene: Scene): Promise<void> {
    const { world, person } = scene
    const chance = this.#chance
    scene.trouble()
    const [first] = this.#stage.cellsOf(this.#seed, 0)
    const runs = this.#stage.isLate(first) ? 5 : chance.between(3, 4)
    const dying = chance.between(0, runs - 1)
    for (let run = 0; run < runs; run++) {
      if (run > 0) this.#model.change()
      await this.#writeModel(scene)
      const cells = this.#stage.cellsOf(this.#seed, run)
      for (const cell of run > 0 ? [...cells, ...this.#missing(scene)] : cells) scene.plan(cell)
      const isDying = run === dying || chance.happens(0.2)
      await this.#disturbedRun(scene, isDying ? chance.between(20, 150) : null)
      if (chance.happens(0.7)) {
        // What is still under way lands before people look at it.
        world.clock.pass(60_000)
        person.act(chance.between(1, 8))
      }
    }
    for (let more = 0; more < mostMoreRuns && lacks(this.#soFar(scene)).length > 0; more++) {
      await this.#oneMoreRun(scene)
    }
  }

  async #oneMoreRun(scene: Scene): Promise<void> {
    const { world, person } = scene
    if (person.edits === 0) {
      world.clock.pass(60_000)
      person.act(this.#chance.between(1, 8))
    }
    this.#model.change()
    await this.#writeModel(scene)
    for (const cell of this.#missing(scene)) scene.plan(cell)
    await this.#disturbedRun(scene, this.#crashes === 0 ? this.#chance.between(3, 20) : null)
  }

  /** Faults of kinds that the schedule has not met yet, as many as it lacks. */
  #missing(scene: Scene): readonly Cell[] {
    const met = new Set(scene.befallen().map(({ kind }) => kind))
    const { table, everyRun } = this.#stage
    const missing: Cell[] = []
    while (met.size < leastKinds) {
      const fitting = table.cells.filter(
        ({ kind, operation }) => !met.has(kind) && everyRun.includes(operation),
      )
      const cell = this.#chance.pick(fitting)
      if (cell === undefined) throw new Error('every run meets more kinds of fault than that')
      met.add(cell.kind)
      missing.push(cell)
    }
    return missing
  }

  async #writeModel({ world }: Scene): Promise<void> {
    const table = `${this.#sync.name}.customers`
    await world.sql(`delete from ${table}`, `insert into ${table} values ${this.#model.literals()}`)
  }

  async #disturbedRun(scene: Scene, at: number | null): Promise<void> {
    const process = new CrashingProcess(at)
    try {
      await this.#run(scene, (base) => process.wrap(this.#meddled(base, scene)))
    } catch (error) {
      if (process.dead) this.#crashes += 1
      else if (!(error instanceof SynclineError) || !badDays.has(error.code)) throw error
    }
  }

  /** Between any two requests of a run a person may do something. */
  #meddled(base: Parameters<Wrap>[0], { person }: Scene): Parameters<Wrap>[0] {
    const meddle = (): void => {
      if (this.#chance.happens(0.06)) person.act(1)
    }
    const bulk = base.crm.bulk === undefined ? {} : { bulk: before(base.crm.bulk, meddle) }
    return { ...this.#ours(base), crm: { ...before(base.crm, meddle), ...bulk } }
  }

  #ours(base: Parameters<Wrap>[0]): Parameters<Wrap>[0] {
    return { ...base, connector: { ...base.connector, ...this.#variant.declared } }
  }

  async #run({ world }: Scene, wrap: Wrap): Promise<JudgedReport> {
    this.#runs += 1
    this.#runStarts.push(world.clock.now())
    const report = await world.run(this.#sync, {}, wrap)
    // One that left batches to the next run has not ended: what becomes of them is not in its report.
    if (report.state !== 'delivering') this.#reports.push(report)
    return report
  }

  /** The CRM is well again; after few runs there is nothing left to do. */
  async #quietDays(scene: Scene): Promise<readonly string[]> {
    const { world } = scene
    scene.calm()
    let last: JudgedReport | null = null
    for (let run = 0; run < quietRuns && (last?.outcomes['delivered'] ?? 1) > 0; run++) {
      // Longer than anything is held back for.
      world.clock.pass(2 * dayMs)
      last = await this.#run(scene, (base) => this.#ours(base))
    }
    const evidence = await gatherEvidence(
      world,
      scene.history(),
      this.#sync,
      this.#reports,
      this.#runStarts,
    )
    this.#look(evidence)
    const restless = (last?.outcomes['delivered'] ?? 0) > 0
    return [
      ...judge(evidence),
      ...(restless ? [`the last of ${quietRuns} quiet runs still delivered`] : []),
    ]
  }
}

/** The same object, with something done before each call. */
function before<Seam extends object>(seam: Seam, act: () => void): Seam {
  return new Proxy(seam, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name)
      if (typeof value !== 'function') return value
      return (...given: unknown[]): unknown => {
        act()
        return Reflect.apply(value, object, given)
      }
    },
  })
}
