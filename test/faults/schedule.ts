/**
 * One history by seed: a model that changes, a CRM with bad days, people who edit in it, processes
 * that die; then quiet, and the judge. The same seed plays the same history.
 */
import { SynclineError } from '../../src/model/error.ts'
import { type FaultKind, faultKinds } from '../../src/simulator/hubspot/faults.ts'
import type { PushSync } from '../../src/model/sync.ts'
import { CrashingProcess } from '../support/crashing.ts'
import type { Evidence, JudgedReport } from '../support/evidence.ts'
import { gatherEvidence } from '../support/gather-evidence.ts'
import { judge } from '../support/judge.ts'
import { Turns } from '../support/turns.ts'
import { createWorld, type Host, type World, type Wrap } from '../support/world.ts'
import { cells, type FaultCounts } from './cells.ts'
import { Chance } from './chance.ts'
import { ModelTable, modelColumns } from './model-table.ts'
import { Person } from './person.ts'
import { chooseVariant, type Variant } from './variant.ts'

export interface Played {
  readonly seed: number
  readonly complaints: readonly string[]
  readonly faults: FaultCounts
  readonly crashes: number
  readonly runs: number
  readonly edits: number
}

/** What may end a run while the CRM has a bad day. */
const badDays = new Set(['push.unreachable', 'push.refused', 'push.request', 'push.empty_model'])
const quietRuns = 3
const dayMs = 86_400_000

/** `look` is shown the evidence before it is judged, for whoever replays a seed to find out why. */
export async function playSchedule(
  host: Host,
  seed: number,
  look: (evidence: Evidence) => void = () => undefined,
): Promise<Played> {
  const schedule = new Schedule(host, seed, look)
  return schedule.play()
}

class Schedule {
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

  constructor(host: Host, seed: number, look: (evidence: Evidence) => void) {
    this.#seed = seed
    this.#look = look
    this.#host = host
    this.#chance = new Chance(seed * 7919 + 17)
    this.#variant = chooseVariant(this.#chance, `s${seed}`, this.#cell(0))
    this.#model = new ModelTable(this.#chance, this.#chance.between(200, 240))
  }

