/** A first push, to the CRM that was asked for. */
import type { Bench } from './bench-result.ts'
import { pushToHubSpot } from './push-to-hubspot.ts'
import { pushToSalesforce } from './push-to-salesforce.ts'

export const push: Bench = (options) =>
  options.to === 'salesforce' ? pushToSalesforce(options) : pushToHubSpot(options)
