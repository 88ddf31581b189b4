/** A worker that another takes the lease from, right after it opened the working schema. */
import type { Wrap, World } from './world.ts'

export function losesLease(world: World): Wrap {
  return (base) => ({
    ...base,
    ledger: new Proxy(base.ledger, {
      get: (ledger, name) => {
        const value: unknown = Reflect.get(ledger, name)
        if (typeof value !== 'function') return value
        return async (...given: unknown[]): Promise<unknown> => {
          // What follows the fence is the search for runs that were left.
          if (name === 'runs')
            await world.sql(`update ${world.workingSchema}.syncs set fence = fence + 1`)
          return Reflect.apply(value, ledger, given)
        }
      },
    }),
  })
}
