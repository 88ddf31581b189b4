/** A CRM whose reads end when somebody asks for it; writes are never cut off from here. */
import type { Crm, ReadOptions } from '../connector/connector.ts'

/** `signal` is asked anew for each read, so that it can be lifted once planning is over. */
export function stoppableReads(crm: Crm, signal: () => AbortSignal | null): Crm {
  const stoppable = (options: ReadOptions): ReadOptions => {
    const given = options.signal ?? signal()
    return given === null ? options : { ...options, signal: given }
  }
  return {
    account: () => crm.account(),
    objects: () => crm.objects(),
    describe: (object) => crm.describe(object),
    missingPermissions: (object) => crm.missingPermissions(object),
    references: (list, object) => crm.references(list, object),
    readById: (ids, options) => crm.readById(ids, stoppable(options)),
    readByValue: (field, values, options) => crm.readByValue(field, values, stoppable(options)),
    search: (field, values, options) => crm.search(field, values, stoppable(options)),
    create: (inputs, options) => crm.create(inputs, options),
    update: (inputs, options) => crm.update(inputs, options),
    upsert: (inputs, options) => crm.upsert(inputs, options),
    delete: (ids, options) => crm.delete(ids, options),
    calls: () => crm.calls(),
    close: () => crm.close(),
  }
}
