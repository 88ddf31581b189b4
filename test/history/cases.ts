/** Records with histories by chance, as a seed draws them: each trait in a good part of them. */
import type { OracleChange } from './oracle.ts'

export interface Column {
  readonly name: string
  readonly kind: 'text' | 'integer' | 'decimal' | 'boolean' | 'timestamp_tz' | 'json'
  readonly values: readonly string[]
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
] as const
export type Trait = (typeof traits)[number]

export interface Draw {
  next(): number
  below(count: number): number
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
}

export function drawing(seed: number): Draw {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: (from) => {
      const one = from[below(from.length)]
      if (one === undefined) throw new Error('nothing to pick from')
      return one
    },
  }
}

export interface Case {
  readonly changes: readonly OracleChange[]
  readonly traits: ReadonlySet<Trait>
}

/** A record's changes, each once, in no order that means anything. */
export function drawCase(draw: Draw, key: string): Case {
  const count = 2 + Math.floor(draw.next() ** 2 * 39)
  const seconds = 1 + draw.below(count + 2)
  const own = new Set<Trait>()
  const changes: OracleChange[] = []
  for (let number = 0; number < count; number += 1) {
    changes.push(drawChange(draw, `${key}-${number}`, key, seconds, own))
  }
  if (hasTie(changes)) own.add('tie')
  const sorted = changes.toSorted((a, b) => (a.eventAt < b.eventAt ? -1 : 1))
  const ended = sorted.findIndex(({ op }) => op === 'delete')
  if (ended >= 0) own.add('delete')
  if (ended >= 0 && sorted.slice(ended).some(({ op }) => op === 'restore'))
    own.add('delete-restore')
  return { changes, traits: own }
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
  draw: Draw,
  id: string,
  key: string,
  seconds: number,
  own: Set<Trait>,
): OracleChange {
  const op = draw.pick(ops)
  const at = `2026-03-01T10:00:${String(draw.below(seconds)).padStart(2, '0')}.${draw.pick(['000000', '000000', '500000', '500001', '999999'])}Z`
  const isRead = op === 'read'
  const shownAt = isRead ? `${at.slice(0, 19)}.000000Z` : at
  const partial = draw.chance(op === 'update' ? 0.7 : 0.25)
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
    sequence: draw.below(3),
    observedAt: `2026-03-01T11:00:0${draw.below(3)}.000000Z`,
    mergedInto: op === 'merge' && draw.chance(0.8) ? draw.pick(['s1', 's2']) : null,
    fields: isSilent ? {} : drawFields(draw, partial, own),
  }
}

function drawFields(draw: Draw, partial: boolean, own: Set<Trait>): OracleChange['fields'] {
  const fields: Record<string, string | null> = {}
  const share = partial ? draw.pick([0, 0.2, 0.5]) : 0.9
  for (const { name, values } of columns) {
    if (!draw.chance(share)) continue
    fields[name] = draw.chance(0.2) ? null : draw.pick(values)
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
  draw: Draw,
  list: readonly T[],
  batches: number,
): readonly (readonly T[])[] {
  const cuts = Array.from({ length: batches - 1 }, () => draw.below(list.length + 1))
  const at = [0, ...cuts.toSorted((a, b) => a - b), list.length]
  return at.slice(1).map((end, index) => list.slice(at[index], end))
}
