import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlainHost } from '../support/plain-host.ts'
import type { Host } from '../support/host.ts'
import { lacks, playSchedule } from './schedule.ts'
import { stages } from './stages.ts'

/** A handful of those that the system tests play by the hundred and the thousand. */
const tastes = [
  { crm: 'hubspot', stage: stages.hubspot, seeds: seedsOf(30, 10) },
  { crm: 'salesforce', stage: stages.salesforce, seeds: seedsOf(12, 7) },
] as const

function seedsOf(count: number, step: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => 1 + index * step)
}

/** Many histories are one test; a busy machine must not make it fail. */
const patience = { timeout: 300_000 }

describe.each(tastes)('a history of bad days with $crm', ({ stage, seeds }) => {
  let host: Host
  beforeAll(async () => {
    host = await createPlainHost()
  })
  afterAll(() => host.close())

  it(
    'ends with a CRM that is as the model says, whatever happened on the way',
    patience,
    async () => {
      const wrong: string[] = []
      const operations = new Set<string>()
      for (const seed of seeds) {
        const played = await playSchedule(stage, host, seed)
        wrong.push(...[...played.complaints, ...lacks(played)].map((each) => `${seed}: ${each}`))
        for (const name of Object.keys(played.faults)) operations.add(name.split(' ')[1] ?? '')
      }
      expect(wrong).toEqual([])
      expect([...operations]).toEqual(expect.arrayContaining([...stage.table.operations]))
    },
  )

  it('is the same each time it is played', async () => {
    const other = await createPlainHost()
    const once = await playSchedule(stage, host, 4711)
    expect(await playSchedule(stage, other, 4711)).toEqual(once)
    await other.close()
  })
})
