/** One line of a file of changes: JSON with the change's parts by their names, and the fields by theirs. */
import { type Change, type ChangeOp, changeOps, type KnownValue } from '../../model/change.ts'
import { valueKinds } from '../../model/value.ts'
import { changeId, type Digest } from './change-id.ts'
import { instantOf } from './instant.ts'
import { isJsonObject, knownValue, NumberText, parseJsonLosslessly } from './json-value.ts'
import { writtenText } from './written-value.ts'

/** Why a line is no change, as the end of a sentence that begins with the line. */
export class LineProblem extends Error {}

type Line = Readonly<Record<string, unknown>>

const parts = [
  'id',
  'object',
  'key',
  'op',
  'fields',
  'partial',
  'event_at',
  'shown_at',
  'rank',
  'sequence',
  'observed_at',
  'merged_into',
] as const

/** Throws `LineProblem`. Without an `id` the change is known by what it says. */
export function readChangeLine(text: string, digest: Digest): Change {
  const line = parseJsonLosslessly(text)
  if (!isJsonObject(line)) throw new LineProblem('is not a JSON object')
  const unknown = Object.keys(line).find((name) => !parts.some((part) => part === name))
  if (unknown !== undefined) throw new LineProblem(`has an unknown member, ${unknown}`)
  const op = opOf(line)
  const eventAt = instantIn(line, 'event_at')
  if (eventAt === null) throw new LineProblem('lacks event_at')
  const told = {
    object: textIn(line, 'object'),
    key: textIn(line, 'key'),
    op,
    fields: fieldsOf(line),
    partial: booleanIn(line, 'partial') ?? op === 'update',
    eventAt,
    shownAt: instantIn(line, 'shown_at') ?? eventAt,
    rank: Number(integerIn(line, 'rank')),
    sequence: integerIn(line, 'sequence'),
    observedAt: instantIn(line, 'observed_at') ?? eventAt,
    mergedInto: 'merged_into' in line ? textIn(line, 'merged_into') : null,
  }
  const id = 'id' in line ? textIn(line, 'id') : changeId(told, digest)
  return { id, origin: 'replay', ...told }
}

function opOf(line: Line): ChangeOp {
  const found = changeOps.find((op) => op === line.op)
  if (found === undefined)
    throw new LineProblem(`needs an op that is one of ${changeOps.join(', ')}`)
  return found
}

/** Ids are texts, and may be written as numbers. */
function textIn(line: Line, name: string): string {
  const value = line[name]
  if (typeof value === 'string' && value !== '') return value
  if (value instanceof NumberText) return value.text
  throw new LineProblem(`needs a text as its ${name}`)
}

function booleanIn(line: Line, name: string): boolean | undefined {
  const value = line[name]
  if (value === undefined || typeof value === 'boolean') return value
  throw new LineProblem(`needs true or false as its ${name}`)
}

function integerIn(line: Line, name: string): bigint {
  const value = line[name]
  if (value === undefined) return 0n
  const isInteger = value instanceof NumberText && /^-?\d{1,18}$/.test(value.text)
  if (!isInteger) throw new LineProblem(`needs an integer as its ${name}`)
  return BigInt(value.text)
}

function instantIn(line: Line, name: string): string | null {
  const value = line[name]
  if (value === undefined) return null
  const instant = typeof value === 'string' ? instantOf(value) : null
  if (instant === null) {
    throw new LineProblem(`needs a time with its zone as its ${name}, such as 2026-03-01T10:00:00Z`)
  }
  return instant
}

function fieldsOf(line: Line): ReadonlyMap<string, KnownValue | null> {
  const { fields } = line
  if (fields === undefined) return new Map()
  if (!isJsonObject(fields)) throw new LineProblem('needs an object as its fields')
  return new Map(Object.entries(fields).map(([name, value]) => [name, typedValue(name, value)]))
}

/** `{"kind": "date", "text": "2026-03-01"}` says what JSON has no literal for. */
function typedValue(name: string, json: unknown): KnownValue | null {
  if (!isJsonObject(json) || Object.keys(json).toSorted().join() !== 'kind,text')
    return knownValue(json)
  const { kind, text } = json
  const found = valueKinds.find((one) => one === kind)
  if (found === undefined || found === 'unsupported' || typeof text !== 'string') {
    return knownValue(json)
  }
  const canonical = writtenText(found, text)
  if (canonical === null) throw new LineProblem(`needs a text that is ${found} as its ${name}`)
  return { kind: found, text: canonical }
}
