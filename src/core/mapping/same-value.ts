/** Whether the CRM already holds a value, whatever form it gives it back in. */
import type { Field } from '../../model/field.ts'
import type { CrmValue } from '../../model/operation.ts'
import { plainNumber } from './number.ts'
import { plainTime } from './time-of-day.ts'

/** `null` and `''` are the same emptiness to a CRM; all else compares by the field's type. */
export function sameValue(field: Field, left: CrmValue, right: CrmValue): boolean {
  const [a, b] = [left === '' ? null : left, right === '' ? null : right]
  if (a === b) return true
  if (a === null || b === null) return false
  switch (field.type) {
    case 'number':
    case 'integer': {
      const plain = plainNumber(a)
      return plain !== null && plain === plainNumber(b)
    }
    case 'boolean':
      return a.toLowerCase() === b.toLowerCase()
    case 'date':
      return dayOf(a) === dayOf(b)
    case 'datetime': {
      const instant = instantOf(a)
      return instant !== null && instant === instantOf(b)
    }
    case 'time': {
      const time = plainTime(a)
      return time !== null && time === plainTime(b)
    }
    case 'options':
      return sorted(a) === sorted(b)
    case 'text':
    case 'option':
    case 'reference':
      return false
    default:
      return field.type satisfies never
  }
}

const epochMs = /^-?\d{9,16}$/

/** A date may come back as midnight UTC in milliseconds. */
function dayOf(text: string): string {
  if (!epochMs.test(text)) return text.slice(0, 10)
  const date = new Date(Number(text))
  return Number.isNaN(date.getTime()) ? text : date.toISOString().slice(0, 10)
}

/** Milliseconds and what is finer, which the runtime's dates don't hold; null for no instant. */
function instantOf(text: string): string | null {
  if (epochMs.test(text)) return `${Number(text)}.`
  const ms = Date.parse(text)
  const finer = /\.\d{3}(\d+)/.exec(text)?.[1] ?? ''
  return Number.isNaN(ms) ? null : `${ms}.${finer.replace(/0+$/, '')}`
}

function sorted(text: string): string {
  return text
    .split(';')
    .filter((part) => part !== '')
    .toSorted()
    .join(';')
}
