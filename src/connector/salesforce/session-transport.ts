/**
 * What every request to the org has in common: the host that the session names, headers of the
 * connection, and the count of the day in the answer.
 */
import type { DailyShare, ToldDay } from '../http/daily-share.ts'
import type { HttpResponse, Transport } from '../http/transport.ts'
import type { SignIn } from './auth.ts'
import type { SalesforceOptions } from './options.ts'

/** Takes requests whose URL is only path and query. The transport given stays its owner's to close. */
export function sessionTransport(
  transport: Transport,
  session: SignIn,
  daily: DailyShare,
  options: SalesforceOptions,
): Transport {
  const headers = {
    'sforce-call-options': `client=${options.client}`,
    ...(options.allow_duplicates ? { 'sforce-duplicate-rule-header': 'allowSave=true' } : {}),
  }
  return {
    send: (request) => {
      const url = session.instanceUrl() + request.url
      const whole = { ...request, url, headers: { ...request.headers, ...headers } }
      return daily.counting(() => transport.send(whole), toldDay)
    },
    close: () => Promise.resolve(),
  }
}

/** What an answer's `Sforce-Limit-Info` says. */
function toldDay({ headers }: HttpResponse): ToldDay | null {
  const found = /(?:^|[\s,;])api-usage=(\d+)\/(\d+)/.exec(headers['sforce-limit-info'] ?? '')
  return found === null ? null : { used: Number(found[1]), max: Number(found[2]) }
}
