/** `/_local/`: how tests in another process set the local Salesforce up, play a person, and look inside. */
import { SynclineError } from '../../model/error.ts'
import type { SimRequest, SimResponse } from '../exchange.ts'
import { ApiError } from './api-error.ts'
import { type LimitSettings, developerLimits, noLimits } from './api-limits.ts'
import type { Edit } from './edit.ts'
import type { PlannedFault } from './faults.ts'
import { jsonResponse } from './response.ts'
import type { HeldLock } from './row-locks.ts'
import type { SalesforceChanges, SalesforceSimulator } from './simulator.ts'
import type { OrgState } from './state.ts'

type Action = (simulator: SalesforceSimulator, body: string, query: URLSearchParams) => object

/** Limits may be given by name: `none`, or `developer`. */
type Changes = Omit<SalesforceChanges, 'limits'> & {
  readonly limits?: string | Partial<LimitSettings>
}

interface NamedJob {
  readonly id: string
  readonly afterRows?: number
}

const actions: Readonly<Record<string, Action>> = {
  'GET ready': () => ({ ready: true }),
  'GET dump': (simulator) => simulator.dump(),
  'GET state': (simulator) => simulator.dump().state,
  'GET log': (simulator, _body, query) => {
    const from = Number(query.get('from') ?? 0)
    return { results: simulator.log().filter(({ seq }) => seq > from) }
  },
  'GET records': (simulator, _body, query) => ({
    results: simulator.dump().state.records[query.get('object') ?? ''] ?? [],
  }),
  'GET faults': (simulator) => ({ results: simulator.faultEvents() }),
  'GET calls': (simulator) => simulator.calls(),
  'GET settings': (simulator) => simulator.settings(),
  'POST settings': (simulator, body) => {
    const changes: Changes = JSON.parse(body)
    const { limits, ...rest } = changes
    simulator.configure(limits === undefined ? rest : { ...rest, limits: limitsOf(limits) })
    return simulator.settings()
  },
  'POST faults': (simulator, body) => {
    const planned: PlannedFault = JSON.parse(body)
    simulator.planFault(planned)
    return {}
  },
  'DELETE faults': (simulator) => {
    simulator.clearPlannedFaults()
    return {}
  },
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
  'POST seed': (simulator, body) => {
    const state: Partial<OrgState> = JSON.parse(body)
    simulator.seed(state)
    return {}
  },
  'POST reset': (simulator) => {
    simulator.reset()
    return {}
  },
  'POST edit': (simulator, body) => {
    const edit: Edit = JSON.parse(body)
    return { id: simulator.edit(edit) }
  },
}

export function handleAdmin(simulator: SalesforceSimulator, request: SimRequest): SimResponse {
  const { pathname, searchParams } = new URL(request.url, 'http://local')
  const name = `${request.method} ${pathname.slice('/_local/'.length)}`
  const action = actions[name]
  if (action === undefined) {
    const message = `no such action: ${name}`
    return jsonResponse(404, { message, actions: Object.keys(actions) }, {})
  }
  try {
    return jsonResponse(200, action(simulator, request.body ?? '', searchParams), {})
  } catch (error) {
    if (error instanceof ApiError) return jsonResponse(error.httpStatus, error.problems, {})
    if (error instanceof SynclineError || error instanceof SyntaxError) {
      return jsonResponse(400, { message: error.message }, {})
    }
    throw error
  }
}

function limitsOf(limits: string | Partial<LimitSettings>): Partial<LimitSettings> {
  if (typeof limits !== 'string') return limits
  return limits === 'developer' ? developerLimits : noLimits
}
