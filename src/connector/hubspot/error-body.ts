/** HubSpot's error body, read with every part optional, as the vendor asks. */
import { isObject, type Json, listIn, parseJson, textIn } from '../http/json.ts'

export interface ApiError {
  readonly status: string | null
  readonly message: string | null
  readonly category: string | null
  readonly policyName: string | null
  readonly correlationId: string | null
  readonly context: Context
  readonly errors: readonly ErrorDetail[]
  /** The list that validation messages carry as JSON behind their text. */
  readonly problems: readonly Problem[]
}

export type Context = Readonly<Record<string, readonly string[]>>

export interface ErrorDetail {
  readonly message: string
  readonly code: string | null
  readonly context: Context
}

export interface Problem {
  readonly message: string
  readonly code: string | null
}

/** Null when the text is not a JSON object. */
export function parseApiError(text: string): ApiError | null {
  const body = parseJson(text)
  return isObject(body) ? toApiError(body) : null
}

/** Reads a body or an entry of a batch's `errors`. */
export function toApiError(body: Json): ApiError {
  const message = textIn(body, 'message')
  return {
    status: textIn(body, 'status'),
    message,
    category: textIn(body, 'category'),
    policyName: textIn(body, 'policyName'),
    correlationId: textIn(body, 'correlationId'),
    context: contextIn(body),
    errors: listIn(body, 'errors').filter(isObject).map(toDetail),
    problems: problemsIn(message ?? ''),
  }
}

function toDetail(detail: Json): ErrorDetail {
  return {
    message: textIn(detail, 'message') ?? '',
    code: textIn(detail, 'code') ?? textIn(detail, 'subCategory'),
    context: contextIn(detail),
  }
}

function contextIn(body: Json): Context {
  const context = body['context']
  if (!isObject(context)) return {}
  const lists = Object.entries(context).map(([name, value]) => [
    name,
    (Array.isArray(value) ? value : [value]).map(String),
  ])
  return Object.fromEntries(lists)
}

/** `Property values were not valid: [{"message":…,"error":…}]`. */
function problemsIn(message: string): readonly Problem[] {
  const start = message.indexOf('[{')
  if (start < 0) return []
  const list = parseJson(message.slice(start, message.lastIndexOf(']') + 1))
  if (!Array.isArray(list)) return []
  return list.filter(isObject).map((problem) => ({
    message: textIn(problem, 'message') ?? 'a value was not valid',
    code: textIn(problem, 'error'),
  }))
}
