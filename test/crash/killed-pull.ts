/** One story of a pull, in which the process of one step dies where it is told, and the step is done again. */
import { dealsPull, pullWorldOn } from '../pull/pull-world.ts'
import { type ScriptedCrm, scriptedCrm } from '../pull/scripted-crm.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { Host } from '../support/world.ts'
import { day, type Step, type Story, type World } from './pull-story.ts'

export interface KilledPull {
  /** Edges that the process of the step passed; the last of a killed one is where it died. */
  readonly edges: readonly string[]
  /** Those of all processes. */
  readonly passed: readonly string[]
  readonly complaints: readonly string[]
}

/** Databases that serve one history after the other. */
export interface Place {
  readonly host: Host
  readonly journal: Journal
}

let stories = 0

/** Kills the process of the step at the edge with that number; null kills none. */
export async function killedPull(
  { host, journal }: Place,
  story: Story,
  step: number,
  at: number | null,
): Promise<KilledPull> {
  stories += 1
  const name = `p${stories}`
  const pull = pullWorldOn(host, dealsPull({ name, schema: name }))
  const world: World = { ...pull, inbox: { journal, answered: new Set() } }
  const crm = scriptedCrm()
  await story.before(world, name, crm)
  let edges: readonly string[] = []
  const passed: string[] = []
  for (const [number, one] of story.steps.entries()) {
    one.set(crm)
    crm.now = day(10 + number)
    if (number === step) edges = await untilDeath(one, world, crm, at)
    // The CRM shows the same thing at the same time: what was lost with the process is done again.
    crm.now = day(10 + number)
    const next = new CrashingProcess(null)
    if (number !== step || at !== null) await one.work(world, crm, next)
    passed.push(...next.edges)
  }
  passed.push(...edges)
  const complaints = [...(await complaintsOf(story, world, name)), ...(await unended(world, name))]
  await world.execute(`drop schema ${name} cascade`, `drop schema if exists ${name}_old cascade`)
  return { edges, passed, complaints }
}

async function untilDeath(
  step: Step,
  world: World,
  crm: ScriptedCrm,
  at: number | null,
): Promise<readonly string[]> {
  const process = new CrashingProcess(at)
  try {
    await step.work(world, crm, process)
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  }
  return process.edges
}

async function complaintsOf(
  { expected, history }: Story,
  world: World,
  schema: string,
): Promise<readonly string[]> {
  const told = JSON.stringify(await world.query(history(schema, world.warehouse.dialect)))
  return told === JSON.stringify(expected) ? [] : [`the history is ${told}`]
}

/** A run that nobody ended, and tables that nobody dropped. */
async function unended(world: World, sync: string): Promise<readonly string[]> {
  const open = await world.ledger.runs({ sync, state: ['pulling'], limit: 10 })
  const left = await world.query(
    `select table_name from information_schema.tables where table_schema = 'syncline' and starts_with(table_name, '${sync}__')`,
  )
  const { entries } = await world.inbox.journal.extent()
  return [
    ...(entries === 0 ? [] : [`${entries} entries are in the journal still`]),
    ...open.map(({ id }) => `the run ${id} never ended`),
    ...left.map(([table]) => `the table ${table} is left`),
  ]
}
