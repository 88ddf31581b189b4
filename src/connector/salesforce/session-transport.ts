/**
 * What every request to the org has in common: the host that the session names, headers of the
 * connection, and the count of the day in the answer.
 */
import type { Transport } from '../http/transport.ts'
import type { SignIn } from './auth.ts'
import type { DailyRequests } from './daily-requests.ts'
import type { SalesforceOptions } from './options.ts'

/** Takes requests whose URL is only path and query. The transport given stays its owner's to close. */
export function sessionTransport(
  transport: Transport,
  session: SignIn,
  daily: DailyRequests,
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
      daily.note(response.headers['sforce-limit-info'])
      return response
    },
    close: () => Promise.resolve(),
  }
}
