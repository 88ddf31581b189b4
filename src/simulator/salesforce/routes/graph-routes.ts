/** Graphs of requests: each is done as a whole or not at all, whatever becomes of the others. */
import { refused } from '../wire/api-error.ts'
import { bodyObject, listOf, parserError, reply } from '../request/call.ts'
import type { Call, Reply } from '../request/call.ts'
import { isJsonObject } from '../wire/json.ts'
import type { Json } from '../wire/json.ts'
import { type NamedRequest, namedRequests, runNamed, textOf } from './sub-requests.ts'
import type { WireGraph, WireGraphResponse } from '../wire/wire.ts'

const mostGraphs = 75
/** Of all graphs together. */
const mostNodes = 500

interface Graph {
  readonly graphId: string
  readonly requests: readonly NamedRequest[]
}

export function graphs(call: Call): Reply<WireGraphResponse> {
  const all = listOf(bodyObject(call)['graphs'], 'graphs').map(graphIn)
  const ids = all.map(({ graphId }) => graphId)
  if (new Set(ids).size < ids.length) throw parserError('every graphId must be another')
  const nodes = all.reduce((sum, { requests }) => sum + requests.length, 0)
  if (all.length > mostGraphs || nodes > mostNodes) {
    const message = `a request has at most ${mostGraphs} graphs with ${mostNodes} nodes together`
    throw refused('LIMIT_EXCEEDED', message)
  }
  const answers = all.map(({ graphId, requests }): WireGraph => {
    const { responses, failed } = runNamed(call, requests, true)
    return { graphId, graphResponse: { compositeResponse: responses }, isSuccessful: !failed }
  })
  return reply(200, { graphs: answers })
}

function graphIn(graph: Json): Graph {
  if (!isJsonObject(graph)) throw parserError('every graph must be an object')
  const requests = namedRequests(listOf(graph['compositeRequest'], 'compositeRequest'))
  const stranger = requests.find(
    ({ url }) => !/\/sobjects\//.test(url) || /\/composite\//.test(url),
  )
  if (stranger !== undefined) {
    throw refused('INVALID_INPUT', `a graph has requests for records only, not ${stranger.url}`)
  }
  return { graphId: textOf(graph, 'graphId'), requests }
}
