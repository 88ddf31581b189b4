/** The life of a pulled record, as lines and as JSON. */
import type { RecordChange, RecordLife, RecordVersion } from '../../app/pull/explain-pulled.ts'
import type { PullSync } from '../../model/sync.ts'
import { showValue } from './plan.ts'

export function recordLifeLines(sync: PullSync, life: RecordLife): readonly string[] {
  const { object, key, versions, changes } = life
  return [
    `${sync.name} ${sync.crm} ${object} ${key}`,
    '  changes, as they are sorted:',
    ...changesLines(changes),
    ...(versions.length === 0 ? ['  no version: nothing opened the record'] : ['  versions:']),
    ...versions.flatMap((version, place) => versionLines(version, versions[place - 1])),
  ]
}

/** A field that was empty and stays so is one of hundreds, of which nobody asks: the JSON has them all. */
function changesLines(changes: readonly RecordChange[]): readonly string[] {
  const filled = new Set<string>()
  return changes.flatMap((change) => {
    const { eventAt, op, origin, loadedAt, mergedInto, values } = change
    const into = mergedInto === null ? '' : ` into ${mergedInto}`
    const shown = Object.entries(values).filter(
      ([column, value]) => value !== null || filled.has(column),
    )
    for (const [column, value] of shown) {
      if (value === null) filled.delete(column)
      else filled.add(column)
    }
    return [
      `    ${eventAt} ${op}${into}, by ${origin}, loaded ${loadedAt}`,
      ...shown.map(([column, value]) => `        ${column}: ${showValue(value)}`),
    ]
  })
}

/** Of a version only what differs from the one before it. */
function versionLines(
  version: RecordVersion,
  before: RecordVersion | undefined,
): readonly string[] {
  const { start, end, dirty, mergedInto, values } = version
  const until = end === null ? 'and holds' : `until ${end}`
  const doubt = dirty ? ', in doubt until the record is read again' : ''
  const into = mergedInto === null ? '' : `, then merged into ${mergedInto}`
  const changed = Object.entries(values).filter(([column, value]) =>
    before === undefined ? value !== null : before.values[column] !== value,
  )
  return [
    `    ${start} ${until}${into}${doubt}`,
    ...changed.map(([column, value]) => `        ${column}: ${showValue(value)}`),
  ]
}

export function recordLifeJson(life: RecordLife): Readonly<Record<string, unknown>> {
  const { sync, object, key, versions, changes } = life
  return {
    sync,
    object,
    key,
    versions: versions.map(({ start, end, mergedInto, dirty, values }) => ({
      start,
      end,
      merged_into: mergedInto,
      dirty,
      values,
    })),
    changes: changes.map((change) => ({
      id: change.id,
      op: change.op,
      event_at: change.eventAt,
      shown_at: change.shownAt,
      observed_at: change.observedAt,
      loaded_at: change.loadedAt,
      origin: change.origin,
      merged_into: change.mergedInto,
      values: change.values,
    })),
  }
}
