/**
 * A value as another tool stored it, read as what the CRM's field is: numbers out of doubles and texts, instants out of
 * timestamps without a zone, JSON out of texts. Only what comes out exactly counts (promise 5); the rest has a problem.
 */
import { instantInUtc, isDate } from '../change/instant.ts'
import { inOrder, knownValue, parseJsonLosslessly } from '../change/json-value.ts'
import type { KnownValue } from '../../model/change.ts'
import type { ValueKind } from '../../model/value.ts'
import { plainNumber } from '../mapping/number.ts'

/** A canonical text of the column it stands in. */
export interface StoredValue {
  readonly text: string
  readonly kind: ValueKind
}

/** Why the value can't be read, as the end of a sentence; it never tells the value itself. */
export class OldValueProblem extends Error {}

type Kind = KnownValue['kind']

/** Null where the value is JSON's own null. Throws `OldValueProblem`. */
export function readOldValue(stored: StoredValue, kind: Kind): KnownValue | null {
  if (stored.kind === 'json' && kind !== 'json') return outOfJson(stored, kind)
  const text = textOf(stored, kind)
  return kind === 'json' ? jsonIn(text) : { kind, text }
}

/** JSON's own kinds of values stand in JSON as well as in columns of their own. */
function outOfJson({ text }: StoredValue, kind: Kind): KnownValue | null {
  const value = jsonIn(text)
  if (value === null) return null
  if (value.kind === 'json') throw new OldValueProblem(`is no ${kind}`)
  return readOldValue(value, kind)
}

function textOf(stored: StoredValue, kind: Kind): string {
  switch (kind) {
    case 'text':
      return textIn(stored)
    case 'integer':
      return integerIn(stored)
    case 'decimal':
      return numberIn(stored)
    case 'double':
      return stored.kind === 'double' ? stored.text : numberIn(stored)
    case 'boolean':
      return booleanIn(stored)
    case 'date':
      return dateIn(stored)
    case 'timestamp_tz':
      return instantInStored(stored)
    case 'timestamp':
    case 'text_array':
      if (stored.kind === kind) return stored.text
      throw new OldValueProblem(`is no ${kind}`)
    case 'json':
      return stored.text
    default:
      return kind satisfies never
  }
}

/** Times are left out: as what text the CRM had them, nobody knows. */
function textIn({ text, kind }: StoredValue): string {
  if (kind === 'double') return plainNumber(text) ?? text
  if (['text', 'integer', 'decimal', 'boolean'].includes(kind)) return text
  throw new OldValueProblem('is no text')
}

/** Beyond it a double stands for several integers. */
const exactInDoubles = 2n ** 53n

function integerIn(stored: StoredValue): string {
  const text = numberIn(stored)
  if (text.includes('.')) throw new OldValueProblem('is no whole number')
  const size = BigInt(text.replace('-', ''))
  if (stored.kind === 'double' && size > exactInDoubles) {
    throw new OldValueProblem('is an integer that a double does not hold exactly')
  }
  return text
}

function numberIn({ text, kind }: StoredValue): string {
  const isOne = ['text', 'integer', 'decimal', 'double'].includes(kind)
  const plain = isOne ? plainNumber(text.trim()) : null
  if (plain === null) throw new OldValueProblem('is no number')
  return plain
}

function booleanIn({ text, kind }: StoredValue): string {
  const lower = text.toLowerCase()
  const isOne = (kind === 'boolean' || kind === 'text') && ['true', 'false'].includes(lower)
  if (!isOne) throw new OldValueProblem('is neither true nor false')
  return lower
}

/** A date may have been stored as its first instant. */
function dateIn({ text, kind }: StoredValue): string {
  const isTime = kind === 'timestamp' || kind === 'timestamp_tz'
  const day = isTime && /T00:00:00\.000000Z?$/.test(text) ? text.slice(0, 10) : text
  if ((isTime || kind === 'date' || kind === 'text') && isDate(day)) return day
  throw new OldValueProblem('is no date')
}

/** A timestamp without a zone is one in UTC. */
export function instantInStored({ text, kind }: StoredValue): string {
  const isTime = ['text', 'timestamp', 'timestamp_tz'].includes(kind)
  const instant = isTime ? instantInUtc(text) : null
  if (instant === null) throw new OldValueProblem('is no time to the microsecond')
  return instant
}

function jsonIn(text: string): KnownValue | null {
  const json = parseJsonLosslessly(text)
  if (json === undefined) throw new OldValueProblem('is no JSON')
  return knownValue(inOrder(json))
}
