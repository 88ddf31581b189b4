/** What holds between the fields of a record beyond their types, and what fills itself in. */
import { badRequest, invalidField, refused } from '../wire/api-error.ts'
import type { Behaviour } from '../request/call.ts'
import type { Company } from '../store/company.ts'
import { type Json, isJsonObject } from '../../json.ts'
import type { ObjectName } from '../wire/objects.ts'
import type { StoredRecord, Values } from '../store/records.ts'
import { contactSyncFields } from '../store/standard-fields.ts'
import { zuluTime } from '../wire/times.ts'
import { flag, number, text } from '../store/values.ts'
import type { Origin } from '../store/write-log.ts'

/** A write in the making: `written` is what the request names. */
export interface Draft {
  readonly company: Company
  readonly object: ObjectName
  readonly before: StoredRecord | null
  readonly written: ReadonlyMap<string, Json>
  readonly values: Record<string, Json>
  readonly origin: Origin
  readonly behaviour: Behaviour
}

export function applyRules(draft: Draft): void {
  switch (draft.object) {
    case 'deal':
      fillOwned(draft, { value: 0, currency: currencyOfCaller(draft), label_ids: [] })
      settleStage(draft)
      settleStatus(draft)
      settleArchive(draft)
      return
    case 'person':
      requireContactSync(draft)
      fillOwned(draft, { emails: [], phones: [], label_ids: [] })
      return
    case 'organization':
      fillOwned(draft, { label_ids: [] })
      return
    case 'product':
      fillOwned(draft, { is_linkable: true, tax: 0, billing_frequency: 'one-time', prices: [] })
      return
    case 'lead':
      fillOwned(draft, { label_ids: [], is_archived: false, was_seen: false, ...createdBy(draft) })
      requireOneOf(draft, ['person_id', 'organization_id'])
      return
    case 'activity':
      fill(draft, { ...ownedBy(draft), type: 'task', done: false, busy: false, subject: '' })
      settleActivity(draft)
      return
    case 'note':
      fill(draft, { user_id: callerId(draft) })
      requireOneOf(draft, ['deal_id', 'lead_id', 'person_id', 'org_id'])
      if (callerId(draft) !== null) draft.values['last_update_user_id'] = callerId(draft)
      return
    case 'pipeline':
      fill(draft, {
        order_nr: draft.company.table('pipeline').size,
        is_deal_probability_enabled: false,
      })
      return
    case 'stage':
      fill(draft, { order_nr: stagesOf(draft.company, draft.values['pipeline_id']).length })
      fill(draft, { deal_probability: 100, is_deal_rot_enabled: false })
      return
    case 'user':
      fill(draft, { active_flag: true, is_admin: false })
      return
    default: {
      const unreachable: never = draft.object
      return unreachable
    }
  }
}

/** Stages of a pipeline in their order. */
export function stagesOf(company: Company, pipelineId: Json | undefined): readonly StoredRecord[] {
  return [...company.table('stage').all()]
    .filter(({ values, deletedAt }) => values['pipeline_id'] === pipelineId && deletedAt === null)
    .toSorted((a, b) => (number(a.values, 'order_nr') ?? 0) - (number(b.values, 'order_nr') ?? 0))
}

function callerId({ origin }: Draft): number | null {
  return origin.userId === null ? null : Number(origin.userId)
}

function ownedBy(draft: Draft): Values {
  return { owner_id: callerId(draft) }
}

function createdBy(draft: Draft): Values {
  return {
    creator_id: callerId(draft),
    origin: draft.origin.source === 'api' ? 'API' : 'ManuallyCreated',
  }
}

function currencyOfCaller({ company, origin }: Draft): string {
  const user = company.table('user').get(origin.userId ?? '')
  return (user === null ? null : text(user.values, 'default_currency')) ?? 'USD'
}

function fillOwned(draft: Draft, more: Values): void {
  fill(draft, { ...ownedBy(draft), visible_to: 3, ...more })
}

