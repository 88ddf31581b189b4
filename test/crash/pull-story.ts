/**
 * A pull from its first read on, in steps that are each a process: records appear, change, go up in others, and
 * are deleted; a file of changes comes late. Killed where it is told, each step is done again, and the history
 * is the one that was written down by hand.
 */
import type { Row } from '../../src/model/value.ts'
import { dealsPull, type PullWorld, pullWorldOn } from '../pull/pull-world.ts'
import { integer, scriptedCrm, type ScriptedCrm, text } from '../pull/scripted-crm.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import type { Host } from '../support/world.ts'

type World = Omit<PullWorld, 'close'>

interface Step {
  /** The CRM as the step finds it. */
  readonly set: (crm: ScriptedCrm) => void
  readonly work: (world: World, crm: ScriptedCrm, process: CrashingProcess) => Promise<unknown>
}

const day = (number: number, time = '00:00:00'): string =>
  `2026-03-${String(number).padStart(2, '0')}T${time}.000000Z`

const read: Step['work'] = (world, crm, process) =>
  world.read(process.wrapReader(crm.reader), {}, process.wrapStores)

const late = [
  { object: 'deals', key: 1, op: 'create', event_at: day(1, '08:00:00'), fields: { value: 1 } },
  { object: 'deals', key: 5, op: 'create', event_at: day(5, '08:00:00'), fields: { owner: 'Ann' } },
]

export const steps: readonly Step[] = [
  {
    set: (crm) => {
      for (const key of ['1', '2', '3', '4']) {
        crm.put(key, day(1, '10:00:00'), { title: text(`deal ${key}`), value: integer(10) })
      }
    },
    work: read,
  },
  {
    set: (crm) => {
      crm.put('1', day(2, '10:00:00'), { title: text('deal 1'), value: text('much') })
      crm.records.delete('2')
      crm.records.delete('3')
      crm.mergedInto.set('3', '1')
    },
    work: read,
  },
  { set: () => undefined, work: (world, _crm, process) => world.replay(late, process.wrapStores) },
]

/** `[id, start, end, merged into, title, value, value__text, owner]` */
const expected: readonly Row[] = [
  ['1', day(1, '08:00:00'), day(1, '10:00:00'), null, null, '1', null, null],
  ['1', day(1, '10:00:00'), day(2, '10:00:00'), null, 'deal 1', '10', null, null],
  ['1', day(2, '10:00:00'), null, null, 'deal 1', null, 'much', null],
  ['2', day(1, '10:00:00'), day(11, '00:00:01'), null, 'deal 2', '10', null, null],
  ['3', day(1, '10:00:00'), day(11, '00:00:01'), '1', 'deal 3', '10', null, null],
  ['4', day(1, '10:00:00'), null, null, 'deal 4', '10', null, null],
  ['5', day(5, '08:00:00'), null, null, null, null, null, 'Ann'],
]

export interface KilledPull {
  /** Edges that the process of the step passed; the last of a killed one is where it died. */
  readonly edges: readonly string[]
  /** Those of all processes. */
  readonly passed: readonly string[]
  readonly complaints: readonly string[]
}

let stories = 0

/** Kills the process of the step at the edge with that number; null kills none. */
export async function killedPull(host: Host, step: number, at: number | null): Promise<KilledPull> {
  stories += 1
  const name = `p${stories}`
  const world = pullWorldOn(host, dealsPull({ name, schema: name }))
  const crm = scriptedCrm()
  let edges: readonly string[] = []
  const passed: string[] = []
  for (const [number, one] of steps.entries()) {
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
  const complaints = [...(await complaintsOf(world, name)), ...(await unended(world, name))]
  await host.warehouse.session((session) =>
    session.execute([{ text: `drop schema ${name} cascade`, parameters: [] }]),
  )
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

async function complaintsOf(world: World, schema: string): Promise<readonly string[]> {
  const instant = (column: string): string =>
    `strftime(timezone('UTC', ${column}), '%Y-%m-%dT%H:%M:%S.%fZ')`
  const rows = await world.query(
    `select cast(id as varchar), ${instant('_cdc_start')}, ${instant('_cdc_end')}, _merged_into, title, cast("value" as varchar), value__text, "owner" from ${schema}.deal_history order by id, _cdc_start`,
  )
  const told = JSON.stringify(rows)
  return told === JSON.stringify(expected) ? [] : [`the history is ${told}`]
}

/** A run that nobody ended, and tables that nobody dropped. */
async function unended(world: World, sync: string): Promise<readonly string[]> {
  const open = await world.ledger.runs({ sync, state: ['pulling'], limit: 10 })
  const left = await world.query(
    `select table_name from information_schema.tables where table_schema = 'syncline' and starts_with(table_name, '${sync}__')`,
  )
  return [
    ...open.map(({ id }) => `the run ${id} never ended`),
    ...left.map(([table]) => `the table ${table} is left`),
  ]
}
