import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHost, type Host } from '../support/world.ts'
import { pushOperations } from './cells.ts'
import { playSchedule } from './schedule.ts'

/** A handful of those that the system tests play by the thousand. */
const seeds = Array.from({ length: 30 }, (_, index) => 1 + index * 10)

/** Many histories are one test; a busy machine must not make it fail. */
const patience = { timeout: 300_000 }

describe('a history of bad days', () => {
  let host: Host
  beforeAll(async () => {
    host = await createHost()
  })
  afterAll(() => host.close())

  it(
    'ends with a CRM that is as the model says, whatever happened on the way',
    patience,
    async () => {
      const wrong: string[] = []
      const operations = new Set<string>()
      for (const seed of seeds) {
        const { complaints, faults, crashes } = await playSchedule(host, seed)
        wrong.push(...complaints.map((each) => `${seed}: ${each}`))
        if (crashes === 0) wrong.push(`${seed}: no crash`)
        for (const name of Object.keys(faults)) operations.add(name.split(' ')[1] ?? '')
      }
      expect(wrong).toEqual([])
      expect([...operations]).toEqual(expect.arrayContaining([...pushOperations]))
    },
  )

  it('is the same each time it is played', async () => {
    const other = await createHost()
    const once = await playSchedule(host, 4711)
    expect(await playSchedule(other, 4711)).toEqual(once)
    await other.close()
  })
})
