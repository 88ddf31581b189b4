/** Requests are JSON of unknown shape; these readers turn it into what a handler needs or refuse it as Pipedrive does. */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { badRequest } from './api-error.ts'

/** The request's body as an object; an absent body is an empty object. */
export function parseBody(text: string | null): JsonObject {
  if (text === null || text.trim() === '') return {}
  const value = parseJson(text)
  if (!isJsonObject(value)) throw badRequest('The request body must be a JSON object')
  return value
}

/** The request's body as a list of objects. */
export function parseListBody(text: string | null): readonly JsonObject[] {
  const value = text === null ? null : parseJson(text)
  if (!Array.isArray(value)) throw badRequest('The request body must be a JSON array')
  return value.map((item: Json) => {
    if (!isJsonObject(item)) throw badRequest('Every element of the body must be an object')
    return item
  })
}

function parseJson(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    throw badRequest('The request body is not valid JSON')
  }
}

export function textField(object: JsonObject, name: string): string | null {
  const value = object[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  throw badRequest(`${name} must be a string`)
}

export function requiredText(object: JsonObject, name: string): string {
  const value = textField(object, name)
  if (value === null || value.trim() === '') throw badRequest(`${name} is required`)
  return value
}

/** A whole number; nothing is made of a text that looks like one. */
export function requiredId(object: JsonObject, name: string): number {
  const value = object[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw badRequest(`${name} must be a positive integer`)
}

/** What two values are when they are written out, whatever the order of their keys. */
export function canonical(value: Json | undefined): string {
  if (value === undefined) return 'null'
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`
  if (!isJsonObject(value)) return JSON.stringify(value)
  const keys = Object.keys(value).toSorted()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}
