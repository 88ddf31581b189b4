import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inward } from '../support/crashing.ts'
import { createPlainHost } from '../support/plain-host.ts'
import type { FileHost } from '../support/host.ts'
import { lastNamed } from './edges.ts'
import { type Judged, type KilledHistory, killedHistory } from './killed-history.ts'
import { callsOf, transitionsFrom } from './required-edges.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

/** Asked after a run has failed, to name what was probably meant. */
const onlyForMessages = new Set(['crm.objects'])

/** Transitions that no run of a push makes by itself. */
const elsewhere = new Set([
  // A person's word.
  'planning/cancellation',
  'planned/cancellation',
  'stopped/cancellation',
  'confirming/cancellation',
  // `apply` goes on from a plan that a person reviewed.
  'stopped/delivery_started',
  // A state that refuses one write and takes the next.
  'planned/failure',
  // `adopt` confirms a plan of which nothing is sent.
  'planned/confirmed',
])

/** Deaths one after the other, by the names of the edges, that lead to transitions of their own. */
const chains: readonly (readonly string[])[] = [
  ['ledger.transition planning/plan_stored before'],
  ['ledger.transition planned/delivery_started before'],
  ['warehouse.execute merge before'],
  ['warehouse.execute merge after'],
  ['ledger.transition confirming/confirmed before'],
  ['crm.create after', 'ledger.transition delivering/recovered after'],
  [
    'crm.create after',
    'ledger.transition delivering/recovered after',
    'ledger.transition resolving/recovered before',
  ],
]

describe('the crash matrix', () => {
  let host: FileHost
  const passed = new Set<string>()
  beforeAll(async () => {
    host = await createPlainHost()
    for (const scenario of scenarios) {
      const judged: Judged = new Map()
      const undisturbed = await killedHistory(host, scenario, [], judged)
      for (const edge of undisturbed.passed.flat()) passed.add(edge)
      const all = scenario.deaths.map((death) => [death])
      for (const chain of scenario.name === 'create' ? [...all, ...chains] : all) {
        await follow(scenario, undisturbed, chain, judged)
      }
    }
  })
  afterAll(() => host.close())

  /** Dies along the chain, and notes what the processes after it pass. */
  async function follow(
    scenario: Scenario,
    undisturbed: KilledHistory,
    chain: readonly string[],
    judged: Judged,
  ): Promise<void> {
    const kills: number[] = []
    let history = undisturbed
    for (const edge of chain) {
      kills.push(lastNamed(history.passed[kills.length] ?? [], edge))
      history = await killedHistory(host, scenario, kills, judged)
    }
    expect(history.complaints).toEqual([])
    for (const edge of history.passed.flat()) passed.add(edge)
  }

  it('has an edge at every call that a push makes through a seam', () => {
    const calls = new Set([...passed].map((edge) => edge.split(' ')[0] ?? ''))
    const missing = [...callsOf('src/engine/push/push.ts')].filter(
      (call) => !calls.has(call) && !inward.has(call) && !onlyForMessages.has(call),
    )
    expect(missing.toSorted()).toEqual([])
  })

  it('has an edge at every transition that a push can make', () => {
    const made = [...passed].flatMap((edge) => /transition (\S+) before$/.exec(edge)?.[1] ?? [])
    const missing = transitionsFrom('planning').filter(
      (each) => !made.includes(each) && !elsewhere.has(each),
    )
    expect(missing).toEqual([])
  })
})
