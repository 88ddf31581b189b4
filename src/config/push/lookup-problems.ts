/** Lookups in lists that every account of a CRM has are checked offline; others lead to records, which only it knows. */
import { lookupProblem, type ReferenceList } from '../../model/reference-list.ts'
import { configErrors } from '../errors.ts'
import { type Located, placeAt } from '../yaml/located.ts'
import type { PushOptions } from '../options/push-options.ts'
import { type Problem, problem } from '../problem.ts'
import type { ConnectionKind, CrmTypes } from '../project.ts'

/** The lists of a connection's CRM; none where its type is not known. */
export type ReferenceLists = (connection: string) => readonly ReferenceList[]

export function referenceLists(
  kinds: ReadonlyMap<string, ConnectionKind | null> | null,
  connectors: CrmTypes,
): ReferenceLists {
  return (connection) => connectors.get(kinds?.get(connection)?.type ?? '')?.lists ?? []
}

export function lookupProblems(
  { fields, to }: Pick<PushOptions, 'fields' | 'to'>,
  tree: Located,
  listsOf: ReferenceLists,
): Problem[] {
  const lists = listsOf(to.connection)
  return Object.entries(fields).flatMap(([field, written]) => {
    const lookup = typeof written === 'string' ? undefined : written.lookup
    const wrong = lookup === undefined ? null : lookupProblem(lookup, to.object, lists)
    if (lookup === undefined || wrong === null) return []
    const place = placeAt(tree, ['fields', field, 'lookup'])
    return [problem(configErrors.value, { place, found: lookup, ...wrong })]
  })
}
