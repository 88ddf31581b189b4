/** Guards as the engine takes them. */
import type { Amount, Guards } from '../../model/sync.ts'
import type { GuardsOptions } from '../options/guards-options.ts'

export function guardsOf(options: GuardsOptions): Guards {
  return {
    maxChanges: amountOf(options.max_changes),
    maxClears: amountOf(options.max_clears),
    maxDeletes: amountOf(options.max_deletes),
    failOnRejected: options.fail_on_rejected,
    allowEmptyModel: options.allow_empty_model,
  }
}

/** `2.5%` or a number of rows; the schema lets nothing else through. */
export function amountOf(written: string | number): Amount {
  return typeof written === 'number' ? { rows: written } : { percent: Number(written.slice(0, -1)) }
}
