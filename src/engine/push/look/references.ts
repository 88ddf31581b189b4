/** The lists that a sync's lookups name entries of: read whole, once per run. */
import {
  type Reference,
  referenceName,
  type ReferencesByName,
} from '../../../core/mapping/lookup.ts'
import type { CompiledMapping } from '../../../core/mapping/mapping.ts'
import type { Collaborators } from '../../context.ts'
import { pushErrors } from '../../errors.ts'
import { describeFailure } from '../../failures.ts'
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
  const references = new Map<string, ReferencesByName>()
  const faults: Fault[] = []
  for (const { field, lookup } of sync.fields) {
    if (lookup === null) continue
    const [list, name] = lookup.split('.')
    if (list !== undefined && !connector.lists.includes(list)) continue
    const read = await asked(() => {
      if (list === undefined || name === undefined) throw unknownLookup(context, lookup)
      return readNames(context, list, name)
    })
    faults.push(...read.faults)
    if (read.value !== null) references.set(field, read.value)
  }
  return { references, faults }
}

async function readNames(
  context: Pick<Collaborators, 'sync' | 'crm'>,
  list: string,
  name: string,
): Promise<ReferencesByName> {
  const { crm, sync } = context
  const entries = await describeFailure(context, crm.references(list, sync.object))
  const meant = new Map<string, Reference[]>()
  for (const entry of entries) {
    const called = entry.names[name]
    if (called === undefined || called === '') continue
    const key = referenceName(called)
    const reference = { id: entry.id, parent: entry.parent ?? null }
    meant.set(key, [...(meant.get(key) ?? []), reference])
  }
  return meant
}

function unknownLookup({ sync }: Pick<Collaborators, 'sync'>, lookup: string): Error {
  return pushErrors.unknown_lookup({
    message: `Sync ${sync.name}: ${JSON.stringify(lookup)} names no list and name, like owners.email.`,
    place: sync.place,
  })
}
