/** HubSpot's associations as the seam wants them: labels by what people call them. */
import type { AssociationKind, AssociationPair, Associations } from '../connector.ts'
import type { HubSpotApi } from './api.ts'
import {
  archiveAssociations,
  archiveLabels,
  type AssociationType,
  createAssociations,
  readAssociations,
  readLabels,
  typeOfLabel,
} from './associations.ts'

export function associationsOf(api: HubSpotApi): Associations {
  // Labels are asked for once: they change less often than a run lasts.
  const known = new Map<string, Promise<readonly AssociationType[]>>()
  const askFor = (from: string, to: string): Promise<readonly AssociationType[]> => {
    const types = readLabels(api, from, to)
    known.set(`${from} ${to}`, types)
    return types
  }
  const typeOf = async ({ from, to, label }: AssociationKind): Promise<AssociationType | null> => {
    if (label === null) return null
    const pair = `${from} ${to}`
    try {
      return typeOfLabel(await (known.get(pair) ?? askFor(from, to)), label)
    } catch (error) {
      known.delete(pair)
      throw error
    }
  }
  return {
    async labels(from, to) {
      const types = await askFor(from, to)
      return types.flatMap(({ label }) => label ?? [])
    },
    async read(ids, kind) {
      const type = await typeOf(kind)
      const found = await readAssociations(api, ids, kind)
      return new Map(
        [...found].map(([id, associations]) => [
          id,
          associations
            .filter(({ types }) => type === null || types.some((one) => one.typeId === type.typeId))
            .map(({ toId }) => toId),
        ]),
      )
    },
    async add(pairs, kind) {
      const type = await typeOf(kind)
      const types = type === null ? [] : [type]
      return createAssociations(
        api,
        pairs.map((pair) => ({ ...pair, types })),
        kind,
      )
    },
    async remove(pairs, kind) {
      const type = await typeOf(kind)
      if (type === null) return archiveAssociations(api, await unlabelled(api, pairs, kind), kind)
      return archiveLabels(
        api,
        pairs.map((pair) => ({ ...pair, types: [type] })),
        kind,
      )
    },
  }
}

/**
 * The pairs that no label of somebody else's holds together: HubSpot archives all labels of a pair with
 * its plain association. A company's being primary follows from the association, often by itself,
 * and goes with it.
 */
async function unlabelled(
  api: HubSpotApi,
  pairs: readonly AssociationPair[],
  kind: AssociationKind,
): Promise<readonly AssociationPair[]> {
  const ids = [...new Set(pairs.map(({ fromId }) => fromId))]
  const { from, to, signal } = kind
  const found = await readAssociations(api, ids, { from, to, ...(signal ? { signal } : {}) })
  return pairs.filter(({ fromId, toId }) => {
    const pair = found.get(fromId)?.find((association) => association.toId === toId)
    const labels = pair?.types.flatMap(({ label }) => label ?? []) ?? []
    return labels.every((label) => label.toLowerCase() === primary)
  })
}

const primary = 'primary'
