/** The crash matrix of one scenario, as tests: once killed everywhere, and killed again in recovery. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlainHost } from '../support/plain-host.ts'
import type { FileHost } from '../support/host.ts'
import { begunHistory } from './begun-history.ts'
import { beginOfRun, deathsIn, lastNamed } from './edges.ts'
import { type Judged, killedHistory } from './killed-history.ts'
import type { Scenario } from './scenario.ts'

/** Hundreds of histories are one test; a busy machine must not make it fail. */
const patience = { timeout: 3_600_000 }

/** What a process passed that nobody killed. */
interface Witnessed {
  readonly edges: readonly string[]
  /** The whole world at each of them, as a text. */
  readonly worlds: readonly string[]
}

export function crashMatrix(scenario: Scenario): void {
  describe(`a push killed in the scenario "${scenario.name}"`, () => {
    const judged: Judged = new Map()
    // One for all of them, since each begins with a copy of what the first began with.
    let host: FileHost
    let undisturbed: Witnessed
    beforeAll(async () => {
      host = await createPlainHost()
      expect((await killedHistory(host, scenario, [], judged)).complaints).toEqual([])
      undisturbed = await witnessed(host, scenario, [])
    })
    afterAll(() => host.close())

    /** What is wrong once the process after these deaths is killed, wherever the world is another one. */
    async function killedEverywhere(
      before: readonly number[],
      { edges, worlds }: Witnessed,
    ): Promise<readonly string[]> {
      const wrong: string[] = []
      for (const at of deathsIn(worlds)) {
        const kills = [...before, at]
        const { passed, complaints, left } = await killedHistory(host, scenario, kills, judged)
        const edge = edges[at - 1]
        expect(passed[before.length]?.at(-1)).toBe(edge)
        // What was seen while the process lived is what its death leaves, but for requests on their way.
        const asSeen = worlds.slice(at - 1).includes(left)
          ? []
          : ['it left a world that was not seen']
        wrong.push(...[...asSeen, ...complaints].map((each) => `${at} ${edge}: ${each}`))
      }
      return wrong
    }

    it('is made good by the next run, whatever the edge', patience, async () => {
      expect(await killedEverywhere([], undisturbed)).toEqual([])
    })

    for (const death of scenario.deaths) {
      it(`is made good when recovery from "${death}" is killed, too`, patience, async () => {
        const first = lastNamed(undisturbed.edges, death)
        const recovery = await witnessed(host, scenario, [first])
        expect(recovery.edges.length).toBeGreaterThan(10)
        expect(await killedEverywhere([first], recovery)).toEqual([])
      })
    }
  })
}

/**
 * The edges of a process that nobody kills, and the world at each of them; after deaths, those of its recovery
 * of what the dead left.
 */
async function witnessed(
  host: FileHost,
  scenario: Scenario,
  deaths: readonly number[],
): Promise<Witnessed> {
  const begun = await begunHistory(host, scenario, deaths)
  try {
    const worlds: string[] = []
    let isRecovered = false
    const edges = await begun.work(null, async (edge) => {
      isRecovered ||= deaths.length > 0 && edge === beginOfRun
      if (!isRecovered) worlds.push(await begun.left())
    })
    return { edges: edges.slice(0, worlds.length), worlds }
  } finally {
    await begun.close()
  }
}
