/** Who the account is and how much of its daily limit is used. The client has no models for these answers. */
import { reply } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'

export interface AccountDetails {
  readonly portalId: number
  readonly accountType: string
  readonly timeZone: string
  readonly companyCurrency: string
  readonly additionalCurrencies: readonly string[]
  readonly utcOffset: string
  readonly utcOffsetMilliseconds: number
  readonly uiDomain: string
  readonly dataHostingLocation: string
}

export interface DailyUsage {
  readonly results: readonly {
    readonly name: string
    readonly usageLimit: number
    readonly currentUsage: number
    readonly collectedAt: string
    readonly fetchStatus: string
    readonly resetsAt: string
  }[]
}

export function readAccount(call: Call): Reply<AccountDetails> {
  const { id, timeZone } = call.portal
  const offset = offsetMs(call.now, timeZone)
  return reply(200, {
    portalId: id,
    accountType: 'STANDARD',
    timeZone,
    companyCurrency: 'USD',
    additionalCurrencies: [],
    utcOffset: offsetText(offset),
    utcOffsetMilliseconds: offset,
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
  })
}

export function readUsage(call: Call): Reply<DailyUsage> {
  const { used, limit, resetsAt } = call.limits.usage(call.now)
  return reply(200, {
    results: [
      {
        name: 'Private Apps Daily API Call Usage',
        usageLimit: limit,
        currentUsage: used,
        collectedAt: new Date(call.now).toISOString(),
        fetchStatus: 'SUCCESS',
        resetsAt: new Date(resetsAt).toISOString(),
      },
    ],
  })
}

function offsetMs(now: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
  const local = Date.parse(`${format.format(now).replace(' ', 'T')}Z`)
  return local - Math.floor(now / 1000) * 1000
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / 60_000
  const two = (number: number) => String(number).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
