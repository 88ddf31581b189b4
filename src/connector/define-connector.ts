/** Where a connector's declaration is checked, once, when its module loads. */
import type { Connector } from './connector.ts'

/** Gives the declaration back, frozen; a page size that could never make progress is a bug. */
export function defineConnector<Options>(connector: Connector<Options>): Connector<Options> {
  for (const [operation, size] of Object.entries(connector.pages)) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`${connector.name}: page size of ${operation} is ${size}`)
    }
  }
  return Object.freeze(connector)
}
