/** What people do next in a sales team's CRM, drawn by chance. */
import type { Chance } from '../../src/simulator/chance.ts'
import type { JsonObject } from '../../src/simulator/json.ts'
import type { Edit } from '../../src/simulator/pipedrive/writes/edit.ts'
import type { Book, EditedObject } from './book.ts'
import { customFields } from './custom-fields.ts'
import * as draw from './draw-values.ts'
import { lostReasons } from './names.ts'

export interface Situation {
  readonly chance: Chance
  readonly book: Book
  readonly now: number
}

type Drawn = JsonObject
type Draw = (situation: Situation) => Drawn

/** Repeated as often as they are likely. */
const dealUpdates: readonly Draw[] = [
  ...times(5, ({ chance }) => ({ value: draw.amount(chance) })),
  ...times(6, (situation) => ({ stage_id: linked(situation, 'stage') })),
  ...times(2, () => ({ status: 'won' })),
  ...times(2, ({ chance }) => ({ status: 'lost', lost_reason: draw.one(chance, lostReasons) })),
  ...times(2, () => ({ status: 'open' })),
  ({ chance, book, now }) => ({
    expected_close_date: draw.maybe(chance, 0.8, () => draw.day(chance, now)),
    owner_id: linked({ chance, book, now }, 'user'),
  }),
  (situation) => ({ person_id: linked(situation, 'person') }),
  (situation) => ({
    custom_fields: { [customFields.deal.partner.code]: linked(situation, 'organization') },
  }),
  ({ chance }) => ({ is_archived: chance.happens(0.5) }),
  ...times(7, (situation) => custom(situation, 'deal')),
]

const personUpdates: readonly Draw[] = [
  ({ chance }) => ({ name: draw.personName(chance) }),
  ({ chance }) => ({ phones: draw.phones(chance) }),
  ({ chance }) => ({ emails: draw.emails(chance, draw.personName(chance)) }),
  (situation) => ({ org_id: linked(situation, 'organization') }),
  ...times(3, (situation) => custom(situation, 'person')),
]

const organizationUpdates: readonly Draw[] = [
  ({ chance }) => ({ name: draw.companyName(chance) }),
  ({ chance }) => ({ address: draw.address(chance) }),
  ({ chance }) => ({ annual_revenue: draw.maybe(chance, 0.8, () => draw.amount(chance)) }),
  ({ chance }) => ({ employee_count: chance.between(1, 20_000) }),
  ...times(3, (situation) => custom(situation, 'organization')),
]

const updates: Readonly<Record<EditedObject, readonly Draw[]>> = {
  deal: dealUpdates,
  person: personUpdates,
  organization: organizationUpdates,
  user: [
    ({ chance }) => ({ name: draw.personName(chance) }),
    ({ chance }) => ({ active_flag: chance.happens(0.7) }),
  ],
  pipeline: [({ chance }) => ({ name: `Sales ${chance.between(1, 99)}` })],
  stage: [
    ({ chance }) => ({ name: `Stage ${chance.between(1, 99)}` }),
    ({ chance }) => ({ deal_probability: chance.between(1, 100) }),
  ],
}

/** How often of a hundred edits; null for the rest, which are updates of deals. */
const shares = [
  [8, createDeal],
  [5, (situation: Situation) => create(situation, 'person')],
  [3, (situation: Situation) => create(situation, 'organization')],
  [14, (situation: Situation) => updateSome(situation, 'person')],
  [10, (situation: Situation) => updateSome(situation, 'organization')],
  [5, recalculate],
  [3, (situation: Situation) => remove(situation, 'deal')],
  [1, (situation: Situation) => remove(situation, 'person')],
  [0.5, (situation: Situation) => remove(situation, 'organization')],
  [2, (situation: Situation) => restore(situation, 'deal')],
  [0.5, (situation: Situation) => restore(situation, 'person')],
  [0.4, (situation: Situation) => merge(situation, 'deal')],
  [0.4, (situation: Situation) => merge(situation, 'person')],
  [0.2, (situation: Situation) => merge(situation, 'organization')],
  [0.5, (situation: Situation) => updateSome(situation, 'user')],
  [0.3, (situation: Situation) => updateSome(situation, 'stage')],
  [0.1, (situation: Situation) => updateSome(situation, 'pipeline')],
] as const

