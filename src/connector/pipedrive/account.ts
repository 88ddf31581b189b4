/** The company behind a credential. */
import type { Account } from '../connector.ts'
import { textIn, unreadable } from '../http/json.ts'
import { ask, dataObject, idIn, type PipedriveApi } from './api.ts'

const path = '/api/v1/users/me'

/** The time zone of the answer is the user's; nobody tells the company's. */
export function readAccount(api: PipedriveApi): Promise<Account> {
  return ask(api, {
    path,
    endpoint: `GET ${path}`,
    scopes: [],
    cost: 0,
    parse: (answer) => {
      const me = dataObject(answer)
      const id = idIn(me, 'company_id')
      if (id === null) throw unreadable('Pipedrive', answer, 'a user with a company')
      return { id, name: textIn(me, 'company_name') ?? `Pipedrive company ${id}`, timeZone: null }
    },
  })
}
