/** What became of a state and a warehouse that were brought together again, as lines and as JSON. */
import type { RecoveredPull, RecoveredState } from '../../app/push/recover-state.ts'
import { count } from './plan.ts'
import { time } from './runs.ts'

export function recoveredLines({
  sync,
  runs,
  operations,
  drifted,
  lostErasures,
}: RecoveredState): readonly string[] {
  const [is, it] = drifted === 1 ? ['record is', 'it'] : ['records are', 'them']
  return [
    `${sync}: state and baseline belong together again`,
    ...(runs === 0
      ? []
      : [`  ${givenUp(runs)}, ${operations} operations will be looked up by the next plan`]),
    ...(drifted === 0
      ? []
      : [`  ${drifted} ${is} not as the baseline says; the next plan is about ${it}`]),
    ...lostLines(lostErasures, 'planned'),
  ]
}

export function recoveredPullLines({
  sync,
  runs,
  objects,
  lostTombstones,
  lostErasures,
}: RecoveredPull): readonly string[] {
  return [
    `${sync}: state and history belong together again`,
    ...(runs === 0 ? [] : [`  ${givenUp(runs)}`]),
    ...(objects === 0
      ? []
      : ['  the next run reads everything: webhooks that were not loaded may be lost']),
    ...lostTombstones.map(
      ({ object, records }) =>
        `  ${object}: ${count(records)} records were erased under another state, and nothing of ${object} is loaded until you have decided (pull.lost_tombstones)`,
    ),
    ...lostLines(lostErasures, 'loaded'),
  ]
}

function lostLines(last: number | null, what: 'loaded' | 'planned'): readonly string[] {
  if (last === null) return []
  return [
    `  people were erased, last at ${time(last)}, and nothing tells whom: nothing is ${what} until you have erased them again and run state recover with --erased-again`,
  ]
}

function givenUp(runs: number): string {
  return `${runs} unfinished ${runs === 1 ? 'run was' : 'runs were'} given up`
}

export function recoveredJson(recovered: RecoveredState): Readonly<Record<string, unknown>> {
  const { lostErasures, ...others } = recovered
  return { ...others, lost_erasures: timeOrNull(lostErasures) }
}

export function recoveredPullJson(recovered: RecoveredPull): Readonly<Record<string, unknown>> {
  const { lostErasures, lostTombstones, ...others } = recovered
  return { ...others, lost_tombstones: lostTombstones, lost_erasures: timeOrNull(lostErasures) }
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : time(ms)
}
