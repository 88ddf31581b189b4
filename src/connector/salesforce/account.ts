/** The org behind a session. */
import { type Account } from '../connector.ts'
import { textIn } from '../http/json.ts'
import { ask, jsonObject, type SalesforceApi, unreadable } from './api.ts'
import { recordId } from './record-id.ts'

/** The list of the API's resources names the caller: `…/id/<org>/<user>`. */
export function readAccount(api: SalesforceApi): Promise<Account> {
  return ask(api, {
    method: 'GET',
    path: '',
    endpoint: 'GET /services/data/{version}',
    effect: 'read',
    parse: (response) => {
      const identity = textIn(jsonObject(response), 'identity') ?? ''
      const id = recordId(/\/id\/(\w+)\/\w+\/?$/.exec(identity)?.[1] ?? '')
      if (id === null) throw unreadable(response, 'a list of resources with the identity')
      return { id, name: `Salesforce org ${id}`, timeZone: null }
    },
  })
}
