/**
 * A story of a pull up to the step whose process is killed. It is played once at each place, and every history of the
 * step there begins with a copy: of the databases, of what the CRM holds, and of the time.
 */
import type { Journal } from '../../src/journal/journal.ts'
import { dealsPull, pullWorldOn } from '../pull/pull-world.ts'
import { copyOf, type ScriptedCrm, scriptedCrm } from '../pull/scripted-crm.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import type { Host } from '../support/host.ts'
import { keepDatabases, type KeptDatabases } from './kept-databases.ts'
import { day, type Story, type World } from './pull-story.ts'
import { worldLeft } from './world-left.ts'

/** Databases that serve the histories of one story, one after the other. */
export interface Place {
  readonly host: Host
  readonly journal: Journal
  /** SQLite files of both; null where they are on a server. */
  readonly files: readonly string[] | null
}

interface Past {
  /** Of the history, in the databases. */
  readonly name: string
  readonly step: number
  readonly kept: KeptDatabases
  readonly crm: ScriptedCrm
  readonly answered: ReadonlySet<number>
  /** When it ended, on the world's monotonic clock. */
  readonly until: number
  readonly passed: readonly string[]
}

let stories = 0
const pasts = new WeakMap<Place, Past>()

/** Close it before the place begins another, which is of the same story and of no step before this one. */
export async function begunPull(place: Place, story: Story, step: number): Promise<BegunPull> {
  const { files } = place
  if (files === null) return begin(place, story, step)
  const before = pasts.get(place)
  if (before?.step === step) return copy(place, story, before)
  const begun = await (before === undefined
    ? begin(place, story, step)
    : playOn(await copy(place, story, before), before.step, step))
  await before?.kept.forget()
  const past = await keep(begun, step, files)
  pasts.set(place, past)
  await begun.close()
  return copy(place, story, past)
}

async function begin(place: Place, story: Story, step: number): Promise<BegunPull> {
  stories += 1
  const begun = new BegunPull(place, story, `p${stories}`, scriptedCrm())
  await story.before(begun.world, begun.name, begun.crm)
  return playOn(begun, 0, step)
}

async function playOn(begun: BegunPull, from: number, to: number): Promise<BegunPull> {
  for (let step = from; step < to; step += 1) {
    begun.set(step)
    begun.passed.push(...(await begun.work(step)))
  }
  return begun
}

export class BegunPull {
  readonly name: string
  readonly story: Story
  readonly crm: ScriptedCrm
  readonly world: World
  /** Edges of the processes so far, without the one that is killed. */
  readonly passed: string[] = []
  readonly #place: Place
  /** By the machine's clock. */
  readonly #beganAt = Date.now()

  constructor(place: Place, story: Story, name: string, crm: ScriptedCrm) {
    this.name = name
    this.story = story
    this.crm = crm
    this.#place = place
    const sync = dealsPull({ name, schema: name, crm: name, ...story.sync })
    const inbox = { journal: place.journal, answered: new Set<number>() }
    this.world = { ...pullWorldOn(place.host, sync), inbox }
  }

  /** Lets the CRM become what the step finds. */
  set(step: number): void {
    this.story.steps[step]?.set(this.crm)
    this.crm.now = day(10 + step)
  }

  /**
   * The edges that the step's process passes, which dies at the one with this number; null is none. `witness` as
   * in `CrashingProcess`.
   */
  async work(
    step: number,
    at: number | null = null,
    witness?: () => Promise<void>,
  ): Promise<readonly string[]> {
    const process = new CrashingProcess(at, witness === undefined ? {} : { witness })
    try {
      await this.story.steps[step]?.work(this.world, this.crm, process)
    } catch (error) {
      if (at === null || !(error instanceof Crash)) throw error
    }
    // The CRM shows the same thing at the same time: what was lost with a process is done again.
    if (at !== null) this.crm.now = day(10 + step)
    return process.edges
  }

  /** The whole world as one text; null where it can't be read as a whole. */
  async left(): Promise<string | null> {
    const { files } = this.#place
    if (files === null) return null
    const { warehouse, inbox, clock } = this.world
    const others = [clock.monotonic(), this.crm, [...inbox.answered]]
    const { name } = this
    const schemas = this.#schemas()
    return worldLeft({ warehouse, name, schemas, files, others, since: this.#beganAt })
  }

  async close(): Promise<void> {
    const drops = this.#schemas().map((schema) => `drop schema if exists ${schema} cascade`)
    await this.world.execute(...drops)
  }

  /** Its own; on a server the working schema stays for the histories that come. */
  #schemas(): readonly string[] {
    const own = [this.name, `${this.name}_old`]
    return this.#place.files === null ? own : [...own, 'syncline']
  }
}

async function keep(
  { crm, name, passed, world }: BegunPull,
  step: number,
  files: readonly string[],
): Promise<Past> {
  const { clock, inbox, warehouse } = world
  return {
    name,
    step,
    kept: await keepDatabases({ warehouse, files }, `${name}_${step}`),
    crm: copyOf(crm),
    answered: new Set(inbox.answered),
    until: clock.monotonic(),
    passed: [...passed],
  }
}

async function copy(
  place: Place,
  story: Story,
  { answered, crm, kept, name, passed, until }: Past,
): Promise<BegunPull> {
  const begun = new BegunPull(place, story, name, copyOf(crm))
  await kept.restore()
  begun.passed.push(...passed)
  for (const number of answered) begun.world.inbox.answered.add(number)
  begun.world.clock.pass(until)
  return begun
}
