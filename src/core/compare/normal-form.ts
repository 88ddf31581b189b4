/** What the compared text of a value says: two values are equal where their normal forms are. */
import { jsonText, NumberText, parseJsonLosslessly } from '../change/json-value.ts'
import { plainNumber } from '../mapping/number.ts'
import type { ComparedAs } from './compared-as.ts'

/** Whether different texts can be equal values. */
export function hasManyTexts(as: ComparedAs): boolean {
  return as === 'double' || as === 'json'
}

/** Null is null, and nothing else is. */
export function normalForm(as: ComparedAs, text: string | null): string | null {
  if (text === null) return null
  if (as === 'double') return shownDouble(text)
  return as === 'json' ? normalJson(text) : text
}

/** The value as people read it. */
export function shownText(as: ComparedAs, text: string | null): string | null {
  return as === 'double' && text !== null ? shownDouble(text) : text
}

const significantDigits = 15

function shownDouble(text: string): string {
  const value = Number(text)
  if (!Number.isFinite(value)) return text
  const rounded = Number(value.toPrecision(significantDigits))
  return String(Object.is(rounded, -0) ? 0 : rounded)
}

/** A text that is no JSON, in a column of texts, stays what it is. */
function normalJson(text: string): string {
  const json = parseJsonLosslessly(text)
  return json === undefined ? text : jsonText(normal(json))
}

function normal(json: unknown): unknown {
  if (json instanceof NumberText) return new NumberText(plainNumber(json.text) ?? json.text)
  if (Array.isArray(json)) return json.map(normal)
  if (typeof json !== 'object' || json === null) return json
  // `__proto__` is a key like any other, which an assignment would swallow.
  return Object.fromEntries(
    Object.entries(json)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, normal(value)]),
  )
}
