/** Pipedrive's error body. What stands before the API answers in other forms, or with pages. */
import { isObject, type Json, parseJson, textIn } from '../http/json.ts'

export interface Problem {
  readonly error: string
  /** `error_info`, where it says more than where the documents are. */
  readonly info: string | null
  /** A word for machines, such as `feature_capping_deals_limit`; few errors have one. */
  readonly code: string | null
}

/** Null for a body that is none of Pipedrive's own errors. */
export function problemIn(body: string): Problem | null {
  const parsed = parseJson(body)
  if (!isObject(parsed) || parsed['success'] !== false) return null
  const error = textIn(parsed, 'error') ?? errorsIn(parsed)
  if (error === null) return null
  const info = textIn(parsed, 'error_info')
  const isHint = info?.startsWith('Please check developers.pipedrive.com') === true
  return { error, info: isHint ? null : info, code: textIn(parsed, 'code') }
}

/** Refused webhooks have a list of errors for each parameter instead. */
function errorsIn(body: Json): string | null {
  const { errors } = body
  if (!isObject(errors)) return null
  const told = Object.values(errors).flat()
  return told.filter((one) => typeof one === 'string').join('; ') || null
}
