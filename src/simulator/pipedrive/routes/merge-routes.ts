/** Merging: the record of the path goes, the one of the body stays. */
import { badRequest, notFound } from '../wire/api-error.ts'
import { type Call, type Reply, ok, param } from '../request/call.ts'
import type { JsonObject } from '../../json.ts'
import { parseBody, requiredId } from '../wire/json.ts'
import { legacyRecord } from '../views/legacy-view.ts'
import { titled } from '../wire/objects.ts'
import { type Mergeable, mergeRecords } from '../writes/record-merge.ts'
import type { Ok } from '../wire/wire.ts'

export function mergeOne(call: Call, object: Mergeable): Reply<Ok<JsonObject>> {
  const { company, origin, behaviour } = call
  const table = company.table(object)
  const loser = table.active(param(call, 'id'))
  if (loser === null) throw notFound(titled(object))
  const survivor = table.active(String(requiredId(parseBody(call.body), 'merge_with_id')))
  if (survivor === null) throw badRequest(`merge_with_id: there is no such ${object}`)
  const merged = mergeRecords({ company, object, origin, behaviour }, loser, survivor)
  return ok({ ...legacyRecord(company, object, merged), merge_what_id: Number(loser.id) })
}
