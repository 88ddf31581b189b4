import { expect, it } from 'vitest'
import { RequestFailure } from '../../src/connector/connector.ts'
import { contactSync, createWorld, type Wrap } from '../support/world.ts'

/** A CRM that refuses a whole batch for one address in it, and does not say which. */
const poisoned: Wrap = (base) => ({
  ...base,
  crm: new Proxy(base.crm, {
    get: (crm, name) =>
      name === 'create'
        ? async (...[inputs, options]: Parameters<typeof crm.create>) => {
            if (inputs.some(({ values }) => values['email'] === 'c5@x.com')) {
              throw new RequestFailure({ kind: 'poisoned', message: 'one of them is wrong' })
            }
            return crm.create(inputs, options)
          }
        : Reflect.get(crm, name),
  }),
})

it('finds the one row that poisons its batch, and delivers every other', async () => {
  const world = await createWorld()
  await world.sql(
    'create table customers (id bigint, email varchar, first_name varchar, city varchar)',
    `insert into customers select i, 'c' || i || '@x.com', 'N', 'Rome' from range(1, 12) as t(i)`,
  )
  const report = await world.run(contactSync(), {}, poisoned)
  expect(report.outcomes).toMatchObject({ delivered: 10, rejected: 1, deferred: 0 })
  const emails = (world.hubspot.dump().state.records['0-1'] ?? []).map(
    ({ properties }) => properties['email'],
  )
  expect(emails).toHaveLength(10)
  expect(emails).not.toContain('c5@x.com')
  await world.close()
})