  get #sync(): PushSync {
    return this.#variant.sync
  }

  async play(): Promise<Played> {
    const { name } = this.#sync
    const world = await createWorld({
      on: { host: this.#host, name },
      seed: this.#seed,
      random: this.#chance.next,
      searchLagMs: this.#variant.searchLagMs,
      turns: new Turns(),
    })
    const person = new Person(this.#chance, world.hubspot)
    try {
      await world.sql(`create schema ${name}`, `create table ${name}.customers (${modelColumns})`)
      this.#seedPortal(world)
      await this.#badDays(world, person)
      const complaints = await this.#quietDays(world)
      const edits = Object.values(person.done).reduce((sum, each) => sum + each, 0)
      const faults = faultCounts(world)
      return {
        seed: this.#seed,
        complaints,
        faults,
        crashes: this.#crashes,
        runs: this.#runs,
        edits,
      }
    } finally {
      await world.sql(`drop schema ${name} cascade`)
      await world.close()
    }
  }

  #cell(step: number): (typeof cells)[number] {
    const cell = cells[(this.#seed + step * 31) % cells.length]
    if (cell === undefined) throw new Error('there are faults')
    return cell
  }

  /** Some rows are in the CRM already; some of those are the row's, with what people typed. */
  #seedPortal(world: World): void {
    const chance = this.#chance
    const isSearch = this.#sync.match?.field === 'lastname'
    const known = this.#model.rows.filter(() => chance.happens(isSearch ? 0.6 : 0.1))
    const records = known.map((row, index) => ({
      id: String(9001 + index),
      properties: {
        email: (row.email ?? '').trim().toLowerCase(),
        city: chance.oneOf('', `P-${index}`, row.city ?? ''),
        ...(isSearch ? { lastname: `k${row.key}` } : {}),
      },
    }))
    world.hubspot.seed({
      records: { contacts: records },
      owners: [{ id: '77', email: 'owner@x.com' }],
    })
    world.clock.pass(60_000)
  }

  async #badDays(world: World, person: Person): Promise<void> {
    const chance = this.#chance
    world.hubspot.configure({ faults: { rates: this.#rates(), lateMs: [100, 10_000] } })
    // Nothing can be archived before a baseline stands.
    const isArchiving = this.#cell(0).operation === 'batch_archive'
    const runs = isArchiving ? 5 : chance.between(3, 4)
    const dying = chance.between(0, runs - 1)
    for (let run = 0; run < runs; run++) {
      if (run > 0) this.#model.change()
      await this.#writeModel(world)
      const { kind, operation } = this.#cell(run)
      world.hubspot.planFault({ kind, operation })
      if (isArchiving) world.hubspot.planFault(this.#cell(0))
      const isDying = run === dying || chance.happens(0.2)
      await this.#disturbedRun(world, person, isDying ? chance.between(20, 150) : null)
      if (chance.happens(0.7)) {
        // What is still under way lands before people look at it.
        world.clock.pass(60_000)
        person.act(chance.between(1, 8))
      }
    }
    if (this.#crashes === 0) await this.#disturbedRun(world, person, chance.between(3, 20))
  }

  /** Three kinds and more, each rare enough for most requests to pass. */
  #rates(): Partial<Record<FaultKind, number>> {
    const chance = this.#chance
    const rates: Partial<Record<FaultKind, number>> = {}
    for (let count = chance.between(3, 7); count > 0; count--) {
      const kind = chance.pick(faultKinds)
      if (kind !== undefined) rates[kind] = 0.02 + chance.next() * 0.08
    }
    return rates
  }

  async #writeModel(world: World): Promise<void> {
    const table = `${this.#sync.name}.customers`
    await world.sql(`delete from ${table}`, `insert into ${table} values ${this.#model.literals()}`)
  }

  async #disturbedRun(world: World, person: Person, at: number | null): Promise<void> {
    const process = new CrashingProcess(at)
    try {
      await this.#run(world, (base) => process.wrap(this.#meddled(base, person)))
    } catch (error) {
      if (process.dead) this.#crashes += 1
      else if (!(error instanceof SynclineError) || !badDays.has(error.code)) throw error
    }
  }

  /** Between any two requests of a run a person may do something. */
  #meddled(base: Parameters<Wrap>[0], person: Person): Parameters<Wrap>[0] {
    const meddle = (): void => {
      if (this.#chance.happens(0.06)) person.act(1)
    }
    const crm = new Proxy(base.crm, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name)
        if (typeof value !== 'function') return value
        return (...given: unknown[]): unknown => {
          meddle()
          return Reflect.apply(value, object, given)
        }
      },
    })
    return { ...this.#ours(base), crm }
  }

  #ours(base: Parameters<Wrap>[0]): Parameters<Wrap>[0] {
    return { ...base, connector: { ...base.connector, pages: this.#variant.pages } }
  }

  async #run(world: World, wrap: Wrap): Promise<JudgedReport> {
    this.#runs += 1
    this.#runStarts.push(world.clock.now())
    const report = await world.run(this.#sync, {}, wrap)
    this.#reports.push(report)
    return report
  }

  /** The CRM is well again; after few runs there is nothing left to do. */
  async #quietDays(world: World): Promise<readonly string[]> {
    world.hubspot.configure({ faults: { rates: {} } })
    world.hubspot.clearPlannedFaults()
    let last: JudgedReport | null = null
    for (let run = 0; run < quietRuns && (last?.outcomes['delivered'] ?? 1) > 0; run++) {
      // Longer than anything is held back for.
      world.clock.pass(2 * dayMs)
      last = await this.#run(world, (base) => this.#ours(base))
    }
    const evidence = await gatherEvidence(world, this.#sync, this.#reports, this.#runStarts)
    this.#look(evidence)
    const restless = (last?.outcomes['delivered'] ?? 0) > 0
    return [
      ...judge(evidence),
      ...(restless ? [`the last of ${quietRuns} quiet runs still delivered`] : []),
    ]
  }
}

function faultCounts(world: World): FaultCounts {
  const counts: FaultCounts = {}
  for (const { kind, operation } of world.hubspot.faultEvents()) {
    const name = `${kind} ${operation}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
