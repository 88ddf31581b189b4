/** A company's data by seed: users, pipelines, organizations, their persons, and the deals with them. */
import { Chance } from '../../src/simulator/chance.ts'
import type { Json, JsonObject } from '../../src/simulator/json.ts'
import type { CompanyState, RecordState } from '../../src/simulator/pipedrive/state.ts'
import { customFields, fieldsOfCompany } from './custom-fields.ts'
import * as draw from './draw-values.ts'
import * as names from './names.ts'

/** Records of each object in the full size. */
export const fullSize = { deal: 5_208, organization: 4_758, person: 6_904, user: 45 } as const

/** Two pipelines, with the names of their stages. */
const pipelines = {
  Sales: ['Qualified', 'Contact made', 'Demo scheduled', 'Proposal', 'Negotiation'],
  Renewals: ['Due', 'Offered', 'In talks', 'Signed'],
} as const

export interface CompanyOrder {
  readonly seed: number
  /** Of the full size. */
  readonly share: number
  /** Everything is older than this. */
  readonly now: number
}

export interface Company {
  readonly fields: CompanyState['fields']
  readonly records: Readonly<Record<string, readonly RecordState[]>>
}

const dayMs = 86_400_000

export function generateCompany({ seed, share, now }: CompanyOrder): Company {
  const chance = new Chance(seed)
  const sized = (count: number): number => Math.max(1, Math.round(count * share))
  const several = (count: number, values: (number: number) => JsonObject): RecordState[] =>
    Array.from({ length: count }, (_, index) => record(chance, now, index + 1, values(index + 1)))
  const user = several(fullSize.user, (number) => userValues(chance, number))
  const owner = (): number => chance.between(1, user.length)
  const stage = stages()
  const organization = several(sized(fullSize.organization), () =>
    organizationValues(chance, now, owner()),
  )
  const orgOf = new Map<number, number>()
  const person = several(sized(fullSize.person), (number) => {
    const org = draw.maybe(chance, 0.9, () => chance.between(1, organization.length))
    if (org !== null) orgOf.set(number, org)
    return personValues(chance, now, owner(), org)
  })
  const deal = several(sized(fullSize.deal), () => {
    const contact = chance.between(1, person.length)
    const links = { person_id: contact, org_id: orgOf.get(contact) ?? null }
    return { ...dealValues(chance, now, owner()), ...filled(links), ...placeOf(chance, stage) }
  })
  const pipeline = Object.keys(pipelines).map((name, index) =>
    old(now, index + 1, { name, order_nr: index, is_deal_probability_enabled: true }),
  )
  const stagesOfCompany = stage.map((values, index) => old(now, index + 1, values))
  return {
    fields: fieldsOfCompany,
    records: { user, pipeline, stage: stagesOfCompany, organization, person, deal },
  }
}

/** Some have no time of change: rows from before Pipedrive kept it. */
function record(chance: Chance, now: number, id: number, values: JsonObject): RecordState {
  const addedAt = now - chance.between(20 * dayMs, 1_000 * dayMs)
  const changedAt = chance.between(addedAt, now - dayMs)
  const updatedAt = chance.happens(0.02) ? null : changedAt
  return { id: String(id), addedAt, updatedAt, values: filled(values) }
}

function old(now: number, id: number, values: JsonObject): RecordState {
  const addedAt = now - 1_200 * dayMs
  return { id: String(id), addedAt, updatedAt: addedAt, values }
}

/** What is empty is absent in a stored record. */
function filled(values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
}

function userValues(chance: Chance, number: number): JsonObject {
  const name = draw.personName(chance)
  return {
    name,
    email: `user${number}@company.example`,
    is_admin: number === 1,
    active_flag: true,
    default_currency: draw.one(chance, names.currencies),
    phone: draw.maybe(chance, 0.5, () => `+44 20 ${chance.between(1_000_000, 9_999_999)}`),
  }
}

function stages(): readonly JsonObject[] {
  return Object.values(pipelines).flatMap((labels, pipeline) =>
    labels.map((name, order) => ({
      name,
      pipeline_id: pipeline + 1,
      order_nr: order,
      deal_probability: 20 * (order + 1),
      is_deal_rot_enabled: order === 1,
    })),
  )
}

function organizationValues(chance: Chance, now: number, owner: number): JsonObject {
  return {
    name: draw.companyName(chance),
    owner_id: owner,
    visible_to: chance.happens(0.9) ? 3 : 1,
    label_ids: [],
    address: draw.maybe(chance, 0.7, () => draw.address(chance)),
    website: draw.maybe(chance, 0.5, () => `https://c${chance.between(1, 99_999)}.example`),
    annual_revenue: draw.maybe(chance, 0.4, () => draw.amount(chance)),
    employee_count: draw.maybe(chance, 0.6, () => chance.between(1, 20_000)),
    ...draw.customValues(chance, 'organization', now, 0.5),
  }
}

function personValues(chance: Chance, now: number, owner: number, org: Json): JsonObject {
  const name = draw.personName(chance)
  return {
    name,
    owner_id: owner,
    org_id: org,
    visible_to: 3,
    label_ids: [],
    emails: draw.emails(chance, name),
    phones: draw.phones(chance),
    ...draw.customValues(chance, 'person', now, 0.5),
  }
}

function dealValues(chance: Chance, now: number, owner: number): JsonObject {
  const status = chance.oneOf('open', 'open', 'open', 'won', 'lost')
  const closed = `${draw.day(chance, now - 400 * dayMs)}T12:00:00Z`
  return {
    title: `${draw.one(chance, names.companyWords)} deal`,
    owner_id: owner,
    value: draw.amount(chance),
    currency: draw.one(chance, names.currencies),
    status,
    ...(status === 'open' ? {} : { close_time: closed, [`${status}_time`]: closed }),
    ...(status === 'lost' ? { lost_reason: draw.one(chance, names.lostReasons) } : {}),
    expected_close_date: draw.maybe(chance, 0.6, () => draw.day(chance, now)),
    is_archived: chance.happens(0.05),
    visible_to: 3,
    label_ids: [],
    ...draw.customValues(chance, 'deal', now, 0.5),
    [customFields.deal.score.code]: chance.between(0, 1_000) / 10,
  }
}

function placeOf(chance: Chance, stage: readonly JsonObject[]): JsonObject {
  const index = chance.between(1, stage.length)
  return { stage_id: index, pipeline_id: stage[index - 1]?.['pipeline_id'] ?? 1 }
}
