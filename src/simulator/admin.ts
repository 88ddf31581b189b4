/** `/_local/`: how tests in another process set a local CRM up, play a person, and look inside. */
import { SynclineError } from '../model/error.ts'
import type { SimRequest, SimResponse } from './exchange.ts'
import type { Simulator, SimulatorTypes } from './simulator.ts'

export type Action<Local> = (simulator: Local, body: string, query: URLSearchParams) => object
export type Actions<Local> = Readonly<Record<string, Action<Local>>>

/** What is a CRM's own about the way in. */
export interface Admin<Own extends SimulatorTypes, Local extends Simulator<Own>> {
  readonly actions: Actions<Local>
  /** Limits may be given by name. */
  limitsNamed(name: string): Own['changes']['limits']
  /** The answer to an error of the API; null for any other error. */
  refusal(error: unknown): { readonly status: number; readonly body: object } | null
}

export function adminOf<Own extends SimulatorTypes, Local extends Simulator<Own>>(
  admin: Admin<Own, Local>,
): (simulator: Local, request: SimRequest) => SimResponse {
  const actions: Actions<Local> = {
    ...looks<Own>(),
    ...settings(admin),
    ...deeds<Own>(),
    ...admin.actions,
  }
  return (simulator, request) => {
    const { pathname, searchParams } = new URL(request.url, 'http://local')
    const name = `${request.method} ${pathname.slice('/_local/'.length)}`
    const action = actions[name]
    if (action === undefined) {
      return answer(404, { message: `no such action: ${name}`, actions: Object.keys(actions) })
    }
    try {
      return answer(200, action(simulator, request.body ?? '', searchParams))
    } catch (error) {
      const refused = admin.refusal(error)
      if (refused !== null) return answer(refused.status, refused.body)
      if (error instanceof SynclineError || error instanceof SyntaxError) {
        return answer(400, { message: error.message })
      }
      throw error
    }
  }
}

function looks<Own extends SimulatorTypes>(): Actions<Simulator<Own>> {
  return {
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
  }
}

function settings<Own extends SimulatorTypes, Local extends Simulator<Own>>({
  limitsNamed,
}: Admin<Own, Local>): Actions<Simulator<Own>> {
  return {
    'POST settings': (simulator, body) => {
      const given: Own['changes'] & { readonly limits?: unknown } = JSON.parse(body)
      const { limits } = given
      simulator.configure(
        typeof limits === 'string' ? { ...given, limits: limitsNamed(limits) } : given,
      )
      return simulator.settings()
    },
    'POST faults': (simulator, body) => {
      const planned: Own['plannedFault'] = JSON.parse(body)
      simulator.planFault(planned)
      return {}
    },
    'DELETE faults': (simulator) => {
      simulator.clearPlannedFaults()
      return {}
    },
  }
}

function deeds<Own extends SimulatorTypes>(): Actions<Simulator<Own>> {
  return {
    'POST seed': (simulator, body) => {
      const state: Partial<Own['state']> = JSON.parse(body)
      simulator.seed(state)
      return {}
    },
    'POST reset': (simulator) => {
      simulator.reset()
      return {}
    },
    'POST edit': (simulator, body) => {
      const edit: Own['edit'] = JSON.parse(body)
      return { id: simulator.edit(edit) }
    },
  }
}

function answer(status: number, body: object): SimResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
