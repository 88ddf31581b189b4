import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Collaborators } from '../../src/engine/context.ts'
import type { Progress } from '../../src/engine/progress.ts'
import { Crash, CrashingProcess } from '../support/crashing.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

const rows = 120

let world: World

async function newWorld(): Promise<World> {
  const fresh = await createWorld()
  await fresh.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@example.com', 'Name ' || i, 'City ' || (i % 10) from range(1, ${rows + 1}) as t(i)`,
  )
  return fresh
}

beforeEach(async () => {
  world = await newWorld()
})

afterEach(() => world.close())

/** Many batches, and a merge after every few of them. */
function small(base: Collaborators): Collaborators {
  const pages = { read: 50, create: 5, update: 5, upsert: 5, delete: 5 }
  return { ...base, connector: { ...base.connector, pages }, outcomesPerMerge: 20 }
}

async function expectAllInPlace(): Promise<void> {
  const records = world.hubspot.dump().state.records?.['0-1'] ?? []
  expect(new Set(records.map(({ properties }) => properties['email'])).size).toBe(rows)
  expect(records).toHaveLength(rows)
  const [bound] = await world.query(
    `select cast(count(distinct key) as varchar), cast(count(distinct remote_id) as varchar) from ${world.workingSchema}.contacts__baseline`,
  )
  expect(bound).toEqual([`${rows}`, `${rows}`])
}

describe('merges beside the delivery', () => {
  it('begin before the last batch is sent, and leave nothing out', async () => {
    const seen: Progress['at'][] = []
    const report = await world.run(contactSync(), {}, (base) => ({
      ...small(base),
      progress: ({ at }) => seen.push(at),
    }))
    expect(report.outcomes).toMatchObject({ delivered: rows, deferred: 0 })
    const whileDelivering = seen.slice(seen.indexOf('delivering'), seen.lastIndexOf('delivering'))
    expect(whileDelivering.filter((at) => at === 'confirmed').length).toBeGreaterThan(1)
    await expectAllInPlace()
    world.callsSince()
    await world.run(contactSync())
    expect(world.callsSince()).toBe(0)
  })

  it('that fail end the run with their error, and the next run goes on', async () => {
    const failing = world.run(contactSync(), {}, (base) => {
      const concludedBatches = (): never => {
        throw new Error('the disk is gone')
      }
      const failed = new Map<string | symbol, unknown>([['concludedBatches', concludedBatches]])
      const ledger = new Proxy(base.ledger, {
        get: (target, name) => failed.get(name) ?? Reflect.get(target, name),
      })
      return { ...small(base), ledger }
    })
    await expect(failing).rejects.toThrow('the disk is gone')
    expect(world.hubspot.dump().state.records?.['0-1']?.length).toBeLessThan(rows)
    await world.run(contactSync())
    await expectAllInPlace()
  })

  it('may be killed anywhere with batches in flight, and the next run makes it good', async () => {
    const recording = new CrashingProcess(null)
    await world.run(contactSync(), {}, (base) => recording.wrap(small(base)))
    const firstConcluded = recording.edges.indexOf('ledger.recordConcluded after')
    const deaths = recording.edges.flatMap((edge, index) =>
      index > firstConcluded && /beginMerge|execute|load|finishMerge|concludedBatches/.test(edge)
        ? [index + 1]
        : [],
    )
    expect(deaths.length).toBeGreaterThan(20)
    for (const at of deaths.filter((_, index) => index % 5 === 0)) {
      await world.close()
      world = await newWorld()
      const dying = new CrashingProcess(at)
      const killed = world.run(contactSync(), {}, (base) => dying.wrap(small(base)))
      await expect(killed).rejects.toThrow(Crash)
      await world.run(contactSync(), {}, small)
      await expectAllInPlace()
    }
  })
})
