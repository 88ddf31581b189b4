/** A CRM whose reads end when somebody asks for it; writes are never cut off from here. */
import type { Crm, ReadOptions } from '../../connector/connector.ts'

/** `signal` is asked anew for each read, so that it can be lifted once planning is over. */
export function stoppableReads(crm: Crm, signal: () => AbortSignal | null): Crm {
  const stoppable = <Options extends Omit<ReadOptions, 'fields'>>(options: Options): Options => {
    const given = options.signal ?? signal()
    return given === null ? options : { ...options, signal: given }
  }
  return {
    // An open connection is a record of functions without `this`.
    ...crm,
    readById: (ids, options) => crm.readById(ids, stoppable(options)),
    readByValue: (field, values, options) => crm.readByValue(field, values, stoppable(options)),
    absorbed: (ids, options) => crm.absorbed(ids, stoppable(options)),
    search: (field, values, options) => crm.search(field, values, stoppable(options)),
  }
}
