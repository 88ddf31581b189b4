/** The search: what the lagging index holds, filtered, sorted and cut off after 10,000. */
import type { CollectionResponseWithTotalSimplePublicObject } from '@hubspot/api-client/lib/codegen/crm/objects/models/CollectionResponseWithTotalSimplePublicObject.js'
import { badRequest } from '../wire/api-error.ts'
import { reply, typeParam } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { isJsonObject } from '../../json.ts'
import {
  numberField,
  objectsField,
  parseBody,
  requiredText,
  textField,
  textsField,
} from '../wire/json.ts'
import type { JsonObject } from '../../json.ts'
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'
import { readableNames, valueOf, viewRecord } from '../views/record-view.ts'
import type { StoredRecord } from '../store/records.ts'
import { searchCandidates } from './search-candidates.ts'
import { comparable, compileFilter } from './search-filter.ts'
import type { Matches } from './search-filter.ts'
import type { Wire } from '../wire/wire.ts'

const limits = {
  groups: 5,
  filtersInGroup: 6,
  filters: 18,
  bodyLength: 3000,
  page: 200,
  last: 10_000,
}

export function searchRecords(
  call: Call,
): Reply<Wire<CollectionResponseWithTotalSimplePublicObject>> {
  const type = typeParam(call)
  if ((call.body?.length ?? 0) > limits.bodyLength) {
    throw badRequest(`The request body may have at most ${limits.bodyLength} characters`)
  }
  const body = parseBody(call.body)
  const groups = readGroups(body)
  const matches = compileGroups(call.portal, type, groups, textField(body, 'query'))
  const compare = readSort(call.portal, type, body)
  const { limit, after } = readWindow(body)
  const found: StoredRecord[] = []
  for (const record of searchCandidates(call.portal, type, groups, call.now)) {
    if (record.archivedAt === null && matches(record)) found.push(record)
  }
  found.sort(compare)
  const names = readableNames(call.portal, type, textsField(body, 'properties') ?? [])
  const results = found.slice(after, after + limit).map((record) => viewRecord(type, record, names))
  const total = found.length
  const end = after + results.length
  if (end >= total || limit === 0) return reply(200, { total, results })
  return reply(200, { total, results, paging: { next: { after: String(end) } } })
}

function readGroups(body: JsonObject): readonly (readonly JsonObject[])[] {
  const groups = (objectsField(body, 'filterGroups') ?? []).map(
    (group) => objectsField(group, 'filters') ?? [],
  )
  if (groups.length > limits.groups) {
    throw badRequest(`At most ${limits.groups} filterGroups are allowed`)
  }
  if (groups.some((filters) => filters.length > limits.filtersInGroup)) {
    throw badRequest(`At most ${limits.filtersInGroup} filters are allowed in a filterGroup`)
  }
  if (groups.reduce((sum, filters) => sum + filters.length, 0) > limits.filters) {
    throw badRequest(`At most ${limits.filters} filters are allowed in total`)
  }
  return groups
}

/** Any group may match, with all of its filters; the query must match as well. */
function compileGroups(
  portal: Portal,
  type: ObjectType,
  groups: readonly (readonly JsonObject[])[],
  query: string | null,
): Matches {
  const compiled = groups.map((filters) =>
    filters.map((filter) => compileFilter(portal, type, filter)),
  )
  const words = (query ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return (record) => {
    if (compiled.length > 0 && !compiled.some((group) => group.every((test) => test(record)))) {
      return false
    }
    if (words.length === 0) return true
    const text = type.searchable
      .map((name) => valueOf(type, record, name) ?? '')
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

/** One sort, given as an object or as a name; otherwise by creation, oldest first. */
function readSort(portal: Portal, type: ObjectType, body: JsonObject) {
  const byId = (a: StoredRecord, b: StoredRecord) => Number(a.id) - Number(b.id)
  const sorts = body['sorts']
  if (!Array.isArray(sorts) || sorts.length === 0) return byId
  if (sorts.length > 1) throw badRequest('Only one sort is allowed')
  const sort = sorts[0]
  const name = isJsonObject(sort) ? requiredText(sort, 'propertyName') : String(sort)
  const descending = isJsonObject(sort) && textField(sort, 'direction') === 'DESCENDING'
  const definition = portal.properties.find(type, name)
  if (definition === null) throw badRequest(`Property "${name}" does not exist`)
  const sign = descending ? -1 : 1
  return (a: StoredRecord, b: StoredRecord) => {
    const [left, right] = [valueOf(type, a, name), valueOf(type, b, name)]
    if (left === null || right === null) {
      return left === right ? byId(a, b) : left === null ? 1 : -1
    }
    const [x, y] = [comparable(definition, left), comparable(definition, right)]
    if (x === y) return byId(a, b)
    return x < y ? -sign : sign
  }
}

function readWindow(body: JsonObject): { limit: number; after: number } {
  const limit = numberField(body, 'limit') ?? 10
  if (!Number.isInteger(limit) || limit < 0 || limit > limits.page) {
    throw badRequest(`limit must be between 0 and ${limits.page}, was ${limit}`)
  }
  const after = numberField(body, 'after') ?? 0
  if (!Number.isInteger(after) || after < 0) throw badRequest(`Invalid after: ${after}`)
  if (after + limit > limits.last) {
    throw badRequest(
      `The search API can return at most ${limits.last} results: after ${after} with limit ${limit} goes beyond`,
    )
  }
  return { limit, after }
}
