/** Values of records as Pipedrive's API takes them, drawn by chance. */
import type { Chance } from '../../src/simulator/chance.ts'
import type { Json, JsonObject } from '../../src/simulator/json.ts'
import { customFields } from './custom-fields.ts'
import * as names from './names.ts'

/** One of a list that is not empty. */
export function one<T>(chance: Chance, values: readonly T[]): T {
  const found = chance.pick(values)
  if (found === undefined) throw new Error('there is nothing to pick from')
  return found
}

export function maybe<T>(chance: Chance, share: number, draw: () => T): T | null {
  return chance.happens(share) ? draw() : null
}

export function amount(chance: Chance): number {
  return chance.between(10_000, 25_000_000) / 100
}

export function personName(chance: Chance): string {
  return `${one(chance, names.firstNames)} ${one(chance, names.lastNames)}`
}

export function companyName(chance: Chance): string {
  const [word, branch] = [one(chance, names.companyWords), one(chance, names.branches)]
  return `${word} ${branch} ${one(chance, names.legalForms)}`
}

/** A day within a year of that instant. */
export function day(chance: Chance, now: number): string {
  return new Date(now + chance.between(-365, 365) * 86_400_000).toISOString().slice(0, 10)
}

export function emails(chance: Chance, name: string): Json {
  const mailbox = name.normalize('NFKD').replaceAll(/[^A-Za-z ]/g, '')
  const own = `${mailbox.toLowerCase().replaceAll(' ', '.')}${chance.between(1, 99)}@mail.example`
  const work = { value: own, primary: true, label: 'work' }
  const home = { value: `home.${own}`, primary: false, label: 'home' }
  return chance.happens(0.2) ? [work, home] : [work]
}

export function phones(chance: Chance): Json {
  if (chance.happens(0.3)) return []
  const value = `+49 30 ${chance.between(1_000_000, 9_999_999)}`
  return [{ value, primary: true, label: chance.oneOf('work', 'mobile') }]
}

/** Every part is named, as what is left out becomes empty. */
export function address(chance: Chance) {
  const { locality, country, postal_code } = one(chance, names.cities)
  const [route, number] = [one(chance, names.streets), String(chance.between(1, 200))]
  const empty = { subpremise: null, sublocality: null, admin_area_level_1: null }
  return {
    ...empty,
    value: `${route} ${number}, ${postal_code} ${locality}`,
    street_number: number,
    route,
    locality,
    admin_area_level_2: null,
    country,
    postal_code,
  }
}

function money(chance: Chance): JsonObject {
  return { value: amount(chance), currency: one(chance, names.currencies) }
}

function optionOf(chance: Chance, { options }: { options: readonly { id: Json }[] }): Json {
  return one(chance, options).id
}

function optionsOf(chance: Chance, { options }: { options: readonly { id: Json }[] }): Json {
  const ids = options.map(({ id }) => id).filter(() => chance.happens(0.5))
  return ids.length === 0 ? null : ids
}

/** By code of a custom field: how a value of it is drawn; null clears it. */
type Draw = (chance: Chance, now: number) => Json
const { deal, person, organization } = customFields

/** What names other records is drawn elsewhere, and what Pipedrive works out by itself is not written. */
export const customDraws = {
  deal: {
    [deal.region.code]: (chance) => optionOf(chance, deal.region),
    [deal.interests.code]: (chance) => optionsOf(chance, deal.interests),
    [deal.budget.code]: money,
    [deal.renewal.code]: day,
    [deal.window.code]: (chance, now) => {
      const from = day(chance, now)
      return { value: from, until: day(chance, Date.parse(from) + 400 * 86_400_000) }
    },
    [deal.reference.code]: (chance) => `PO-${chance.between(1, 99_999)}/“${chance.between(1, 9)}”`,
  },
  person: {
    [person.department.code]: (chance) => optionOf(chance, person.department),
    [person.lastVisit.code]: day,
    [person.topics.code]: (chance) => optionsOf(chance, person.topics),
  },
  organization: {
    [organization.tier.code]: (chance) => optionOf(chance, organization.tier),
    [organization.credit.code]: money,
    [organization.office.code]: (chance) => {
      const parts = address(chance)
      return { ...parts, formatted_address: `${parts.value}, ${parts.country}` }
    },
    [organization.remarks.code]: (chance) => `Called ${chance.between(2, 9)} times.\nNo “answer”.`,
  },
} as const satisfies Record<keyof typeof customFields, Readonly<Record<string, Draw>>>

/** Each with that share. */
export function customValues(
  chance: Chance,
  owner: keyof typeof customFields,
  now: number,
  share: number,
): JsonObject {
  const drawn = Object.entries<Draw>(customDraws[owner])
    .filter(() => chance.happens(share))
    .map(([code, draw]) => [code, draw(chance, now)] as const)
  return Object.fromEntries(drawn)
}
