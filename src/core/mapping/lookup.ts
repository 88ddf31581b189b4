/**
 * Names to ids, by the lists that a CRM keeps. Where entries belong to others, as stages belong to a
 * pipeline, several may have one name: then the row's own value for that other list tells which.
 */
import { nearestOnes } from '../../model/nearest.ts'
import type { CrmValue } from '../../model/operation.ts'
import type { Coerced } from './coerce.ts'

/** An entry that a name may mean. */
export interface Reference {
  readonly id: string
  /** As the CRM writes it. */
  readonly name: string
  /** What it belongs to: an entry of another list. */
  readonly parent: { readonly list: string; readonly id: string } | null
}

/** A list by one of the names that its entries have. */
export interface ReferenceNames {
  /** Those that the name may mean, without regard to case and outer blanks. */
  named(name: string): readonly Reference[]
  /** The names of those that fit the row, for whoever gave one that none of these has. */
  candidates(name: string, valueIn: ValueIn): Candidates
}

/** The row's value of the field that refers to a list; undefined where the sync maps none. */
type ValueIn = (list: string) => CrmValue | undefined

interface Candidates {
  /** The nearest first. */
  readonly nearest: readonly string[]
  readonly inAll: number
}

/** Names told to a person at once. */
const mostTold = 5
/** Names compared with wrong ones, of which a column may be full: about a second's work in all. */
const mostCompared = 50_000

export function referenceNames(entries: readonly Reference[]): ReferenceNames {
  const byName = Map.groupBy(entries, ({ name }) => referenceName(name))
  const parents = [...new Set(entries.flatMap(({ parent }) => parent?.list ?? []))]
  const told = new Map<string, Candidates>()
  let compared = 0
  return {
    named: (name) => byName.get(referenceName(name)) ?? [],
    candidates(name, valueIn) {
      const asked = JSON.stringify([referenceName(name), ...parents.map(valueIn)])
      const known = told.get(asked)
      if (known !== undefined) return known
      const names = [...new Set(entries.filter(fitsRow(valueIn)).map((entry) => entry.name))]
      compared += names.length
      if (compared > mostCompared) return { nearest: [], inAll: names.length }
      const found = { nearest: nearestOnes(name, names, mostTold), inAll: names.length }
      told.set(asked, found)
      return found
    },
  }
}

export interface LookupRequest {
  readonly field: string
  /** As the sync says it: `stages.label`. */
  readonly lookup: string
  readonly names: ReferenceNames
  /** Values of the field are masked, and a name near to one would tell it. */
  readonly sensitive: boolean
  readonly valueIn: ValueIn
}

export function lookUpName(name: string | null, request: LookupRequest): Coerced {
  if (name === null) return { ok: true, value: null }
  const { field, lookup, names, valueIn } = request
  const called = names.named(name)
  const fitting = called.filter(fitsRow(valueIn))
  const [found, another] = fitting
  if (found !== undefined && another === undefined) return { ok: true, value: found.id }
  const shown = JSON.stringify(name)
  if (found === undefined) {
    const [elsewhere] = called
    const where = elsewhere?.parent ? `, in the row's ${elsewhere.parent.list}` : ''
    const known = request.sensitive ? '' : candidatesText(name, request)
    return refuse('lookup.unknown', `${field}: no ${lookup} is ${shown}${where}${known}`)
  }
  const lists = new Set(fitting.flatMap(({ parent }) => parent?.list ?? []))
  const remedy = [...lists].map((list) => `; map the field that names one of the ${list}, too`)
  const ids = shortList(fitting.map(({ id }) => id))
  const message = `${field}: several ${lookup} are ${shown}: ${ids}${remedy.join('')}`
  return refuse('lookup.ambiguous', message)
}

/** Names compare without case and outer blanks. */
export function referenceName(name: string): string {
  return name.trim().toLowerCase()
}

/** As many as a person reads, and how many there are where these are not all. */
export function shortList(names: readonly string[], inAll = names.length): string {
  const shown = names.slice(0, mostTold).join(', ')
  return inAll > Math.min(names.length, mostTold) ? `${shown}, … (${inAll} in all)` : shown
}

function fitsRow(valueIn: ValueIn): (entry: Reference) => boolean {
  return ({ parent }) => {
    const chosen = parent === null ? undefined : valueIn(parent.list)
    return chosen === undefined || chosen === null || chosen === parent?.id
  }
}

function candidatesText(name: string, { names, valueIn }: LookupRequest): string {
  const { nearest, inAll } = names.candidates(name, valueIn)
  if (inAll === 0) return '; there are none'
  return nearest.length === 0 ? `; there are ${inAll}` : `; there are ${shortList(nearest, inAll)}`
}

function refuse(reason: string, message: string): Coerced {
  return { ok: false, reason, message }
}
