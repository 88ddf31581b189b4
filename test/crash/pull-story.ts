/**
 * A pull from its first read on, in steps that are each a process: records appear, change, go up in others, and
 * are deleted; a file of changes comes late. Killed where it is told, each step is done again, and the history
 * is the one that was written down by hand.
 */
import type { Dialect } from '../../src/core/sql/dialect.ts'
import type { Journal } from '../../src/journal/journal.ts'
import type { PullSync } from '../../src/model/sync.ts'
import type { Row } from '../../src/model/value.ts'
import { dealsPull, type PullWorld, pullWorldOn } from '../pull/pull-world.ts'
import { integer, type ScriptedCrm, text } from '../pull/scripted-crm.ts'
import type { CrashingProcess } from '../support/crashing.ts'
import { markErased } from './model.ts'

export interface World extends Omit<PullWorld, 'close'> {
  readonly inbox: Inbox
}

/** What outlives the processes that receive. */
export interface Inbox {
  readonly journal: Journal
  /** Numbers of the webhooks that were answered, and are not sent again. */
  readonly answered: Set<number>
}

export interface Story {
  /** What is there before the first step. */
  readonly before: (world: World, schema: string, crm: ScriptedCrm) => Promise<unknown>
  readonly steps: readonly Step[]
  /** A query of the history that ends it, in the schema of that name, and its rows. */
  readonly history: (schema: string, dialect: Dialect) => string
  readonly expected: readonly Row[]
  /** What its sync has of its own. */
  readonly sync?: Partial<PullSync>
  /** Its runs are those of other stories, which kill them at each of their edges. */
  readonly runsAreLikeOthers?: boolean
  /** Complaints about what else it should have left behind. */
  readonly unsettled?: (world: World, crm: ScriptedCrm) => Promise<readonly string[]>
}

export interface Step {
  /** The CRM as the step finds it. */
  readonly set: (crm: ScriptedCrm) => void
  readonly work: (world: World, crm: ScriptedCrm, process: CrashingProcess) => Promise<unknown>
  /** It passes no edge that other steps don't: it is killed where every edge is. */
  readonly isLikeOthers?: boolean
}

export const day = (number: number, time = '00:00:00'): string =>
  `2026-03-${String(number).padStart(2, '0')}T${time}.000000Z`

const read: Step['work'] = (world, crm, process) =>
  world.read(process.wrapReader(crm.reader), {}, process.wrapStores)

/** Begins where an erasure was cut off before the state had it. */
const readAfterErasure: Step['work'] = async (world, crm, process) => {
  await world.execute(markErased(world.workingSchema, world.sync.name))
  return read(world, crm, process)
}

const late = [
  { object: 'deals', key: 1, op: 'create', event_at: day(1, '08:00:00'), fields: { value: 1 } },
  { object: 'deals', key: 5, op: 'create', event_at: day(5, '08:00:00'), fields: { owner: 'Ann' } },
]

const steps: readonly Step[] = [
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
    work: readAfterErasure,
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

/** A column as canonical text of an instant. */
export function instantOf(column: string, { name }: Dialect): string {
  if (name === 'postgres') {
    return `to_char(timezone('UTC', ${column}), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
  }
  return `strftime(timezone('UTC', ${column}), '%Y-%m-%dT%H:%M:%S.%fZ')`
}

/** Another pull has made what all pulls of a warehouse share. */
export async function afterAnotherPull(world: World): Promise<void> {
  const names = { name: 'another', schema: 'another', crm: 'another' }
  await pullWorldOn(world, dealsPull(names)).loading(() => Promise.resolve())
}

export const pullStory: Story = {
  before: () => Promise.resolve(),
  steps,
  history: (schema, dialect) =>
    `select cast(id as varchar), ${instantOf('_cdc_start', dialect)}, ${instantOf('_cdc_end', dialect)}, _merged_into, title, cast("value" as varchar), value__text, "owner" from ${schema}.deal_history order by id, _cdc_start`,
  expected,
}
