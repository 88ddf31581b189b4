/**
 * JSON in and out without a double between (promise 5): a number is read as the text it was written
 * with, and written as the digits it is given.
 */

export type Json = Readonly<Record<string, unknown>>

declare global {
  /** The compiler does not know this part of the language yet; the engine does. */
  interface JSON {
    rawJSON(text: string): object
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/** Undefined for a text that is not JSON. */
export function parseJson(text: string, reviver?: Reviver): unknown {
  try {
    // The compiler does not know yet that a reviver is told how a number was written.
    return Reflect.apply(JSON.parse, JSON, [text, reviver])
  } catch {
    return undefined
  }
}

/** As `parseJson`, with each number as the text it was written with. */
export function parseWithDigits(text: string): unknown {
  return parseJson(text, (_key, value, { source }) =>
    typeof value === 'number' ? (source ?? String(value)) : value,
  )
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** What `JSON.stringify` writes as these very digits; a text that is no plain number stays a text. */
export function digits(text: string): unknown {
  return number.test(text) ? JSON.rawJSON(text) : text
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textIn(body: Json, name: string): string | null {
  const value = body[name]
  return typeof value === 'string' && value !== '' ? value : null
}

export function objectsIn(body: Json, name: string): readonly Json[] {
  const list = body[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}
