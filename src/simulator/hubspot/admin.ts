/** `/_local/`: how tests in another process set the local HubSpot up, play a person, and look inside. */
import { SynclineError } from '../../model/error.ts'
import { ApiError } from './api-error.ts'
import type { Edit } from './edit.ts'
import type { SimRequest, SimResponse } from '../exchange.ts'
import type { PlannedFault } from './faults.ts'
import type { HubSpotChanges, HubSpotSimulator } from './simulator.ts'
import { noLimits, portalTiers, tierLimits } from './rate-limits.ts'
import type { LimitSettings } from './rate-limits.ts'
import type { PortalState } from './state.ts'

type Action = (simulator: HubSpotSimulator, body: string, query: URLSearchParams) => object

/** Limits may be given by name: `none`, or a tier. */
type Changes = Omit<HubSpotChanges, 'limits'> & { readonly limits?: string | LimitSettings }

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
  'POST seed': (simulator, body) => {
    const state: Partial<PortalState> = JSON.parse(body)
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
  'POST code': (simulator, body) => {
    const { clientId }: { clientId: string } = JSON.parse(body)
    return { code: simulator.issueCode(clientId) }
  },
}

export function handleAdmin(simulator: HubSpotSimulator, request: SimRequest): SimResponse {
  const { pathname, searchParams } = new URL(request.url, 'http://local')
  const name = `${request.method} ${pathname.slice('/_local/'.length)}`
  const action = actions[name]
  if (action === undefined) {
    return answer(404, { message: `no such action: ${name}`, actions: Object.keys(actions) })
  }
  try {
    return answer(200, action(simulator, request.body ?? '', searchParams))
  } catch (error) {
    if (error instanceof ApiError) return answer(error.httpStatus, error.content)
    if (error instanceof SynclineError || error instanceof SyntaxError) {
      return answer(400, { message: error.message })
    }
    throw error
  }
}

function limitsOf(limits: string | LimitSettings): LimitSettings {
  if (typeof limits !== 'string') return limits
  const tier = portalTiers.find((name) => name === limits)
  return tier === undefined ? noLimits : tierLimits[tier]
}

function answer(status: number, body: object): SimResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
