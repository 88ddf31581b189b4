/** Pages of the first version: from the so-manieth on. */
import { type Call, type Reply, countParam, limitParam, reply } from '../request/call.ts'
import type { Pagination, StartPage } from '../wire/wire.ts'

export interface Slice<Item> {
  readonly items: readonly Item[]
  readonly pagination: Pagination
}

export function sliceOf<Item>({ query }: Call, all: readonly Item[]): Slice<Item> {
  const start = countParam(query, 'start', 0)
  const limit = limitParam(query)
  const more = start + limit < all.length
  return {
    items: all.slice(start, start + limit),
    pagination: {
      start,
      limit,
      more_items_in_collection: more,
      ...(more ? { next_start: start + limit } : {}),
    },
  }
}

export function startPage<Item, Shown>(
  call: Call,
  all: readonly Item[],
  view: (item: Item) => Shown,
): Reply<StartPage<Shown>> {
  const { items, pagination } = sliceOf(call, all)
  return reply(200, { success: true, data: items.map(view), additional_data: { pagination } })
}
