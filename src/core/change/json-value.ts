/**
 * JSON as a source wrote it, without a double between (promise 5): a number keeps its own text, and an object or
 * array is one value, with its numbers as they were written.
 */
import type { KnownValue } from '../../model/change.ts'
import { plainNumber } from '../mapping/number.ts'

/** A number by the text it was written with. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

declare global {
  /** The compiler does not know this part of the language yet; the engine does. */
  interface JSON {
    rawJSON(text: string): object
  }
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

const keepNumbers: Reviver = (_key, value, { source }) =>
  typeof value === 'number' ? new NumberText(source ?? String(value)) : value

/**
 * A number that JavaScript would not write the way it stands there: of 16 digits or more, with an exponent or a zero at its
 * end, tiny, or `-0`. What looks like one inside of a string costs time and nothing else.
 */
const oddNumber =
  /(?:^|[:,[])\s*-?(?:\d{16}|[\d.]{17}|0\.0{6}|\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE]|(?<=-)0(?![\d.]))/

/**
 * Levels of lists and objects within each other: as many as BigQuery holds. The parser takes any number, and who walks through what
 * it gives would run out of stack at a few thousand, where nobody expects it.
 */
const mostLevels = 500

/** Undefined for a text that is not JSON, or nested deeper than any record is; numbers are `NumberText`. */
export function parseJsonLosslessly(text: string): unknown {
  try {
    // Asking the parser for each number's own text takes several times as long as parsing.
    const reviver = oddNumber.test(text) ? [keepNumbers] : []
    return withNumberTexts(Reflect.apply(JSON.parse, JSON, [text, ...reviver]), 0)
  } catch {
    return undefined
  }
}

/** The parsed value itself, its numbers replaced. */
function withNumberTexts(json: unknown, outer: number): unknown {
  if (typeof json === 'number') return new NumberText(String(json))
  if (json instanceof NumberText) return json
  const level = outer + 1
  if (Array.isArray(json)) {
    if (level > mostLevels) throw tooDeep()
    for (const [index, value] of json.entries()) json[index] = withNumberTexts(value, level)
  } else if (isRecord(json)) {
    if (level > mostLevels) throw tooDeep()
    for (const key of Object.keys(json)) {
      const value = json[key]
      if (typeof value === 'number' || typeof value === 'object') {
        json[key] = withNumberTexts(value, level)
      }
    }
  }
  return json
}

function tooDeep(): Error {
  return new RangeError(`more than ${mostLevels} levels`)
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null
}

/** What a JSON value says; null for null. */
export function knownValue(json: unknown): KnownValue | null {
  if (json === null || json === undefined) return null
  if (typeof json === 'string') return { kind: 'text', text: json }
  if (typeof json === 'boolean') return { kind: 'boolean', text: String(json) }
  if (json instanceof NumberText) return numberValue(json.text)
  return { kind: 'json', text: jsonText(json) }
}

/** One text for equal numbers, exact whatever their size; beyond four digits of exponent as it is. */
function numberValue(source: string): KnownValue {
  const plain = plainNumber(source)
  if (plain === null) return { kind: 'json', text: source }
  return { kind: plain.includes('.') ? 'decimal' : 'integer', text: plain }
}

/** The same JSON with the keys of each object in one order: they have none of their own, and must not make two values of one. */
export function inOrder(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(inOrder)
  if (typeof json !== 'object' || json === null || json instanceof NumberText) return json
  return Object.fromEntries(
    Object.entries(json)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, inOrder(value)]),
  )
}

/** JSON text with each number as it was written. */
export function jsonText(json: unknown): string {
  return JSON.stringify(json, (_key, value: unknown) =>
    value instanceof NumberText ? JSON.rawJSON(value.text) : value,
  )
}

export function isJsonObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return (
    typeof json === 'object' &&
    json !== null &&
    !Array.isArray(json) &&
    !(json instanceof NumberText)
  )
}
