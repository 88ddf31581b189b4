import { expect, it } from 'vitest'
import { createHost, type Host } from '../support/host.ts'
import { contactSync, createWorld, type World } from '../support/world.ts'

const sync = contactSync({ name: 'twin' })

async function worldOn(host: Host): Promise<World> {
  return createWorld({ on: { host, name: 'twin' } })
}

it('stops before a baseline of another state, though both count the same merges', async () => {
  const [one, other] = [await createHost(), await createHost()]
  for (const host of [one, other]) {
    const world = await worldOn(host)
    await world.sql(
      'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
      `insert into customers values (1, 'a@x.com', 'A', 'Rome')`,
    )
    await world.run(sync)
  }
  const crossed = await worldOn({ ...one, ledger: other.ledger })
  await expect(crossed.run(sync)).rejects.toMatchObject({ code: 'state.diverged' })
  expect(crossed.hubspot.calls()).toEqual({})
  await one.close()
  await other.close()
})
