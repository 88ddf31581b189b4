import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inward } from '../support/crashing.ts'
import { createPlainHost } from '../support/plain-host.ts'
import type { FileHost } from '../support/world.ts'
import { lastNamed } from './edges.ts'
import { killedHistory } from './killed-history.ts'
import { callsOf, transitionsFrom } from './required-edges.ts'
import { scenarioNamed, scenarios } from './scenarios.ts'

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
      const { passed: processes } = await killedHistory(host, scenario, [])
      for (const edge of processes.flat()) passed.add(edge)
      for (const death of scenario.deaths) await follow(scenario.name, [death])
    }
    for (const chain of chains) await follow('create', chain)
  })
  afterAll(() => host.close())

  /** Dies along the chain, and notes what the processes after it pass. */
  async function follow(name: string, chain: readonly string[]): Promise<void> {
    const scenario = scenarioNamed(name)
    const kills: number[] = []
    for (const edge of chain) {
      const { passed: processes } = await killedHistory(host, scenario, kills)
      kills.push(lastNamed(processes[kills.length] ?? [], edge))
    }
    const { passed: processes, complaints } = await killedHistory(host, scenario, kills)
    expect(complaints).toEqual([])
    for (const edge of processes.flat()) passed.add(edge)
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
