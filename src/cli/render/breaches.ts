/** What guards of a push stopped, or would stop: as lines with some of the operations, and as JSON. */
import type { PushResult, SampledBreach } from '../../app/push/push-sync.ts'
import type { PushSync } from '../../model/sync.ts'
import { count, operationLines } from './plan.ts'
import { shellWord } from './shell-word.ts'

export interface ShownBreaches {
  /** `stopped it`, `would stop it`. */
  readonly verb: string
  /** False where the plan itself is shown whole. */
  readonly withSamples: boolean
}

export function breachLines(
  sync: PushSync,
  { breaches, planned }: PushResult,
  { verb, withSamples }: ShownBreaches,
): readonly string[] {
  const lines = breaches.flatMap(({ guard, planned: rows, allowed, samples }) => [
    `  guard ${guard} ${verb}: ${count(rows)} planned, ${count(allowed)} allowed`,
    ...(withSamples ? samples.flatMap((row) => operationLines(sync, row)) : []),
  ])
  if (!withSamples || breaches.every(({ samples }) => samples.length === 0)) return lines
  const operations = planned.creates + planned.updates + planned.deletes
  const command = `syncline plan ${shellWord(sync.name)} --show ${operations}`
  return [...lines, `  all of the plan: \`${command}\``]
}

export function breachesJson(breaches: readonly SampledBreach[]): readonly object[] {
  return breaches.map(({ guard, planned, allowed, samples }) => ({
    guard,
    planned,
    allowed,
    samples: samples.map(({ kind, key, remoteId, changes }) => ({
      kind,
      key,
      record: remoteId,
      changes,
    })),
  }))
}
