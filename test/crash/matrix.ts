/** The crash matrix of one scenario, as tests: once killed everywhere, and killed again in recovery. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlainHost } from '../support/plain-host.ts'
import type { FileHost } from '../support/host.ts'
import { deathsAt, lastNamed, recoveryOf } from './edges.ts'
import { type Judged, type KilledHistory, killedHistory } from './killed-history.ts'
import type { Scenario } from './scenario.ts'

/** Hundreds of histories are one test; a busy machine must not make it fail. */
const patience = { timeout: 3_600_000 }

export interface Extent {
  /** Every edge, or one of each stretch in which nothing outside changes. */
  readonly every: boolean
  /** First deaths that are followed by a second one, at each stretch of the recovery. */
  readonly deaths: readonly string[]
}

export function crashMatrix(scenario: Scenario, { every, deaths }: Extent): void {
  describe(`a push killed in the scenario "${scenario.name}"`, () => {
    const judged: Judged = new Map()
    // One for all of them, since each begins with a copy of what the first began with.
    let host: FileHost
    let edges: readonly string[]
    const killedAt = (...kills: readonly number[]): Promise<KilledHistory> =>
      killedHistory(host, scenario, kills, judged)
    beforeAll(async () => {
      host = await createPlainHost()
      const undisturbed = await killedAt()
      expect(undisturbed.complaints).toEqual([])
      edges = undisturbed.passed[0] ?? []
    })
    afterAll(() => host.close())

    it('is made good by the next run, whatever the edge', patience, async () => {
      const wrong: string[] = []
      for (const at of deathsAt(edges, every)) {
        const { passed, complaints } = await killedAt(at)
        expect(passed[0]?.at(-1)).toBe(edges[at - 1])
        wrong.push(...complaints.map((each) => `${at} ${edges[at - 1]}: ${each}`))
      }
      expect(wrong).toEqual([])
    })

    for (const death of deaths) {
      it(`is made good when recovery from "${death}" is killed, too`, patience, async () => {
        const first = lastNamed(edges, death)
        const once = await killedAt(first)
        const recovery = recoveryOf(once.passed.at(-1) ?? [])
        expect(recovery.length).toBeGreaterThan(10)
        const wrong: string[] = []
        for (const second of deathsAt(recovery, false)) {
          const { complaints } = await killedAt(first, second)
          wrong.push(...complaints.map((each) => `${second} ${recovery[second - 1]}: ${each}`))
        }
        expect(wrong).toEqual([])
      })
    }
  })
}
