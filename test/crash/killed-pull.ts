/** One story of a pull, in which the process of one step dies where it is told, and the step is done again. */
import { type BegunPull, begunPull, type Place } from './begun-pull.ts'
import type { Story } from './pull-story.ts'

export interface KilledPull {
  /** Edges that the process of the step passed; the last of a killed one is where it died. */
  readonly edges: readonly string[]
  /** Where nobody was killed and it can be read: the whole world at each of these edges. */
  readonly worlds: readonly string[]
  /** Those of all processes. */
  readonly passed: readonly string[]
  readonly complaints: readonly string[]
}

/** How a story went on from the worlds that were there before its steps. */
export type Judged = Map<string, Pick<KilledPull, 'passed' | 'complaints'>>

/**
 * Kills the process of the step at the edge with that number; null kills none. What it leaves is judged once, and so
 * is what the steps after it leave: `judged` knows how the same world went on before.
 */
export async function killedPull(
  place: Place,
  story: Story,
  step: number,
  at: number | null,
  judged: Judged = new Map(),
): Promise<KilledPull> {
  const begun = await begunPull(place, story, step)
  try {
    begun.set(step)
    const worlds: string[] = []
    const witness = async (): Promise<void> => {
      const world = await begun.left()
      if (world !== null) worlds.push(world)
    }
    const edges = await begun.work(step, at, at === null ? witness : undefined)
    const after = await (at === null
      ? goneOnAfter(begun, step, judged)
      : goneOn(begun, step, judged))
    return {
      edges,
      worlds,
      passed: [...begun.passed, ...after.passed, ...edges],
      complaints: after.complaints,
    }
  } finally {
    await begun.close()
  }
}

/** What this step, which finds the CRM as it is, and those after it come to. */
async function goneOn(
  begun: BegunPull,
  step: number,
  judged: Judged,
): Promise<Pick<KilledPull, 'passed' | 'complaints'>> {
  const world = await begun.left()
  const left = world === null ? null : `${step} ${world}`
  const known = left === null ? undefined : judged.get(left)
  if (known !== undefined) return known
  const after = await played(begun, step, judged)
  if (left !== null) judged.set(left, after)
  return after
}

async function played(
  begun: BegunPull,
  step: number,
  judged: Judged,
): Promise<Pick<KilledPull, 'passed' | 'complaints'>> {
  if (step === begun.story.steps.length) {
    return { passed: [], complaints: await complaintsOf(begun) }
  }
  const passed = await begun.work(step)
  const after = await goneOnAfter(begun, step, judged)
  return { passed: [...passed, ...after.passed], complaints: after.complaints }
}

async function goneOnAfter(begun: BegunPull, step: number, judged: Judged) {
  begun.set(step + 1)
  return goneOn(begun, step + 1, judged)
}

async function complaintsOf(begun: BegunPull): Promise<readonly string[]> {
  const { crm, story, world } = begun
  return [
    ...(await otherHistory(begun)),
    ...(await unended(begun)),
    ...((await story.unsettled?.(world, crm)) ?? []),
  ]
}

async function otherHistory({ name, story, world }: BegunPull): Promise<readonly string[]> {
  const { expected, history } = story
  const told = JSON.stringify(await world.query(history(name, world.warehouse.dialect)))
  return told === JSON.stringify(expected) ? [] : [`the history is ${told}`]
}

/** A run that nobody ended, and tables that nobody dropped. */
async function unended({ name, world }: BegunPull): Promise<readonly string[]> {
  const open = await world.ledger.runs({ sync: name, state: ['pulling'], limit: 10 })
  const left = await world.query(
    `select table_name from information_schema.tables where table_schema = 'syncline' and starts_with(table_name, '${name}__')`,
  )
  const { entries } = await world.inbox.journal.extent()
  return [
    ...(entries === 0 ? [] : [`${entries} entries are in the journal still`]),
    ...open.map(({ id }) => `the run ${id} never ended`),
    ...left.map(([table]) => `the table ${table} is left`),
  ]
}
