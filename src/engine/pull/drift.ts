/** What a comparison counted, as a report. */
import type { Pin } from '../../core/history/pin.ts'
import type { Row } from '../../model/value.ts'
import type { Drift } from './pull.ts'

/** `rows` are those of `countDifferences`. */
export function driftOf(rows: readonly Row[], pins: readonly Pin[], withheld: number): Drift {
  const byHow = new Map(rows.map(([how, ...counts]) => [how, counts.map(Number)]))
  const countOf = (how: string): number => byHow.get(how)?.[0] ?? 0
  const [, ...ofFields] = byHow.get('changed') ?? []
  const fields = pins.flatMap(({ name }, index): [string, number][] => {
    const count = ofFields[index] ?? 0
    return count === 0 ? [] : [[name, count]]
  })
  return {
    created: countOf('created'),
    changed: countOf('changed'),
    deleted: countOf('deleted'),
    withheld,
    fields: Object.fromEntries(fields),
  }
}
