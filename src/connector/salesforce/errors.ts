/**
 * What Salesforce's refusals mean: of a whole request (`classify`) and of one record of a collection
 * (`rowResult`). Pure functions of the answer. Maintenance pages and gateways answer for Salesforce, so
 * only errors in its own form say that nothing was done.
 */
import { type FailureKind, RequestFailure } from '../connector.ts'
import type { WriteResult } from '../write.ts'
import type { Effect } from '../http/client.ts'
import { withoutJson } from '../http/json.ts'
import { httpReason } from '../http/not-the-api.ts'
import type { HttpResponse } from '../http/transport.ts'
import { type Problem, problemsIn } from './error-body.ts'
import { concurrencyPauseMs } from './limits.ts'
import { recordId } from './record-id.ts'

interface Verdict {
  readonly kind: FailureKind
  readonly retryAfterMs?: number
  readonly reason?: string
}

/** Null for a 2xx: whether its body makes sense is for the reader to say. */
export function classify(response: HttpResponse, effect: Effect): RequestFailure | null {
  const { status } = response
  if (status >= 200 && status < 300) return null
  const problems = problemsIn(response.body)
  const { kind, reason, retryAfterMs } = judge(status, problems, effect)
  return new RequestFailure({
    kind,
    status,
    reason: reason ?? problems[0]?.code ?? httpReason(response),
    message: `Salesforce answered ${status}: ${said(response, problems)}`,
    retryAfterMs: retryAfterMs ?? null,
  })
}

/** The session is over, which a new one cures. */
export function isExpired(response: HttpResponse): boolean {
  return response.status === 401 && problemsIn(response.body)[0]?.code === 'INVALID_SESSION_ID'
}

function judge(status: number, [problem]: readonly Problem[], effect: Effect): Verdict {
  const code = problem?.code ?? ''
  switch (status) {
    case 300:
      // Several records have the external id; nothing was written.
      return { kind: 'poisoned', reason: 'DUPLICATE_EXTERNAL_ID' }
    case 400:
      return judgeBadRequest(problem, effect)
    case 401:
      return { kind: 'auth' }
    case 403:
      return code === 'REQUEST_LIMIT_EXCEEDED' ? judgeLimit(problem) : { kind: 'auth' }
    case 408:
      return { kind: 'unknown' }
    case 413:
    case 414:
    case 431:
      return { kind: 'poisoned' }
    case 429:
      return { kind: 'throttled', retryAfterMs: concurrencyPauseMs }
    case 420:
    case 503:
      return { kind: code === '' ? 'unknown' : 'unavailable' }
    default:
      // Without Salesforce's own words nothing is known of a record or of a job, as it would be of one that is gone.
      return { kind: status >= 500 || problem === undefined ? 'unknown' : 'invalid' }
  }
}

/** The rest of a query's pages is gone: it must begin anew. */
export const cursorGone = 'INVALID_QUERY_LOCATOR'

/** Faults of the request itself, which no part of its records could do without. */
const ofRequest = ['INVALID_TYPE', 'NOT_FOUND', 'INVALID_FIELD', 'MALFORMED_QUERY']

function judgeBadRequest(problem: Problem | undefined, effect: Effect): Verdict {
  const code = problem?.code ?? ''
  if (isBusy(problem)) return { kind: 'unavailable' }
  if (effect === 'write') return { kind: ofRequest.includes(code) ? 'invalid' : 'poisoned' }
  // A value that no field of its kind could hold; the fault is not the query's.
  if (code === 'INVALID_QUERY_FILTER_OPERATOR') return { kind: 'poisoned' }
  if (code === cursorGone) return { kind: 'unavailable' }
  return { kind: 'invalid' }
}

/** One code for two limits: the day's, and that of requests at a time. */
function judgeLimit(problem: Problem | undefined): Verdict {
  if (/concurrent/i.test(problem?.message ?? '')) {
    return { kind: 'throttled', retryAfterMs: concurrencyPauseMs, reason: 'CONCURRENT' }
  }
  return { kind: 'exhausted', reason: 'DAILY' }
}

/** Records or the database were taken by others; nothing was saved. */
const busyCodes =
  /^(UNABLE_TO_LOCK_ROW|ROW_LOCK|TXN.*|QUERY_TIMEOUT|SERVER_UNAVAILABLE|REQUEST_LIMIT_EXCEEDED|REQUEST_RUNNING_TOO_LONG)$/

/** Triggers and flows that meet a lock report it inside an error of their own. */
function isBusy(problem: Problem | undefined): boolean {
  if (problem === undefined) return false
  return busyCodes.test(problem.code) || /UNABLE_TO_LOCK_ROW/.test(problem.message)
}

/** Of a whole request it says nothing of what was done; of one record, that this one was not saved. */
function isAccident({ code }: Problem): boolean {
  return code === 'UNKNOWN_EXCEPTION'
}

