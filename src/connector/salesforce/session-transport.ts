/**
 * What every request to the org has in common: the host that the session names, headers of the
 * connection, and the count of the day in the answer.
 */
import type { DailyShare } from '../http/daily-share.ts'
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
    send: async (request) => {
      const response = await transport.send({
        ...request,
        url: session.instanceUrl() + request.url,
        headers: { ...request.headers, ...headers },
      })
      noteDay(response, daily)
      return response
    },
    close: () => Promise.resolve(),
  }
}

/** Takes over what an answer's `Sforce-Limit-Info` says. */
function noteDay({ headers }: HttpResponse, daily: DailyShare): void {
  const found = /(?:^|[\s,;])api-usage=(\d+)\/(\d+)/.exec(headers['sforce-limit-info'] ?? '')
  if (found !== null) daily.note(Number(found[1]), Number(found[2]))
}
