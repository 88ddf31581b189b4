import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { openSqliteLedger } from '../../src/ledger/sqlite/open-sqlite-ledger.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

const sync = contactSync()
let world: World
let folder: string
let copy: Ledger

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'syncline-restored-'))
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Rome')`,
  )
  await world.run(sync)
  const file = join(folder, 'copy.db')
  await world.ledger.backup(file)
  copy = await openSqliteLedger(file)
})

afterEach(async () => {
  await copy.close()
  await world.close()
  rmSync(folder, { recursive: true })
})

const under = (ledger: Ledger) => world.run(sync, {}, (base) => ({ ...base, ledger }))

/** The state of a process that dies with the answer to its first request. */
function dyingLedger(): Ledger {
  const death = () => Promise.reject(new Error('the process died'))
  return { ...world.ledger, recordConcluded: death }
}

describe('a state restored to the moment before the last run', () => {
  it('stops every further run when that one died before it confirmed anything', async () => {
    await world.sql(`insert into customers values (3, 'c@x.com', 'Cem', 'Rome')`)
    await expect(under(dyingLedger())).rejects.toThrow('the process died')
    await world.sql(`update customers set email = 'c3@x.com' where id = 3`)
    const writes = world.hubspot.log().length
    // Each attempt takes a lease, so that a number that counts them comes to any other.
    for (let attempt = 1; attempt <= 3; attempt++) {
      world.clock.pass(120_000)
      await expect(under(copy)).rejects.toMatchObject({ code: 'state.diverged' })
    }
    expect(world.hubspot.log()).toHaveLength(writes)
    world.clock.pass(120_000)
    expect(await under(world.ledger)).toMatchObject({ state: 'succeeded' })
    const records = world.hubspot.dump().state.records?.['0-1'] ?? []
    const emails = new Set(records.map(({ properties }) => properties['email']))
    expect([records.length, emails]).toEqual([3, new Set(['a@x.com', 'b@x.com', 'c3@x.com'])])
  })

  it('stops every further run when that one had nothing to do', async () => {
    await world.run(sync)
    for (let attempt = 1; attempt <= 3; attempt++) {
      await expect(under(copy)).rejects.toMatchObject({ code: 'state.diverged' })
    }
  })
})

describe('a run that died while it opened the working schema', () => {
  it.each(['before', 'after'])(
    '%s the warehouse knew of it is followed by others',
    async (when) => {
      const dying: Ledger = {
        ...world.ledger,
        announceOpening: async (lease, found) => {
          const id = await world.ledger.announceOpening(lease, found)
          if (when === 'before') throw new Error('the process died')
          return id
        },
        sendingBatches: () => Promise.reject(new Error('the process died')),
        createRun: () => Promise.reject(new Error('the process died')),
      }
      for (let death = 1; death <= 3; death++) {
        world.clock.pass(120_000)
        await expect(under(dying)).rejects.toThrow('the process died')
      }
      world.clock.pass(120_000)
      expect(await under(world.ledger)).toMatchObject({ state: 'succeeded' })
      expect((await world.ledger.sync(sync.name)).openings.length).toBeLessThanOrEqual(5)
    },
  )
})
