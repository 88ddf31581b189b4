/** Properties that HubSpot derives from others; a write to their sources changes them, too. */
import type { ObjectType } from '../store/object-types.ts'
import type { Portal } from '../store/portal.ts'

/** The derived values that follow from `values`; `''` where there is nothing to derive from. */
export function calculatedValues(
  portal: Portal,
  type: ObjectType,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  switch (type.id) {
    case '0-1':
      return { hs_email_domain: values['email']?.split('@')[1] ?? '' }
    case '0-3':
      return dealValues(portal, type, values['dealstage'])
    case '0-8': {
      const amount = Number(values['price']) * Number(values['quantity'])
      return { amount: Number.isFinite(amount) ? String(amount) : '' }
    }
    default:
      return {}
  }
}

function dealValues(portal: Portal, type: ObjectType, stageId: string | undefined) {
  const found = stageId === undefined ? null : portal.pipelines.stage(type.id, stageId)
  const metadata = found?.stage.metadata ?? {}
  const closed = metadata['isClosed'] === 'true'
  return {
    hs_is_closed: found === null ? '' : String(closed),
    hs_is_closed_won: found === null ? '' : String(closed && Number(metadata['probability']) === 1),
    hs_deal_stage_probability: metadata['probability'] ?? '',
  }
}