const longestMessage = 500

function said(response: HttpResponse, problems: readonly Problem[]): string {
  if (problems.length > 0) return explain(problems)
  if (response.status === 300) return 'several records have this external id, nothing was written'
  return withoutJson(response.body)
}

function explain(problems: readonly Problem[]): string {
  const texts = problems.map(({ code, message, fields }) => {
    const missing = fields.filter((field) => !message.includes(field))
    const named = missing.length === 0 ? '' : ` (${missing.join(', ')})`
    return `${message === '' ? code : message}${named}`
  })
  return texts.join('; ').slice(0, longestMessage)
}

/** What a record was to be, as far as its refusal must be understood. */
export interface Refused {
  readonly kind: 'create' | 'update' | 'upsert' | 'delete'
  /** The field that identifies the record, where it was written. */
  readonly uniqueField: string | null
  /** It named other records, and may be refused for one of them. */
  readonly hasReferences?: boolean
}

/** What the errors of one record in a collection's answer say of it. */
export function rowResult(problems: readonly Problem[], refused: Refused): WriteResult {
  const [first] = problems
  // Without a word of why nobody knows what is left of it.
  if (first === undefined) return { status: 'unaccounted' }
  const message = explain(problems)
  const busy = problems.find((problem) => isBusy(problem) || isAccident(problem))
  if (busy !== undefined) return { status: 'busy', reason: busy.code, message }
  if (isGone(first, refused)) return { status: 'gone', message }
  if (problems.length === 1 && isTaken(first, refused)) {
    return { status: 'conflict', existingId: existingIdIn(first.message), message }
  }
  const rejected = {
    status: 'rejected',
    reason: first.code,
    message: withHint(first, refused, message),
  } as const
  return waits(first) ? { ...rejected, waits: true } : rejected
}

/** Codes of a fault that lies with other records, rules or rights, and may go without a change of the row. */
const waitingCodes =
  /^(DUPLICATES_DETECTED|DUPLICATE_EXTERNAL_ID|DUPLICATE_VALUE|INSUFFICIENT_ACCESS.*|STORAGE_LIMIT_EXCEEDED|DELETE_FAILED|ENTITY_IS_DELETED|INVALID_CROSS_REFERENCE_KEY)$/

function waits(problem: Problem): boolean {
  return waitingCodes.test(problem.code) || isParentMissing(problem)
}

function isParentMissing({ code, message }: Problem): boolean {
  return code === 'INVALID_FIELD' && /^Foreign key external ID/i.test(message)
}

/** Codes that tell of a deleted record, be it the row's own or one that the row refers to. */
export const ofDeleted: readonly string[] = ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY']

/** The record itself, and for certain not one that it refers to. */
function isGone({ code, fields }: Problem, { kind, hasReferences = false }: Refused): boolean {
  if (kind !== 'update' && kind !== 'delete') return false
  if (code === 'NOT_FOUND') return true
  const isOwn = fields.length === 0 ? !hasReferences : fields.every((field) => /^id$/i.test(field))
  return isOwn && ofDeleted.includes(code)
}

/**
 * Another record has the value that identifies this one. Where it is some other unique field, that
 * record is not this one, and must not be taken for it.
 */
function isTaken({ code, message, fields }: Problem, { kind, uniqueField }: Refused): boolean {
  if (code !== 'DUPLICATE_VALUE' || /duplicate id in list/i.test(message)) return false
  if (kind === 'update') return true
  const named = /duplicate value found: (\S+)/i.exec(message)?.[1] ?? fields[0]
  return named === undefined || named.toLowerCase() === uniqueField?.toLowerCase()
}

function existingIdIn(message: string): string | null {
  const id = /record with id: ([a-zA-Z0-9]{15,18})\b/i.exec(message)?.[1]
  return id === undefined ? null : recordId(id)
}

/** What to do, where Salesforce's words leave it open. */
function withHint(problem: Problem, { kind }: Refused, text: string): string {
  if (isParentMissing(problem)) return `the parent does not exist: ${text}`
  switch (problem.code) {
    case 'DUPLICATES_DETECTED':
      return `a duplicate rule stops the record: ${text} Set allow_duplicates for rules that only warn.`
    case 'INVALID_FIELD_FOR_INSERT_UPDATE': {
      const names = problem.fields.join(', ') || 'a field'
      const more = kind === 'create' ? '' : ' can only be set at creation, or'
      return `${names}${more} may not be edited by the user: ${text}`
    }
    case 'FIELD_CUSTOM_VALIDATION_EXCEPTION':
      return `a validation rule stops the record: ${text}`
    case 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY':
      return `a trigger or a flow stops the record: ${text}`
    default:
      return text
  }
}
