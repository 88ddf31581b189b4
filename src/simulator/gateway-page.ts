/** What a gateway answers in the stead of the CRM behind it: a page, with nothing of what the CRM itself would say. */
import type { SimResponse } from './exchange.ts'

/** In place of the CRM's own answer, whatever became of the request. */
export function gatewayPage({ headers }: SimResponse, status: number, page: string): SimResponse {
  const { date } = headers
  const own = { 'content-type': 'text/html', ...(date === undefined ? {} : { date }) }
  return { status, headers: own, body: page }
}
