/** Lists of records: which parameters each of them takes, and what they let through. */
import { badRequest, notFound } from '../wire/api-error.ts'
import { type Call, type Reply, flagParam, listParam, reply, userOf } from '../request/call.ts'
import type { Json } from '../../json.ts'
import { canonical } from '../wire/json.ts'
import { pageOf } from './record-order.ts'
import {
  type V2Object,
  type View,
  dealStatus,
  plainView,
  viewRecord,
} from '../views/record-view.ts'
import type { StoredRecord } from '../store/records.ts'
import { readZulu, secondOf } from '../wire/times.ts'
import { flag, number, text } from '../store/values.ts'
import { canSee } from '../store/visibility.ts'
import type { CursorPage, WireRecord } from '../wire/wire.ts'

type Test = (record: StoredRecord) => boolean

/** Parameters that name one value of the field of the same name. */
const equalities: Readonly<Record<V2Object, readonly string[]>> = {
  deal: ['owner_id', 'person_id', 'org_id', 'pipeline_id', 'stage_id'],
  person: ['owner_id', 'org_id'],
  organization: ['owner_id'],
  activity: ['owner_id', 'deal_id', 'lead_id', 'person_id', 'org_id'],
  product: ['owner_id'],
  pipeline: [],
  stage: ['pipeline_id'],
}

const moreSorts: Readonly<Partial<Record<V2Object, string>>> = {
  activity: 'due_date',
  product: 'name',
  stage: 'order_nr',
}

const mostIds = 100
const mostCustomFields = 15

export function listRecords(call: Call, object: V2Object): Reply<CursorPage<WireRecord>> {
  return listed(call, object, ({ values }) => object !== 'deal' || !flag(values, 'is_archived'))
}

export function listArchivedDeals(call: Call): Reply<CursorPage<WireRecord>> {
  return listed(call, 'deal', ({ values }) => flag(values, 'is_archived'))
}

function listed(call: Call, object: V2Object, belongs: Test): Reply<CursorPage<WireRecord>> {
  const { company, query } = call
  const user = userOf(call)
  const view = viewOf(call)
  const filter = filterOf(call, object)
  const more = moreSorts[object]
  const sorts = ['id', 'update_time', 'add_time', ...(more === undefined ? [] : [more])]
  const { records, next } = pageOf(
    company.table(object),
    query,
    sorts,
    (record) => belongs(record) && filter(record) && canSee(company, user, object, record),
  )
  return reply(200, {
    success: true,
    data: records.map((record) => viewRecord(view, object, record)),
    additional_data: { next_cursor: next },
  })
}

/** What the query wants shown of each record. */
export function viewOf({ company, query, behaviour }: Call): View {
  const custom = query.has('custom_fields') ? listParam(query, 'custom_fields') : null
  if (custom !== null && custom.length > mostCustomFields) {
    throw badRequest(`custom_fields takes at most ${mostCustomFields} keys`)
  }
  return {
    ...plainView(company, behaviour.contactSync),
    custom,
    include: listParam(query, 'include_fields'),
    optionLabels: flagParam(query, 'include_option_labels') ?? false,
    labels: flagParam(query, 'include_labels') ?? false,
  }
}

/** A saved filter overrides every other one, but that of what is deleted. */
function filterOf(call: Call, object: V2Object): Test {
  const { company, query } = call
  const filterId = query.get('filter_id')
  if (filterId === null) return allOf(testsOf(call, object))
  const saved = company.filters.get(filterId)
  if (saved === undefined || saved.object !== object) throw notFound('Filter')
  const wanted = Object.entries(saved.equals)
  return ({ values, deletedAt }) =>
    deletedAt === null &&
    wanted.every(([name, value]) => canonical(values[name]) === canonical(value))
}

function allOf(tests: readonly Test[]): Test {
  return (record) => tests.every((test) => test(record))
}

function testsOf(call: Call, object: V2Object): readonly Test[] {
  const { query } = call
  return [
    statusTest(query, object),
    ...equalities[object].flatMap((name) => equalityTest(query, name)),
    ...idTest(query),
    ...timeTest(query, 'updated_since', (at, bound) => at >= bound),
    ...timeTest(query, 'updated_until', (at, bound) => at < bound),
    ...(object === 'activity' ? doneTest(query) : []),
    ...(object === 'person' ? dealTest(call) : []),
  ]
}

/** Only of deals those that are deleted can be asked for. */
function statusTest(query: URLSearchParams, object: V2Object): Test {
  const statuses = object === 'deal' ? listParam(query, 'status') : []
  const wrong = statuses.find((one) => !['open', 'won', 'lost', 'deleted'].includes(one))
  if (wrong !== undefined)
    throw badRequest(`status ${wrong} is not one of open, won, lost, deleted`)
  if (statuses.length === 0) return ({ deletedAt }) => deletedAt === null
  return (record) => statuses.includes(dealStatus(record))
}

function equalityTest(query: URLSearchParams, name: string): readonly Test[] {
  const given = query.get(name)
  if (given === null) return []
  const wanted: Json = name === 'lead_id' ? given : idOf(name, given)
  return [({ values }) => values[name] === wanted]
}

function idOf(name: string, given: string): number {
  if (/^\d+$/.test(given)) return Number(given)
  throw badRequest(`${name} must be a positive integer`)
}

function idTest(query: URLSearchParams): readonly Test[] {
  if (!query.has('ids')) return []
  const ids = listParam(query, 'ids').map((id) => String(idOf('ids', id)))
  if (ids.length > mostIds) throw badRequest(`ids takes at most ${mostIds} ids`)
  const wanted = new Set(ids)
  return [({ id }) => wanted.has(id)]
}

/** Rows without a time of change are in no range of times. */
function timeTest(
  query: URLSearchParams,
  name: string,
  fits: (at: number, bound: number) => boolean,
): readonly Test[] {
  const given = query.get(name)
  if (given === null) return []
  const bound = readZulu(given)
  if (bound === null) {
    throw badRequest(`${name} must be an RFC 3339 time without fractions of a second`)
  }
  return [({ updatedAt }) => updatedAt !== null && fits(secondOf(updatedAt), bound)]
}

function doneTest(query: URLSearchParams): readonly Test[] {
  const done = flagParam(query, 'done')
  return done === null ? [] : [({ values }) => flag(values, 'done') === done]
}

function dealTest({ company, query }: Call): readonly Test[] {
  const given = query.get('deal_id')
  if (given === null) return []
  const deal = company.table('deal').active(String(idOf('deal_id', given)))
  const personId = deal === null ? null : number(deal.values, 'person_id')
  return [({ id }) => id === String(personId)]
}

/** Leads and notes of the first version are filtered by equal values, too. */
export function equalTests(query: URLSearchParams, names: readonly string[]): Test {
  return allOf(
    names.flatMap((name): readonly Test[] => {
      const given = query.get(name)
      if (given === null) return []
      return [({ values }) => (text(values, name) ?? String(number(values, name))) === given]
    }),
  )
}
