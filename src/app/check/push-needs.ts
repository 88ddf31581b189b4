/** What pushes do with each object of a CRM that they touch: their own, and those that their values lead to. */
import { type Connector, type PushNeeds, readingNeeds } from '../../connector/connector.ts'
import { recordFieldMappings } from '../../core/mapping/mapping.ts'
import { mappedLists, mappedTargets } from '../../core/mapping/targets.ts'
import { type PushSync, removesRecords } from '../../model/sync.ts'

export interface ObjectNeeds {
  /** As the first sync that names it does. */
  readonly object: string
  readonly needs: PushNeeds
}

/** One for each object, whatever the names it goes by; objects of syncs before those that they lead to. */
export function needsOf(
  syncs: readonly PushSync[],
  connector: Pick<Connector<never>, 'lists' | 'objectKey'>,
): readonly ObjectNeeds[] {
  const lists = connector.lists.map(({ name }) => name)
  const all = new Map<string, ObjectNeeds>()
  const add = (object: string, needs: Partial<PushNeeds>): void => {
    const key = connector.objectKey(object)
    const known = all.get(key) ?? { object, needs: readingNeeds }
    all.set(key, { ...known, needs: both(known.needs, { ...readingNeeds, ...needs }) })
  }
  for (const sync of syncs) add(sync.object, ownNeeds(sync, lists))
  for (const sync of syncs) {
    for (const { target, association } of mappedTargets(sync, lists)) {
      add(target.object, { finds: [target.field], associates: association !== null })
    }
  }
  return [...all.values()]
}

function ownNeeds(sync: PushSync, lists: readonly string[]): Partial<PushNeeds> {
  const { mode, removedRows } = sync
  return {
    fields: recordFieldMappings(sync).map(({ field }) => field),
    creates: mode !== 'update',
    updates: mode !== 'insert',
    deletes: removesRecords(removedRows),
    associates: sync.associations.length > 0,
    lists: mappedLists(sync, lists),
  }
}

function both(one: PushNeeds, other: PushNeeds): PushNeeds {
  return {
    fields: [...new Set([...one.fields, ...other.fields])],
    finds: [...new Set([...one.finds, ...other.finds])],
    creates: one.creates || other.creates,
    updates: one.updates || other.updates,
    deletes: one.deletes || other.deletes,
    associates: one.associates || other.associates,
    lists: [...new Set([...one.lists, ...other.lists])],
  }
}

/** Whether its records are written, and not only found. */
export function writes({ creates, updates, deletes, associates }: PushNeeds): boolean {
  return creates || updates || deletes || associates
}
