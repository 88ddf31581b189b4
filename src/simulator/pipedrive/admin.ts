/** What the way into a local Pipedrive has of its own. */
import { type Action, adminOf } from '../admin.ts'
import { checkName } from '../check-settings.ts'
import { ApiError } from './wire/api-error.ts'
import { faultKinds } from './request/faults.ts'
import { operations } from './request/operations.ts'
import { misfortunes, type PlannedMisfortune } from './webhooks/delivery-luck.ts'
import { noLimits, planLimits, plans } from './request/rate-limits.ts'
import { edits } from './writes/edit.ts'
import type { PipedriveSimulator, PipedriveTypes } from './simulator.ts'

const issueCode: Action<PipedriveSimulator> = (simulator, body) => {
  const { clientId, userId = '1' }: { clientId: string; userId?: string } = JSON.parse(body)
  return { code: simulator.issueCode(clientId, userId) }
}

const advance: Action<PipedriveSimulator> = (simulator, body) => {
  const { ms }: { ms: number } = JSON.parse(body)
  simulator.advance(ms)
  return { now: simulator.time() }
}

const planMisfortune: Action<PipedriveSimulator> = (simulator, body) => {
  const planned: PlannedMisfortune = JSON.parse(body)
  checkName(planned.kind, misfortunes, 'kind')
  simulator.planMisfortune(planned)
  return {}
}

export const handleAdmin = adminOf<PipedriveTypes, PipedriveSimulator>({
  actions: {
    'POST code': issueCode,
    'POST advance': advance,
    'GET events': (simulator, _body, query) => {
      const from = Number(query.get('from') ?? 0)
      return { results: simulator.events().filter(({ seq }) => seq > from) }
    },
    'GET webhooks': (simulator) => ({ results: simulator.webhooks() }),
    'GET deliveries': (simulator) => simulator.deliveryCounts(),
    'POST misfortune': planMisfortune,
    'GET time': (simulator) => ({ now: simulator.time() }),
  },
  limits: {
    none: noLimits,
    ...Object.fromEntries(plans.map((plan) => [plan, planLimits(plan)])),
  },
  faultKinds,
  operations,
  edits,
  rules: {
    rates: { 'deliveries.rates': misfortunes },
    choices: { 'behaviour.fieldSearch': ['scored', 'bare'] },
  },
  refusal: (error) =>
    error instanceof ApiError
      ? {
          status: error.status,
          body: typeof error.body === 'string' ? { message: error.body } : error.body,
        }
      : null,
})
