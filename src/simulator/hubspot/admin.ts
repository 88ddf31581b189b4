/** What the way into a local HubSpot has of its own. */
import { type Action, adminOf } from '../admin.ts'
import { ApiError } from './wire/api-error.ts'
import { faultKinds } from './request/faults.ts'
import { operations } from './request/operations.ts'
import { noLimits, tierLimits } from './request/rate-limits.ts'
import { edits } from './writes/edit.ts'
import type { HubSpotSimulator, HubSpotTypes } from './simulator.ts'

const issueCode: Action<HubSpotSimulator> = (simulator, body) => {
  const { clientId }: { clientId: string } = JSON.parse(body)
  return { code: simulator.issueCode(clientId) }
}

export const handleAdmin = adminOf<HubSpotTypes, HubSpotSimulator>({
  actions: { 'POST code': issueCode },
  limits: { none: noLimits, ...tierLimits },
  faultKinds,
  operations,
  edits,
  rules: {
    choices: {
      'behaviour.resultOrder': ['input', 'shuffled'],
      'behaviour.emailUpserts': ['partial', 'atomic'],
      'behaviour.associationIds': ['number', 'text'],
    },
  },
  refusal: (error) =>
    error instanceof ApiError ? { status: error.httpStatus, body: error.content } : null,
})
