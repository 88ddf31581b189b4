/** Rings of claims of which a write is lost: a record whose match value was taken for another one gets its own. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import type { FieldMapping, PushSync } from '../../src/model/sync.ts'
import { Crash } from '../support/crashing.ts'
import { contactSync, createWorld, field, type World, type Wrap } from '../support/world.ts'

let world: World

const noAnswer = new RequestFailure({ kind: 'unknown', reason: 'test', message: 'no answer' })
const losses = [
  { how: 'no answer', failure: noAnswer },
  { how: 'a kill', failure: new Crash('crm.update') },
].flatMap((loss) => [true, false].map((isMade) => ({ ...loss, isMade })))

beforeEach(async () => {
  world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers values (1, 'a@x.com', 'Ann', 'Rome'), (2, 'b@x.com', 'Bob', 'Rome')`,
  )
})

afterEach(() => world.close())

/** Of the updates of a swap the first takes a value away, and this one gives it another. */
const lost = 3

/** Whoever sent it hears nothing, and sends nothing more where that is a kill. */
function losesUpdate({ failure, isMade }: (typeof losses)[number]): Wrap {
  let updates = 0
  return (base) => {
    const update: typeof base.crm.update = async (...given) => {
      updates += 1
      const isLost = updates === lost || (updates > lost && failure instanceof Crash)
      if (!isLost) return base.crm.update(...given)
      if (updates === lost && isMade) await base.crm.update(...given)
      throw failure
    }
    return { ...base, crm: { ...base.crm, update } }
  }
}

async function swapLosing(sync: PushSync, wrap: Wrap): Promise<void> {
  await world.run(sync)
  await world.sql(
    `update customers set first_name = first_name || '2', email = case id when 1 then 'b@x.com' else 'a@x.com' end`,
  )
  await world.run(sync, {}, wrap).catch(() => null)
}

function records() {
  return world.hubspot.dump().state.records?.['0-1'] ?? []
}

function told(): readonly string[] {
  return records()
    .map(({ properties }) => `${properties['email']} ${properties['firstname']}`)
    .toSorted()
}

const policies: readonly Partial<FieldMapping>[] = [
  {},
  { conflict: 'theirs' },
  { conflict: 'ask' },
  { write: 'if_unchanged' },
]

it.each(
  losses.flatMap((loss) =>
    policies.map((policy) => ({ ...loss, policy, rule: JSON.stringify(policy) })),
  ),
)('ends as without a loss: $how, made $isMade, $rule', async ({ policy, ...loss }) => {
  const fields = [field('firstname', 'first_name'), field('email', 'email', policy)]
  const sync = contactSync({ fields })
  await swapLosing(sync, losesUpdate(loss))
  for (let run = 1; run <= 3; run++) await world.run(sync)
  expect(told()).toEqual(['a@x.com Bob2', 'b@x.com Ann2'])
  world.callsSince()
  await world.run(sync)
  expect(world.callsSince()).toBe(0)
})

it.each(losses)('gives a row that left what it is owed: $how, made $isMade', async (loss) => {
  const sync = contactSync()
  await swapLosing(sync, losesUpdate(loss))
  const ids = records().map(({ id }) => id)
  const without = records().find(({ properties }) => !properties['email'])?.id ?? ids[0] ?? ''
  await world.sql(`delete from customers where id = ${ids.indexOf(without) + 1}`)
  for (let run = 1; run <= 3; run++) await world.run(sync)
  expect(told().map((text) => text.split(' ')[0])).toEqual(['a@x.com', 'b@x.com'])
})
