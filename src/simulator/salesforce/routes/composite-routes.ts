/** Several requests in one: `composite` lets later ones use what earlier ones answered, `batch` does not. */
import { refused } from '../wire/api-error.ts'
import { booleanOption, bodyObject, listOf, parserError, reply } from '../request/call.ts'
import type { Call, Reply, SubRequest } from '../request/call.ts'
import { isJsonObject } from '../wire/json.ts'
import { namedRequests, runNamed, subRequest, textOf } from './sub-requests.ts'
import type { WireBatchResponse, WireCompositeResponse } from '../wire/wire.ts'

const mostRequests = 25
/** Of them, how many may be queries or collections. */
const mostLarge = 5

export function composite(call: Call): Reply<WireCompositeResponse> {
  const body = bodyObject(call)
  const requests = namedRequests(listOf(body['compositeRequest'], 'compositeRequest'))
  refuseTooMany(requests)
  const { responses } = runNamed(call, requests, booleanOption(body['allOrNone']))
  return reply(200, { compositeResponse: responses })
}

export function batch(call: Call): Reply<WireBatchResponse> {
  const body = bodyObject(call)
  const requests = listOf(body['batchRequests'], 'batchRequests').map((part) => {
    if (!isJsonObject(part)) throw parserError('every request must be an object')
    // Here addresses begin with the version.
    return { ...subRequest(part, 'richInput'), url: `/services/data/${textOf(part, 'url')}` }
  })
  refuseTooMany(requests)
  const results = requests.map((request) => {
    const { status, body: result } = call.dispatch(request)
    return { statusCode: status, result }
  })
  const hasErrors = results.some(({ statusCode }) => statusCode >= 300)
  return reply(200, { hasErrors, results })
}

function refuseTooMany(requests: readonly SubRequest[]): void {
  const large = requests.filter(({ url }) => /\/(query|queryAll|composite\/sobjects)\b/.test(url))
  if (requests.length <= mostRequests && large.length <= mostLarge) return
  const message = `a request has at most ${mostRequests} others in it, of which ${mostLarge} may be queries or collections`
  throw refused('LIMIT_EXCEEDED', message)
}
