/** The lists that a sync's lookups name entries of: read whole, once per run. */
import { type ReferenceNames, referenceNames } from '../../../core/mapping/lookup.ts'
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import { type LookupProblem, lookupProblem } from '../../../model/reference-list.ts'
import type { PushSync } from '../../../model/sync.ts'
import type { Collaborators } from '../../context.ts'
import { pushErrors } from '../errors/errors.ts'
import { describeFailure } from '../errors/failures.ts'
import { asked, type Fault } from './faults.ts'

export interface ReadReferences {
  /** Name → entries for each field with a lookup, e.g. `owners.email`. */
  readonly references: CompiledMapping['references']
  readonly faults: readonly Fault[]
}

export async function readReferences(
  context: Pick<Collaborators, 'sync' | 'crm' | 'connector'>,
): Promise<ReadReferences> {
  const { sync, connector } = context
  const references = new Map<string, ReferenceNames>()
  const faults: Fault[] = []
  for (const { field, lookup } of sync.fields) {
    const [list = '', by = ''] = lookup?.split('.') ?? []
    if (lookup === null || !connector.lists.some(({ name }) => name === list)) continue
    const read = await asked(() => {
      const wrong = lookupProblem(lookup, sync.object, connector.lists)
      if (wrong !== null) throw unknownLookup(sync, field, wrong)
      return readNames(context, list, by)
    })
    faults.push(...read.faults)
    if (read.value !== null) references.set(field, read.value)
  }
  return { references, faults }
}

async function readNames(
  context: Pick<Collaborators, 'sync' | 'crm'>,
  list: string,
  by: string,
): Promise<ReferenceNames> {
  const { crm, sync } = context
  const entries = await describeFailure(context, crm.references(list, sync.object))
  return referenceNames(
    entries.flatMap(({ id, names, parent = null }) => {
      const name = names[by] ?? ''
      return name === '' ? [] : [{ id, name, parent }]
    }),
  )
}

function unknownLookup(
  { name, place }: PushSync,
  field: string,
  { message, expected, nearest }: LookupProblem,
): Error {
  const meant = nearest === null ? '' : ` Did you mean ${nearest}?`
  return pushErrors.unknown_lookup({
    message: `Sync ${name}: ${field}: ${message}${meant} Expected ${expected}.`,
    place,
  })
}
