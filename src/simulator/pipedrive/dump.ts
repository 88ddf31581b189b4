/** Takes the whole state of a company out, so that `seedCompany` puts the same back. */
import type { Company } from './store/company.ts'
import type { Deliveries } from './webhooks/deliveries.ts'
import { type ObjectName, objects } from './wire/objects.ts'
import type { CompanyState } from './state.ts'

type Pending = ReturnType<Deliveries['pending']>

export function dumpCompany(company: Company, dailyUsed: number, pending: Pending): CompanyState {
  const { events, attempts: deliveries } = pending
  const { tokens, fields } = company
  const byObject = <T>(read: (object: ObjectName) => readonly T[]) =>
    Object.fromEntries(
      objects
        .map((object) => [object, read(object)] as const)
        .filter(([, values]) => values.length > 0),
    )
  return {
    apiTokens: [...tokens.apiTokens.values()],
    apps: [...tokens.apps.values()],
    refreshTokens: [...tokens.refreshTokens.values()],
    accessTokens: [...tokens.accessTokens.values()],
    codes: [...tokens.codes.values()],
    fields: byObject((object) => fields.changed(object)),
    filters: [...company.filters.values()],
    records: byObject((object) => [...company.table(object).all()]),
    webhooks: [...company.webhooks.values()],
    events,
    deliveries,
    dailyUsed,
    lastIds: Object.fromEntries(company.lastIds),
  }
}
