/** One story of a pull, in which the process of one step dies where it is told, and the step is done again. */

import type { Journal } from '../../src/journal/journal.ts'
import { dealsPull, pullWorldOn } from '../pull/pull-world.ts'
import { type ScriptedCrm, scriptedCrm } from '../pull/scripted-crm.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import type { Host } from '../support/world.ts'
import { day, type Step, type Story, type World } from './pull-story.ts'
import { worldLeft } from './world-left.ts'

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
  /** SQLite files of both; null where they are on a server. */
  readonly files: readonly string[] | null
}

/** How a story went on from the worlds that the dead processes of a step left. */
export type Judged = Map<string, Pick<KilledPull, 'passed' | 'complaints'>>

let stories = 0

/**
 * Kills the process of the step at the edge with that number; null kills none. What it leaves is judged once:
 * `judged` knows how the same world went on before.
 */
export async function killedPull(
  place: Place,
  story: Story,
  step: number,
  at: number | null,
  judged: Judged = new Map(),
): Promise<KilledPull> {
  stories += 1
  const name = `p${stories}`
  const pull = pullWorldOn(place.host, dealsPull({ name, schema: name, crm: name, ...story.sync }))
  const world: World = { ...pull, inbox: { journal: place.journal, answered: new Set() } }
  const crm = scriptedCrm()
  try {
    await story.before(world, name, crm)
    const before: string[] = []
    for (const [number, one] of story.steps.slice(0, step).entries()) {
      one.set(crm)
      before.push(...(await workOf(one, world, crm, number)))
    }
    const edges = await untilDeath(story, world, crm, step, at)
    const left = at === null || isUnlike(story) ? null : await leftBehind(place, world, crm, name)
    const known = left === null ? undefined : judged.get(left)
    const after = known ?? (await end(story, world, crm, { step, died: at !== null }))
    if (left !== null) judged.set(left, after)
    return { edges, passed: [...before, ...after.passed, ...edges], complaints: after.complaints }
  } finally {
    await world.execute(
      `drop schema if exists ${name} cascade`,
      `drop schema if exists ${name}_old cascade`,
    )
  }
}

/** Whether no two of its dead processes leave a world of which the same can be said. */
function isUnlike({ isInRealTime, unsettled }: Story): boolean {
  // The CRM holds more than the records that a step says.
  return isInRealTime === true || unsettled !== undefined
}

/** Null where it can't be read as a whole. The CRM's records are as the step says. */
async function leftBehind(
  { files }: Place,
  { warehouse, inbox, clock }: World,
  { now }: ScriptedCrm,
  name: string,
): Promise<string | null> {
  if (files === null) return null
  const schemas = [name, `${name}_old`, 'syncline']
  const others = [clock.monotonic(), now, [...inbox.answered]]
  return worldLeft({ warehouse, name, schemas, files, others })
}

/** The steps after this one, which is done again if its process died, and what they came to. */
async function end(
  story: Story,
  world: World,
  crm: ScriptedCrm,
  { step, died }: { readonly step: number; readonly died: boolean },
): Promise<Pick<KilledPull, 'passed' | 'complaints'>> {
  const passed: string[] = []
  for (const [number, one] of story.steps.entries()) {
    if (number > step) one.set(crm)
    if (number > step || (number === step && died)) {
      passed.push(...(await workOf(one, world, crm, number)))
    }
  }
  const { name } = world.sync
  return {
    passed,
    complaints: [
      ...(await complaintsOf(story, world, name)),
      ...(await unended(world, name)),
      ...((await story.unsettled?.(world, crm)) ?? []),
    ],
  }
}

/** The edges that an undisturbed process passes. */
async function workOf(
  step: Step,
  world: World,
  crm: ScriptedCrm,
  number: number,
): Promise<readonly string[]> {
  crm.now = day(10 + number)
  const process = new CrashingProcess(null)
  await step.work(world, crm, process)
  return process.edges
}

async function untilDeath(
  { steps }: Story,
  world: World,
  crm: ScriptedCrm,
  number: number,
  at: number | null,
): Promise<readonly string[]> {
  const step = steps[number]
  if (step === undefined) throw new Error(`the story has no step ${number}`)
  step.set(crm)
  crm.now = day(10 + number)
  const process = new CrashingProcess(at)
  try {
    await step.work(world, crm, process)
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  }
  // The CRM shows the same thing at the same time: what was lost with the process is done again.
  crm.now = day(10 + number)
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
