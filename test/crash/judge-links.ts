/** Judges the associations of a history's end: each record leads to what its row names, and to nothing else. */
import type { PushSync } from '../../src/model/sync.ts'
import type { PushWorld } from '../support/world.ts'

/** What each record leads to, by its id. */
export type Links = ReadonlyMap<string, readonly string[]>

/** `links` name the records that they lead to by their values of the association's match field. */
export async function judgeLinks(
  { query, workingSchema }: Pick<PushWorld, 'query' | 'workingSchema'>,
  { associations, model, name }: PushSync,
  links: Links,
): Promise<readonly string[]> {
  const [association] = associations
  if (association === undefined || model.kind !== 'table') return []
  const rows = await query(
    `select b.remote_id, m.${association.match.column} from ${workingSchema}.${name}__baseline b left join ${model.schema}.${model.table} m on cast(m.id as varchar) = b.key where b.presence in ('present', 'cleared')`,
  )
  return rows.flatMap(([id, wanted]) => {
    const found = links.get(String(id)) ?? []
    const right = wanted === null ? [] : [String(wanted)]
    return found.join() === right.join()
      ? []
      : [
          `record ${id} leads to ${found.join() || 'nothing'}, and its row to ${right.join() || 'nothing'}`,
        ]
  })
}
