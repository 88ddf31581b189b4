/** Notes, which only the first version has. */
import { badRequest, notFound } from '../wire/api-error.ts'
import { type Call, type Reply, ok, param, userOf } from '../request/call.ts'
import type { Company } from '../store/company.ts'
import type { Json, JsonObject } from '../../json.ts'
import { parseBody } from '../wire/json.ts'
import type { ObjectName } from '../wire/objects.ts'
import { equalTests } from './record-list.ts'
import { type WriteTarget, deleteRecord, writeRecord } from '../writes/record-write.ts'
import type { StoredRecord, Values } from '../store/records.ts'
import { startPage } from './start-page.ts'
import { readZulu, secondOf, spacedTime } from '../wire/times.ts'
import { flag, number, text } from '../store/values.ts'
import type { Ok, StartPage, WireNote } from '../wire/wire.ts'

const filters = ['user_id', 'lead_id', 'deal_id', 'person_id', 'org_id']

export function listNotes(call: Call): Reply<StartPage<WireNote>> {
  const { company, query } = call
  const since = query.get('updated_since')
  const bound = since === null ? null : readZulu(since)
  if (since !== null && bound === null) throw badRequest('updated_since must be an RFC 3339 time')
  const fits = equalTests(query, filters)
  const found = [...company.table('note').all()].filter(
    (note) =>
      note.deletedAt === null &&
      (bound === null || secondOf(note.updatedAt ?? -1) >= bound) &&
      fits(note),
  )
  return startPage(call, found, (note) => viewNote(company, note, userOf(call)))
}

export function readNote(call: Call): Reply<Ok<WireNote>> {
  return ok(viewNote(call.company, activeNote(call), userOf(call)))
}

export function createNote(call: Call): Reply<Ok<WireNote>> {
  const note = writeRecord(targetOf(call), null, withFlags(parseBody(call.body)))
  return { ...ok(viewNote(call.company, note, userOf(call))), status: 201 }
}

export function updateNote(call: Call): Reply<Ok<WireNote>> {
  const note = writeRecord(targetOf(call), activeNote(call), withFlags(parseBody(call.body)))
  return ok(viewNote(call.company, note, userOf(call)))
}

export function deleteNote(call: Call): Reply<Ok<true>> {
  deleteRecord(targetOf(call), activeNote(call))
  return ok(true)
}

function targetOf({ company, origin, behaviour }: Call): WriteTarget {
  return { company, object: 'note', origin, behaviour }
}

function activeNote(call: Call): StoredRecord {
  const note = call.company.table('note').active(param(call, 'id'))
  if (note === null) throw notFound('Note')
  return note
}

/** The first version writes flags as 0 and 1. */
function withFlags(body: JsonObject): JsonObject {
  const entries = Object.entries(body).map(([name, value]): readonly [string, Json] => [
    name,
    name.endsWith('_flag') && (value === 0 || value === 1) ? value === 1 : value,
  ])
  return Object.fromEntries(entries)
}

export function viewNote(
  company: Company,
  note: StoredRecord,
  reader: StoredRecord | null,
): WireNote {
  const { id, values, addedAt, updatedAt, deletedAt } = note
  const named = (object: ObjectName, link: string, name: string) => {
    const found = company.table(object).get(String(number(values, link) ?? ''))
    return found === null ? null : text(found.values, name)
  }
  const title = named('deal', 'deal_id', 'title')
  const person = named('person', 'person_id', 'name')
  const organization = named('organization', 'org_id', 'name')
  const author = company.table('user').get(String(number(values, 'user_id') ?? ''))
  const authorValues: Values = author?.values ?? {}
  return {
    id: Number(id),
    active_flag: deletedAt === null,
    add_time: spacedTime(addedAt),
    update_time: updatedAt === null ? null : spacedTime(updatedAt),
    content: text(values, 'content'),
    deal_id: number(values, 'deal_id'),
    deal: title === null ? null : { title },
    lead_id: text(values, 'lead_id'),
    person_id: number(values, 'person_id'),
    person: person === null ? null : { name: person },
    org_id: number(values, 'org_id'),
    organization: organization === null ? null : { name: organization },
    project_id: null,
    project: null,
    task_id: null,
    task: null,
    last_update_user_id: number(values, 'last_update_user_id'),
    pinned_to_deal_flag: flag(values, 'pinned_to_deal_flag'),
    pinned_to_organization_flag: flag(values, 'pinned_to_organization_flag'),
    pinned_to_person_flag: flag(values, 'pinned_to_person_flag'),
    pinned_to_project_flag: false,
    pinned_to_task_flag: false,
    user_id: number(values, 'user_id'),
    user: {
      email: text(authorValues, 'email'),
      icon_url: null,
      is_you: author !== null && author.id === reader?.id,
      name: text(authorValues, 'name'),
    },
  }
}
