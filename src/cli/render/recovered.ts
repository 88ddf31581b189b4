/** What became of a state and a warehouse that were brought together again, as lines and as JSON. */
import type { RecoveredPull, RecoveredState } from '../../app/push/recover-state.ts'
import { count } from './plan.ts'
import { time } from './runs.ts'

export function recoveredLines({
  sync,
  runs,
  operations,
  drifted,
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
    ...(lostErasures === null
      ? []
      : [
          `  records were erased, last at ${time(lostErasures)}, and nothing tells which: erase them again, by their ids now, or by value after the next run`,
        ]),
  ]
}

function givenUp(runs: number): string {
  return `${runs} unfinished ${runs === 1 ? 'run was' : 'runs were'} given up`
}

export function recoveredPullJson({
  lostTombstones,
  lostErasures,
  ...recovered
}: RecoveredPull): Readonly<Record<string, unknown>> {
  return {
    ...recovered,
    lost_tombstones: lostTombstones,
    lost_erasures: lostErasures === null ? null : time(lostErasures),
  }
}
