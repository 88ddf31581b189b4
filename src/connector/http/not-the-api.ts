/** Answers of something that is no API: an address that is wrong leads to a web site, a proxy or a sign-in page. */
import { notTheApi } from '../connector.ts'
import type { HttpResponse } from './transport.ts'

type Told = Pick<HttpResponse, 'status' | 'body'>

/** What stands for a reason where the body gives none. */
export function httpReason(response: Told): string {
  return isNotTheApi(response) ? notTheApi : `HTTP ${response.status}`
}

const redirects: readonly number[] = [301, 302, 303, 307, 308]
/** Other refusals come as pages from what stands before an API, too. */
const misses: readonly number[] = [404, 405, 410]

/** An API sends nobody elsewhere, and its answers are no pages. */
export function isNotTheApi({ status, body }: Told): boolean {
  if (redirects.includes(status)) return true
  const isPage = /^\s*</.test(body)
  return isPage && ((status >= 200 && status < 300) || misses.includes(status))
}
