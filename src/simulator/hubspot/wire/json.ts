/** Requests are JSON of unknown shape; these readers turn it into what a handler needs or refuse it as HubSpot does. */
import { isJsonObject, type Json, type JsonObject } from '../../json.ts'
import { badRequest } from './api-error.ts'

/** The request's body as an object; an absent body is an empty object. */
export function parseBody(text: string | null): JsonObject {
  if (text === null || text.trim() === '') return {}
  const value = parseJson(text)
  if (!isJsonObject(value)) throw invalidJson('the body must be a JSON object')
  return value
}

/** The request's body as a list of objects. */
export function parseListBody(text: string | null): readonly JsonObject[] {
  const value = text === null ? null : parseJson(text)
  if (!Array.isArray(value)) throw invalidJson('the body must be a JSON array')
  return value.map((item: Json) => {
    if (!isJsonObject(item)) throw invalidJson('every element must be an object')
    return item
  })
}

export function parseJson(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch (error) {
    throw invalidJson(error instanceof Error ? error.message : 'not JSON')
  }
}

export function textField(object: JsonObject, name: string): string | null {
  const value = object[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw invalidJson(`${name} must be a string`)
}

export function requiredText(object: JsonObject, name: string): string {
  const value = textField(object, name)
  if (value === null) throw invalidJson(`Some required fields were not set: [${name}]`)
  return value
}

export function booleanField(object: JsonObject, name: string): boolean | null {
  const value = object[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value
  throw invalidJson(`${name} must be a boolean`)
}

export function numberField(object: JsonObject, name: string): number | null {
  const value = object[name]
  if (value === undefined || value === null) return null
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw invalidJson(`${name} must be a number`)
}

export function objectField(object: JsonObject, name: string): JsonObject | null {
  const value = object[name]
  if (value === undefined || value === null) return null
  if (isJsonObject(value)) return value
  throw invalidJson(`${name} must be an object`)
}

export function requiredObject(object: JsonObject, name: string): JsonObject {
  const value = objectField(object, name)
  if (value === null) throw invalidJson(`Some required fields were not set: [${name}]`)
  return value
}

export function objectsField(object: JsonObject, name: string): readonly JsonObject[] | null {
  const value = object[name]
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw invalidJson(`${name} must be an array`)
  return value.map((item: Json) => {
    if (!isJsonObject(item)) throw invalidJson(`every element of ${name} must be an object`)
    return item
  })
}

export function textsField(object: JsonObject, name: string): readonly string[] | null {
  const value = object[name]
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw invalidJson(`${name} must be an array`)
  return value.map((item: Json) => {
    if (typeof item === 'string') return item
    if (typeof item === 'number') return String(item)
    throw invalidJson(`every element of ${name} must be a string`)
  })
}

function invalidJson(detail: string) {
  return badRequest(`Invalid input JSON: ${detail}`)
}
