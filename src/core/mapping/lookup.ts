/**
 * Names to ids, by the lists that a CRM keeps. Where entries belong to others, as stages belong to a
 * pipeline, several may have one name: then the row's own value for that other list tells which.
 */
import type { CrmValue } from '../../model/operation.ts'
import type { Coerced } from './coerce.ts'

/** An entry that a name may mean. */
export interface Reference {
  readonly id: string
  /** What it belongs to: an entry of another list. */
  readonly parent: { readonly list: string; readonly id: string } | null
}

export type ReferencesByName = ReadonlyMap<string, readonly Reference[]>

export interface LookupRequest {
  readonly field: string
  /** As the sync says it: `stages.label`. */
  readonly lookup: string
  readonly names: ReferencesByName
  /** The row's value of the field that refers to a list; undefined where the sync maps none. */
  readonly valueIn: (list: string) => CrmValue | undefined
}

export function lookUpName(name: string | null, request: LookupRequest): Coerced {
  if (name === null) return { ok: true, value: null }
  const { field, lookup, names, valueIn } = request
  const called = names.get(referenceName(name)) ?? []
  const fitting = called.filter(({ parent }) => {
    const chosen = parent === null ? undefined : valueIn(parent.list)
    return chosen === undefined || chosen === null || chosen === parent?.id
  })
  const [found, another] = fitting
  if (found !== undefined && another === undefined) return { ok: true, value: found.id }
  const shown = JSON.stringify(name)
  if (found === undefined) {
    const [elsewhere] = called
    const where = elsewhere?.parent ? `, in the row's ${elsewhere.parent.list}` : ''
    return refuse('lookup.unknown', `${field}: no ${lookup} is ${shown}${where}`)
  }
  const lists = new Set(fitting.flatMap(({ parent }) => parent?.list ?? []))
  const remedy = [...lists].map((list) => `; map the field that names one of the ${list}, too`)
  const ids = fitting.map(({ id }) => id).join(', ')
  const message = `${field}: several ${lookup} are ${shown}: ${ids}${remedy.join('')}`
  return refuse('lookup.ambiguous', message)
}

/** Names compare without case and outer blanks. */
export function referenceName(name: string): string {
  return name.trim().toLowerCase()
}

function refuse(reason: string, message: string): Coerced {
  return { ok: false, reason, message }
}
