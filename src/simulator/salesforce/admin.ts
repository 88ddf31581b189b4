/** What the way into a local Salesforce has of its own: locks, Bulk jobs, sessions. */
import { type Actions, adminOf } from '../admin.ts'
import { ApiError } from './wire/api-error.ts'
import { developerLimits, noLimits } from './request/api-limits.ts'
import { faultKinds } from './request/faults.ts'
import { operations } from './request/operations.ts'
import { edits } from './writes/edit.ts'
import type { HeldLock } from './store/row-locks.ts'
import type { SalesforceSimulator, SalesforceTypes } from './simulator.ts'

interface NamedJob {
  readonly id: string
  readonly afterRows?: number
}

const actions: Actions<SalesforceSimulator> = {
  'POST locks': (simulator, body) => {
    const lock: HeldLock = JSON.parse(body)
    simulator.lock(lock)
    return {}
  },
  'DELETE locks': (simulator, _body, query) => {
    simulator.unlock(query.get('id') ?? '')
    return {}
  },
  'GET jobs': (simulator) => ({ results: simulator.dump().state.jobs }),
  'POST jobs/abort': (simulator, body) => {
    const { id }: NamedJob = JSON.parse(body)
    simulator.abortJob(id)
    return {}
  },
  'POST jobs/fail': (simulator, body) => {
    const { id, afterRows }: NamedJob = JSON.parse(body)
    simulator.failJob(id, afterRows)
    return {}
  },
  'POST jobs/expire': (simulator) => {
    simulator.expireJobs()
    return {}
  },
  'POST expire': (simulator) => {
    simulator.expireSessions()
    return {}
  },
}

export const handleAdmin = adminOf<SalesforceTypes, SalesforceSimulator>({
  actions,
  limits: { none: noLimits, developer: developerLimits },
  faultKinds,
  operations,
  edits,
  refusal: (error) =>
    error instanceof ApiError ? { status: error.httpStatus, body: error.problems } : null,
})
