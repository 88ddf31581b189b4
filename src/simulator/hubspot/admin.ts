/** What the way into a local HubSpot has of its own. */
import { type Action, adminOf } from '../admin.ts'
import { ApiError } from './wire/api-error.ts'
import { noLimits, portalTiers, tierLimits } from './request/rate-limits.ts'
import type { HubSpotSimulator, HubSpotTypes } from './simulator.ts'

const issueCode: Action<HubSpotSimulator> = (simulator, body) => {
  const { clientId }: { clientId: string } = JSON.parse(body)
  return { code: simulator.issueCode(clientId) }
}

export const handleAdmin = adminOf<HubSpotTypes, HubSpotSimulator>({
  actions: { 'POST code': issueCode },
  limitsNamed: (name) => {
    const tier = portalTiers.find((one) => one === name)
    return tier === undefined ? noLimits : tierLimits[tier]
  },
  refusal: (error) =>
    error instanceof ApiError ? { status: error.httpStatus, body: error.content } : null,
})
