/** What a comparison counted, as a report. */
import type { Pin } from '../../core/history/columns/pin.ts'
import type { Row } from '../../model/value.ts'
import type { Drift, ObjectReport } from './pull.ts'

export const noDrift: Drift = { created: 0, changed: 0, deleted: 0, withheld: 0, fields: {} }

/** Of an object of which nothing came. */
export function emptyReport(object: string): ObjectReport {
  return {
    object,
    read: 0,
    since: null,
    wholeFor: null,
    isRebuilt: false,
    added: 0,
    erased: 0,
    drift: noDrift,
    completed: 0,
    withheldKeys: [],
    newColumns: [],
    versions: null,
  }
}

/** `rows` are those of `countDifferences`; nothing is withheld. */
export function countsOf(
  rows: readonly Row[],
  pins: readonly Pin[],
): Pick<ObjectReport, 'drift' | 'completed'> {
  const byHow = new Map(rows.map(([how, ...counts]) => [how, counts.map(Number)]))
  const countOf = (how: string): number => byHow.get(how)?.[0] ?? 0
  const [, ...ofFields] = byHow.get('changed') ?? []
  const fields = pins.flatMap(({ name }, index): [string, number][] => {
    const count = ofFields[index] ?? 0
    return count === 0 ? [] : [[name, count]]
  })
  const drift = {
    created: countOf('created'),
    changed: countOf('changed'),
    deleted: countOf('deleted'),
    withheld: 0,
    fields: Object.fromEntries(fields),
  }
  return { drift, completed: countOf('completed') }
}