/** What a new record has where the request says nothing. */
function fill({ before, values }: Draft, usual: Values): void {
  if (before !== null) return
  for (const [name, value] of Object.entries(usual)) {
    if (values[name] === undefined && value !== null) values[name] = value
  }
}

function requireOneOf({ values }: Draft, names: readonly string[]): void {
  if (names.some((name) => values[name] !== undefined)) return
  throw badRequest(`One of ${names.join(', ')} is required`)
}

function requireContactSync({ behaviour, written }: Draft): void {
  const name = contactSyncFields.find((one) => written.has(one))
  if (behaviour.contactSync || name === undefined) return
  throw refused(403, `${name} is available only with contact sync`)
}

/** A stage belongs to one pipeline; a deal that enters a pipeline without a stage begins at its first. */
function settleStage({ company, before, written, values, origin }: Draft): void {
  const pipelines = company.table('pipeline')
  const [first] = [...pipelines.all()].filter(({ deletedAt }) => deletedAt === null)
  if (written.has('stage_id')) {
    const stage = company.table('stage').get(String(number(values, 'stage_id') ?? ''))
    const pipelineId = stage?.values['pipeline_id'] ?? null
    if (written.has('pipeline_id') && values['pipeline_id'] !== pipelineId) {
      throw invalidField('stage_id', 'the stage is of another pipeline')
    }
    if (pipelineId !== null) values['pipeline_id'] = pipelineId
  } else if (before === null || values['pipeline_id'] !== before.values['pipeline_id']) {
    if (before === null && !written.has('pipeline_id') && first !== undefined) {
      values['pipeline_id'] = Number(first.id)
    }
    const [stage] = stagesOf(company, values['pipeline_id'])
    if (stage !== undefined) values['stage_id'] = Number(stage.id)
  }
  if (before !== null && values['stage_id'] !== before.values['stage_id']) {
    values['stage_change_time'] = zuluTime(origin.at)
  }
}

/** Times and reason go with the status they belong to, and with no other. */
function settleStatus({ before, written, values, origin }: Draft): void {
  const status = text(values, 'status') ?? 'open'
  values['status'] = status
  const fitting: Readonly<Record<string, boolean>> = {
    won_time: status === 'won',
    lost_time: status === 'lost',
    lost_reason: status === 'lost',
    close_time: status !== 'open',
  }
  for (const [name, fits] of Object.entries(fitting)) {
    const isGiven = (written.get(name) ?? null) !== null
    if (isGiven && !fits) throw invalidField(name, `does not fit the status ${status}`)
    if (!fits) delete values[name]
  }
  if (status === 'open' || status === (before?.values['status'] ?? 'open')) return
  const closed = values[`${status}_time`] ?? values['close_time'] ?? zuluTime(origin.at)
  if (!written.has(`${status}_time`)) values[`${status}_time`] = closed
  if (!written.has('close_time')) values['close_time'] = closed
}

function settleArchive({ written, values, origin }: Draft): void {
  if (!flag(values, 'is_archived')) {
    values['is_archived'] = false
    delete values['archive_time']
  } else if (!written.has('archive_time') && values['archive_time'] === undefined) {
    values['archive_time'] = zuluTime(origin.at)
  }
}

/** The person of an activity is its primary participant. */
function settleActivity(draft: Draft): void {
  const { before, written, values, origin } = draft
  fill(draft, { creator_user_id: callerId(draft) })
  if (written.has('participants')) {
    const given = values['participants']
    const participants = Array.isArray(given) ? given : []
    const [first] = participants.filter((one: Json) => isJsonObject(one))
    const primary = participants.find((one: Json) => isJsonObject(one) && one['primary'] === true)
    const chosen: Json = primary ?? first ?? null
    const id = isJsonObject(chosen) ? (chosen['person_id'] ?? null) : null
    if (id === null) delete values['person_id']
    else values['person_id'] = id
  }
  if (!flag(values, 'done')) delete values['marked_as_done_time']
  else if (!flag(before?.values ?? {}, 'done')) {
    values['marked_as_done_time'] = zuluTime(origin.at)
  }
}
