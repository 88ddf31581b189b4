/** JSON of unknown shape. Numbers that a double can't hold keep their digits, in and out. */
import { doubleText } from './double-text.ts'

export type Json = null | boolean | number | string | ExactNumber | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

declare global {
  /** The compiler does not know this part of the language yet; the engine does. */
  interface JSON {
    rawJSON(text: string): object
  }
}

/** A number whose digits are more than a double has. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): object {
    return JSON.rawJSON(this.text)
  }

  toString(): string {
    return this.text
  }
}

type Reviver = (key: string, value: Json, context: { readonly source?: string }) => Json

/** Cheap to find: only such texts need every number looked at. */
const manyDigits = /\d[\d.]{15,}/

/** Throws `SyntaxError` as `JSON.parse` does. */
export function parseExactJson(text: string): Json {
  if (!manyDigits.test(text)) return parse(text)
  return parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined) return value
    return exactNumber(source)
  })
}

/** The engine tells a reviver how a number was written; the compiler does not know that yet. */
function parse(text: string, reviver?: Reviver): Json {
  const value: Json = Reflect.apply(JSON.parse, JSON, [text, reviver])
  return value
}

/** A number as a double where that is exact, by its digits otherwise. */
export function exactNumber(text: string): number | ExactNumber {
  const value = Number(text)
  // Fifteen digits survive in a double, whatever they are.
  if (text.length <= 15) return value
  return doubleText(String(value)) === doubleText(text) ? value : new ExactNumber(text)
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  )
}

/** A value in a sentence: a text as it is, anything else as JSON. */
export function shown(value: Json | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined ? '' : JSON.stringify(value)
}
