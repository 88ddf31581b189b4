/** Takes the whole state of an org out, so that `seedOrg` puts the same back. */
import { ExactNumber } from './wire/json.ts'
import type { Org } from './store/org.ts'
import type { StoredRecord } from './store/records.ts'
import type { OrgState, RecordState } from './state.ts'

/** `used` is what was counted towards the day's limits. */
export function dumpOrg(
  org: Org,
  used: Pick<OrgState, 'requestsUsed' | 'bulkBatchesUsed'>,
): OrgState {
  const { sessions } = org
  return {
    apps: [...sessions.apps.values()],
    logins: [...sessions.logins.values()],
    sessions: [...sessions.sessions.values()],
    refreshTokens: [...sessions.refreshTokens.values()],
    sessionTimeoutMs: sessions.timeoutMs,
    customObjects: [...org.customObjects.values()],
    fields: Object.fromEntries(org.addedFields),
    records: Object.fromEntries(
      org
        .types()
        .map((type): [string, RecordState[]] => [
          type.name,
          Array.from(org.table(type).all(), recordState),
        ])
        .filter(([, records]) => records.length > 0),
    ),
    permissions: Object.fromEntries(org.permissions),
    validationRules: org.validationRules,
    duplicateRules: org.duplicateRules,
    locks: org.locks.held(),
    jobs: org.jobs.dump(),
    ...used,
    lastNumber: org.lastNumber,
  }
}

/** Numbers of many digits are texts here, since not everybody reads JSON by its digits. */
function recordState(record: StoredRecord): RecordState {
  const values = Object.entries(record.values).map(
    ([name, value]) => [name, value instanceof ExactNumber ? value.text : value] as const,
  )
  return { ...record, values: Object.fromEntries(values) }
}
