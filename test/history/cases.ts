/** Records with histories by chance, as a seed draws them: each trait in a good part of them. */
import type { Chance } from '../../src/simulator/chance.ts'
import type { OracleChange } from './oracle.ts'

export interface Column {
  readonly name: string
  readonly kind: 'text' | 'integer' | 'decimal' | 'boolean' | 'timestamp_tz' | 'json'
  readonly values: readonly [string, ...string[]]
}

/** Few values, so that a later one often equals an earlier one. */
export const columns: readonly Column[] = [
  { name: 'title', kind: 'text', values: ['', "o'hara", '=', '😀 é'] },
  { name: 'owner', kind: 'integer', values: ['-1', '0', '9007199254740993'] },
  { name: 'amount', kind: 'decimal', values: ['0.123456789', '-12345678901234567890.123456789'] },
  { name: 'won', kind: 'boolean', values: ['true', 'false'] },
  {
    name: 'closed_at',
    kind: 'timestamp_tz',
    values: ['2026-01-01T00:00:00.000001Z', '0999-12-31T23:59:59.999999Z'],
  },
  { name: 'extra', kind: 'json', values: ['{"a":9007199254740993}', '[1.10]'] },
]

export const traits = [
  'tie',
  'late',
  'partial',
  'explicit null',
  'delete',
  'delete-restore',
  'merge',
  'masked',
  'read',
  'gap',
  'completed',
] as const
export type Trait = (typeof traits)[number]

export interface Case {
  readonly changes: readonly OracleChange[]
  readonly traits: ReadonlySet<Trait>
}

/** A record's changes, each once, in no order that means anything. */
export function drawCase(chance: Chance, key: string): Case {
  const count = 2 + Math.floor(chance.next() ** 2 * 39)
  const seconds = chance.between(1, count + 2)
  const own = new Set<Trait>()
  const changes = count > 3 && chance.happens(0.3) ? drawCompleted(chance, key) : []
  if (changes.length > 0) own.add('completed')
  for (let number = changes.length; number < count; number += 1) {
    changes.push(drawChange(chance, `${key}-${number}`, key, seconds, own))
  }
  if (hasTie(changes)) own.add('tie')
  const sorted = changes.toSorted((a, b) => (a.eventAt < b.eventAt ? -1 : 1))
  const ended = sorted.findIndex(({ op }) => op === 'delete')
  if (ended >= 0) own.add('delete')
  if (ended >= 0 && sorted.slice(ended).some(({ op }) => op === 'restore'))
    own.add('delete-restore')
  return { changes, traits: own }
}

/** Before all others two reads, of which the later one tells what the first did not know, and nothing else. */
function drawCompleted(chance: Chance, key: string): OracleChange[] {
  const told = Object.fromEntries(
    columns.map(({ name, values }) => [name, chance.happens(0.2) ? null : chance.oneOf(...values)]),
  )
  const early = Object.entries(told).slice(0, chance.between(0, columns.length - 1))
  const fields = [Object.fromEntries(early), told]
  return fields.map((seen, number) => ({
    id: `${key}-${number}`,
    key,
    op: 'read',
    partial: chance.happens(0.5),
    eventAt: `2026-03-01T09:59:5${number}.999999Z`,
    shownAt: `2026-03-01T09:59:5${number}.000000Z`,
    rank: 1,
    sequence: 0,
    observedAt: '2026-03-01T11:00:00.000000Z',
    mergedInto: null,
    fields: seen,
  }))
}

const ops = [
  'update',
  'update',
  'update',
  'update',
  'update',
  'update',
  'create',
  'delete',
  'restore',
  'merge',
  'read',
  'read',
  'gap',
] as const

function drawChange(
  chance: Chance,
  id: string,
  key: string,
  seconds: number,
  own: Set<Trait>,
): OracleChange {
  const op = chance.oneOf(...ops)
  const at = `2026-03-01T10:00:${String(chance.between(0, seconds - 1)).padStart(2, '0')}.${chance.oneOf('000000', '000000', '500000', '500001', '999999')}Z`
  const isRead = op === 'read'
  const shownAt = isRead ? `${at.slice(0, 19)}.000000Z` : at
  const partial = chance.happens(op === 'update' ? 0.7 : 0.25)
  const isSilent = op === 'delete' || op === 'merge' || op === 'gap'
  if (op === 'merge' || op === 'read' || op === 'gap') own.add(op)
  return {
    id,
    key,
    op,
    partial,
    eventAt: isRead ? `${at.slice(0, 19)}.999999Z` : at,
    shownAt,
    rank: isRead ? 1 : 0,
    sequence: chance.between(0, 2),
    observedAt: `2026-03-01T11:00:0${chance.between(0, 2)}.000000Z`,
    mergedInto: op === 'merge' && chance.happens(0.8) ? chance.oneOf('s1', 's2') : null,
    fields: isSilent ? {} : drawFields(chance, partial, own),
  }
}

function drawFields(chance: Chance, partial: boolean, own: Set<Trait>): OracleChange['fields'] {
  const fields: Record<string, string | null> = {}
  const share = partial ? chance.oneOf(0, 0.2, 0.5) : 0.9
  for (const { name, values } of columns) {
    if (!chance.happens(share)) continue
    fields[name] = chance.happens(0.2) ? null : chance.oneOf(...values)
  }
  const listed = Object.keys(fields).length
  if (partial) own.add('partial')
  else if (listed < columns.length) own.add('masked')
  if (Object.values(fields).includes(null)) own.add('explicit null')
  return fields
}

function hasTie(changes: readonly OracleChange[]): boolean {
  return new Set(changes.map(({ eventAt }) => eventAt)).size < changes.length
}

/** Batches of random sizes, in order. */
export function split<T>(
  chance: Chance,
  list: readonly T[],
  batches: number,
): readonly (readonly T[])[] {
  const cuts = Array.from({ length: batches - 1 }, () => chance.between(0, list.length))
  const at = [0, ...cuts.toSorted((a, b) => a - b), list.length]
  return at.slice(1).map((end, index) => list.slice(at[index], end))
}
