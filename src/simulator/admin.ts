/** `/_local/`: how tests in another process set a local CRM up, play a person, and look inside. */
import { SynclineError } from '../model/error.ts'
import {
  checkEdit,
  checkFault,
  checkName,
  checkSettings,
  type EditParts,
  type SettingRules,
  checkState,
} from './check-settings.ts'
import type { SimRequest, SimResponse } from './exchange.ts'
import type { Simulator, SimulatorTypes } from './simulator.ts'

export type Action<Local> = (simulator: Local, body: string, query: URLSearchParams) => object
export type Actions<Local> = Readonly<Record<string, Action<Local>>>

/** What is a CRM's own about the way in. */
export interface Admin<Own extends SimulatorTypes, Local extends Simulator<Own>> {
  readonly actions: Actions<Local>
  /** Limits that may be given by name, `none` among them. */
  readonly limits: Readonly<Record<string, Own['changes']['limits']>>
  readonly faultKinds: readonly string[]
  readonly operations: readonly string[]
  readonly edits: EditParts
  /** Of settings of its own. */
  readonly rules?: Partial<SettingRules>
  /** The answer to an error of the API; null for any other error. */
  refusal(error: unknown): { readonly status: number; readonly body: object } | null
}

export function adminOf<Own extends SimulatorTypes, Local extends Simulator<Own>>(
  admin: Admin<Own, Local>,
): (simulator: Local, request: SimRequest) => SimResponse {
  const actions: Actions<Local> = {
    ...looks<Own>(),
    ...settings(admin),
    ...deeds(admin),
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
      results: simulator.records(query.get('object') ?? ''),
    }),
    'GET faults': (simulator) => ({ results: simulator.faultEvents() }),
    'GET calls': (simulator) => simulator.calls(),
    'GET settings': (simulator) => simulator.settings(),
  }
}

function settings<Own extends SimulatorTypes, Local extends Simulator<Own>>(
  admin: Admin<Own, Local>,
): Actions<Simulator<Own>> {
  const { faultKinds, operations } = admin
  const rules: SettingRules = {
    rates: { 'faults.rates': faultKinds, ...admin.rules?.rates },
    choices: { 'faults.operations': operations, ...admin.rules?.choices },
  }
  return {
    'POST settings': (simulator, body) => {
      const given: Own['changes'] & { readonly limits?: unknown } = JSON.parse(body)
      const present: { readonly limits?: object } = simulator.settings()
      const { limits } = given
      if (typeof limits === 'string') {
        checkName(limits, Object.keys(admin.limits), 'limits')
        checkSettings({ ...given, limits: {} }, present, rules)
        simulator.configure({ ...given, limits: admin.limits[limits] })
      } else {
        checkSettings(given, present, rules)
        const whole = limits === undefined ? {} : { limits: { ...present.limits, ...limits } }
        simulator.configure({ ...given, ...whole })
      }
      return simulator.settings()
    },
    'POST faults': (simulator, body) => {
      const planned: Own['plannedFault'] = JSON.parse(body)
      checkFault(planned, faultKinds, operations)
      simulator.planFault(planned)
      return {}
    },
    'DELETE faults': (simulator) => {
      simulator.clearPlannedFaults()
      return {}
    },
  }
}

function deeds<Own extends SimulatorTypes, Local extends Simulator<Own>>({
  edits,
}: Admin<Own, Local>): Actions<Simulator<Own>> {
  return {
    'POST seed': (simulator, body) => {
      const state: Partial<Own['state']> = JSON.parse(body)
      checkState(state, simulator.dump().state)
      simulator.seed(state)
      return {}
    },
    'POST reset': (simulator) => {
      simulator.reset()
      return {}
    },
    'POST edit': (simulator, body) => {
      const edit: Own['edit'] = JSON.parse(body)
      checkEdit(edit, edits)
      return { id: simulator.edit(edit) }
    },
  }
}

function answer(status: number, body: object): SimResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
