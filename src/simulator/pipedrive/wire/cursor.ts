/** Pages of the second version: each begins after the last record of the one before, wherever that stands by now. */
import { badRequest } from './api-error.ts'
import { type Json, isJsonObject } from '../../json.ts'

/** Where a page ends. Callers get it as a text that means nothing to them. */
export interface Cursor {
  readonly sort: string
  readonly descending: boolean
  /** What the last record is sorted by; null where it is empty. */
  readonly value: string | number | null
  readonly id: string
}

export function writeCursor({ sort, descending, value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, descending, value, id])).toString('base64url')
}

export function readCursor(text: string): Cursor {
  const [sort, descending, value = null, id] = parts(text)
  const isValue = value === null || typeof value === 'string' || typeof value === 'number'
  if (
    typeof sort !== 'string' ||
    typeof descending !== 'boolean' ||
    typeof id !== 'string' ||
    !isValue
  ) {
    throw badRequest('cursor is invalid')
  }
  return { sort, descending, value, id }
}

function parts(text: string): readonly Json[] {
  try {
    const value: Json = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(value) && !isJsonObject(value) ? value : []
  } catch {
    return []
  }
}
