/** Plays what a company does in days: moments in which people edit, with time passing in between. */
import type { Chance } from '../../src/simulator/chance.ts'
import type { Edit } from '../../src/simulator/pipedrive/writes/edit.ts'
import type { Book, EditedObject } from './book.ts'
import { drawEdit, drawUpdate } from './draw-edit.ts'
import type { LocalCrm } from './local-crm.ts'

export interface Player {
  readonly crm: LocalCrm
  readonly book: Book
  readonly chance: Chance
  /** On a working day; at weekends a tenth of it. */
  readonly momentsPerDay: number
  /** After each moment, once some time has passed. */
  readonly betweenMoments: () => Promise<void>
}

const hourMs = 3_600_000
const workingMs = 9 * hourMs
const shortestPauseMs = 120_000
/** Of a week, whether each is one of its weekend. */
const days = [true, true, false, false, false, false, false]

export function momentsOfWeek(momentsPerDay: number): number {
  return days.reduce((sum, isWeekend) => sum + momentsOf(momentsPerDay, isWeekend), 0)
}

/** A weekend and five working days; ends in the night after them, with what came last still on its way. */
export async function playWeek(player: Player): Promise<void> {
  for (const isWeekend of days) {
    await player.crm.advance(8 * hourMs)
    await playDay(player, isWeekend)
    await player.crm.advance(7 * hourMs)
  }
}

async function playDay(player: Player, isWeekend: boolean): Promise<void> {
  const { crm, chance, momentsPerDay, betweenMoments } = player
  const moments = momentsOf(momentsPerDay, isWeekend)
  const pauseMs = workingMs / moments
  for (let moment = 0; moment < moments; moment += 1) {
    await playMoment(player)
    await crm.advance(Math.max(shortestPauseMs, chance.between(pauseMs / 2, pauseMs * 1.5)))
    await betweenMoments()
  }
}

function momentsOf(momentsPerDay: number, isWeekend: boolean): number {
  return Math.ceil(momentsPerDay / (isWeekend ? 10 : 1))
}

/** Some edits within a second or two, every third time of one record. */
export function playMoment(player: Player): Promise<void> {
  const { chance } = player
  const isBurst = chance.happens(0.3)
  return playEdits(player, { count: chance.between(1, isBurst ? 6 : 2), isBurst, mostMs: 400 })
}

export interface Edits {
  readonly count: number
  /** Where it can be, of one record. */
  readonly isBurst: boolean
  /** The longest time between two of them. */
  readonly mostMs: number
}

export async function playEdits(player: Player, { count, isBurst, mostMs }: Edits): Promise<void> {
  const { crm, book, chance } = player
  let now = await crm.advance(0)
  let last: Edit | null = null
  for (let edits = 0; edits < count; edits += 1) {
    const situation = { chance, book, now }
    const edit: Edit = (isBurst ? another(last, situation) : null) ?? drawEdit(situation)
    const id = await crm.perform(edit, chance.happens(0.3) ? 'api' : 'person')
    book.note(edit, id)
    last = edit
    // Two within one millisecond nobody could bring into order, not even Pipedrive.
    now = await crm.advance(chance.between(1, mostMs))
  }
}

/** One more edit of the record that was just changed. */
function another(last: Edit | null, situation: Parameters<typeof drawEdit>[0]): Edit | null {
  if (last?.kind !== 'update') return null
  const object: EditedObject | undefined = changeable.find((one) => one === last.object)
  return object === undefined ? null : drawUpdate(situation, object, Number(last.id))
}

const changeable = ['deal', 'person', 'organization'] as const
