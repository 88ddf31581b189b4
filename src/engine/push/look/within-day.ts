/** A CRM that is asked for nothing, metadata included, once its answers told that our part of the day is used up. */
import type { Crm } from '../../../connector/connector.ts'

/** Whose account it is may always be asked: that answer tells a run how the day stands. */
export function withinDay(crm: Crm): Crm {
  const { requireDay, mergedAway } = crm
  if (requireDay === undefined) return crm
  const within =
    <Given extends readonly unknown[], T>(ask: (...given: Given) => Promise<T>) =>
    async (...given: Given): Promise<T> => {
      requireDay()
      return ask(...given)
    }
  return {
    // An open connection is a record of functions without `this`.
    ...crm,
    objects: within(crm.objects),
    describe: within(crm.describe),
    sameObject: within(crm.sameObject),
    references: within(crm.references),
    readById: within(crm.readById),
    readByValue: within(crm.readByValue),
    absorbed: within(crm.absorbed),
    search: within(crm.search),
    ...(mergedAway === undefined ? {} : { mergedAway: within(mergedAway) }),
  }
}
