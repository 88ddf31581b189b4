/** A working schema from a copy made before somebody was erased: nothing is planned or sent until that is erased again. */
import { describe, expect, it } from 'vitest'
import { listCatalogue, readCatalogue } from '../../src/core/sql/catalogue.ts'
import { createTombstones } from '../../src/core/history/erase/tombstones.ts'
import { sharedTables } from '../../src/core/sql/names.ts'
import { upgradeShared } from '../../src/core/sql/working-schema.ts'
import { erase } from '../../src/engine/push/erase.ts'
import { verify } from '../../src/engine/push/verify.ts'
import { copyTables } from '../support/copy-tables.ts'
import { createPeopleWorld, hosts } from '../support/people-world.ts'
import { recoverErasedAgain, recoverPush } from '../support/recover-push.ts'
import type { Host } from '../support/host.ts'
import { contactSync, type World } from '../support/world.ts'

const sync = contactSync({ removedRows: 'clear' })
const lost = { code: 'state.lost_erasures' }

/** Ann and Bob were delivered, and Ann has left the model since. */
async function open(openHost: () => Promise<Host>): Promise<World> {
  const customers = `(1, 'ann@x.com', 'Ann', 'Rome'), (2, 'bob@x.com', 'Bob', 'Rome')`
  const world = await createPeopleWorld(openHost, 'lost', customers)
  await world.run(sync)
  await world.sql('delete from customers where id = 1')
  return world
}

const copyOf = ({ query, sql, workingSchema }: World) =>
  copyTables({ query, execute: sql }, [workingSchema])

const eraseAnn = (world: World, dryRun = false) =>
  world.push((collaborators, lease) => erase(collaborators, lease, { key: '1' }, dryRun), sync)

const keys = ({ query, workingSchema }: World): Promise<unknown> =>
  query(`select cast(key as varchar) from ${workingSchema}.contacts__baseline order by 1`)

const ann = ({ hubspot }: World) =>
  (hubspot.dump().state.records?.['0-1'] ?? []).find(
    ({ properties }) => properties['email'] === 'ann@x.com',
  )

describe.each(hosts)(
  'a push that erased somebody, on $on, whose working schema is from a copy',
  ({ openHost }) => {
    it('made right before that, stops until that is erased again', async () => {
      const world = await open(openHost)
      const restore = await copyOf(world)
      await eraseAnn(world)
      await restore()
      world.callsSince()
      await expect(world.run(sync)).rejects.toMatchObject({
        ...lost,
        message: expect.stringMatching(/^Sync contacts: people were erased, .* tells of none\.$/),
      })
      await expect(world.plan(sync)).rejects.toMatchObject(lost)
      const verifying = { settle: false, samples: 0 }
      const verified = world.push((...work) => verify(work[0], work[1], verifying), sync)
      await expect(verified).rejects.toMatchObject(lost)
      expect(world.callsSince()).toBe(0)
      expect(await eraseAnn(world)).toMatchObject({ baseline: 1 })
      await expect(world.run(sync)).rejects.toMatchObject(lost)
      expect(await world.push(recoverErasedAgain, sync)).toMatchObject({ lostErasures: null })
      expect(await world.run(sync)).toMatchObject({ outcomes: { unchanged: 1, delivered: 0 } })
      expect(await keys(world)).toEqual([['2']])
      expect(ann(world)?.properties['firstname']).toBe('Ann')
      await restore()
      await expect(world.run(sync)).rejects.toMatchObject({
        code: expect.stringMatching(/^state\./),
      })
    })

    it('made before runs since then, too, is rejoined first, and then still lacks it', async () => {
      const world = await open(openHost)
      const restore = await copyOf(world)
      await eraseAnn(world)
      await world.sql(`update customers set city = 'Oslo'`)
      await world.run(sync)
      await restore()
      await expect(world.run(sync)).rejects.toMatchObject({ code: 'state.diverged' })
      const told = { lostErasures: expect.any(Number) as number }
      expect(await world.push(recoverPush, sync)).toMatchObject(told)
      await expect(world.run(sync)).rejects.toMatchObject(lost)
      await eraseAnn(world)
      expect(await world.push(recoverPush, sync)).toMatchObject(told)
      await world.push(recoverErasedAgain, sync)
      await world.run(sync)
      expect(await keys(world)).toEqual([['2']])
    })

    it('made after it, goes on', async () => {
      const world = await open(openHost)
      await eraseAnn(world)
      const restore = await copyOf(world)
      await eraseAnn(world, true)
      await restore()
      expect(await world.run(sync)).toMatchObject({ outcomes: { unchanged: 1 } })
    })

    it('or that is lost, has nothing of anybody any more, and goes on once it is recovered', async () => {
      const world = await open(openHost)
      await eraseAnn(world)
      await world.sql(`drop schema ${world.workingSchema} cascade`)
      await expect(world.run(sync)).rejects.toMatchObject({ code: 'state.diverged' })
      expect(await world.push(recoverPush, sync)).toMatchObject({ lostErasures: null })
      expect(await world.run(sync)).toMatchObject({ state: 'succeeded' })
      expect(await keys(world)).toEqual([['2']])
    })

    it('that was lost when somebody was erased, and from a copy made before it was lost, lacks that', async () => {
      const world = await open(openHost)
      const restore = await copyOf(world)
      await world.sql(`drop schema ${world.workingSchema} cascade`)
      await world.push(recoverPush, sync)
      expect(await eraseAnn(world)).toMatchObject({ baseline: 0 })
      await world.sql(`drop schema ${world.workingSchema} cascade`)
      await restore()
      await world.push(recoverPush, sync)
      await expect(world.run(sync)).rejects.toMatchObject(lost)
    })

    it('made before it, lacks it also where the state was from an older backup, and a recovery found it', async () => {
      const world = await open(openHost)
      const restore = await copyOf(world)
      await eraseAnn(world)
      const { erasedAt } = await world.ledger.sync(sync.name)
      await world.push(({ ledger }, lease) => ledger.keepErasure(lease.current(), 0), sync)
      expect(await world.push(recoverPush, sync)).toMatchObject({ lostErasures: null })
      await restore()
      expect(await world.push(recoverPush, sync)).toMatchObject({ lostErasures: erasedAt })
    })

    it('or that a pull upgrades at the same moment, goes on', async () => {
      const world = await open(openHost)
      const { warehouse, workingSchema } = world
      const { dialect } = warehouse
      const shared = sharedTables(workingSchema)
      await warehouse.session((session) =>
        session.execute([createTombstones(dialect, shared.erased)]),
      )
      await world.sql(`alter table ${workingSchema}.syncs drop column erased_at`)
      const catalogue = await warehouse.session((session) =>
        session.query(listCatalogue(dialect, workingSchema)),
      )
      await eraseAnn(world)
      const late = upgradeShared(dialect, shared, readCatalogue(catalogue))
      await warehouse.session((session) => session.execute(late))
      expect(await world.run(sync)).toMatchObject({ outcomes: { unchanged: 1 } })
    })
  },
)