export function drawEdit(situation: Situation): Edit {
  let left = situation.chance.next() * 100
  for (const [share, drawing] of shares) {
    left -= share
    if (left < 0) return drawing(situation) ?? updateSome(situation, 'deal')
  }
  return updateSome(situation, 'deal')
}

/** One more change of a record that is there. */
export function drawUpdate(situation: Situation, object: EditedObject, id: number): Edit {
  const values = draw.one(situation.chance, updates[object])(situation)
  return { kind: 'update', object, id: String(id), values, by: user(situation) }
}

function updateSome(situation: Situation, object: EditedObject): Edit {
  return drawUpdate(situation, object, busy(situation, object))
}

function createDeal(situation: Situation): Edit {
  const { chance, now } = situation
  const values = {
    title: `Deal of ${draw.day(chance, now)}`,
    value: draw.amount(chance),
    person_id: linked(situation, 'person'),
    org_id: linked(situation, 'organization'),
    stage_id: linked(situation, 'stage'),
    custom_fields: draw.customValues(chance, 'deal', now, 0.5),
  }
  return { kind: 'create', object: 'deal', values, by: user(situation) }
}

function create(situation: Situation, object: 'person' | 'organization'): Edit {
  const { chance, now } = situation
  const own = { custom_fields: draw.customValues(chance, object, now, 0.5) }
  const name = object === 'person' ? draw.personName(chance) : draw.companyName(chance)
  const values =
    object === 'person'
      ? {
          ...own,
          name,
          emails: draw.emails(chance, name),
          org_id: linked(situation, 'organization'),
        }
      : { ...own, name, address: draw.address(chance) }
  return { kind: 'create', object, values, by: user(situation) }
}

/** What Pipedrive calculates, without a trace in time. */
function recalculate(situation: Situation): Edit {
  const score = situation.chance.between(0, 1_000) / 10
  const values = { custom_fields: { [customFields.deal.score.code]: score } }
  return { kind: 'touch', object: 'deal', id: String(busy(situation, 'deal')), values }
}

function remove(situation: Situation, object: EditedObject): Edit {
  return { kind: 'delete', object, id: String(busy(situation, object)), by: user(situation) }
}

function restore(situation: Situation, object: EditedObject): Edit | null {
  const id = situation.chance.pick(situation.book.deleted(object))
  return id === undefined ? null : { kind: 'restore', object, id: String(id), by: user(situation) }
}

function merge(situation: Situation, object: EditedObject): Edit | null {
  const [id, into] = [linked(situation, object), linked(situation, object)]
  if (id === into) return null
  return { kind: 'merge', object, id: String(id), into: String(into), by: user(situation) }
}

/** One field gets another value, or none. */
function custom({ chance, now }: Situation, owner: keyof typeof customFields): Drawn {
  const [code, drawing] = draw.one(chance, Object.entries(draw.customDraws[owner]))
  return { custom_fields: { [code]: chance.happens(0.15) ? null : drawing(chance, now) } }
}

function linked({ chance, book }: Situation, object: EditedObject): number {
  return draw.one(chance, book.active(object))
}

/** Most of the work is on few records: a third of it on one in a hundred. */
function busy(situation: Situation, object: EditedObject): number {
  const { chance, book } = situation
  const records = book.active(object)
  return records[Math.floor(records.length * chance.next() ** 4)] ?? linked(situation, object)
}

/** Whoever is logged in: deactivated ones, too, as the CRM goes on with what they had begun. */
function user(situation: Situation): string {
  return String(linked(situation, 'user'))
}

function times(count: number, drawing: Draw): readonly Draw[] {
  return Array.from({ length: count }, () => drawing)
}
